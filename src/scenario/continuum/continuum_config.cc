#include "scenario/continuum/continuum_config.hh"

#include <algorithm>

#include "scenario/continuum/config_reader.hh"

namespace continuo {

namespace {

// What Continuum leaves to the system of a worker.
constexpr double cores_for_system = 0.5;
constexpr Bytes memory_for_system = Bytes::mebibytes(512);

}  // namespace

const char* to_string(ContinuumResourceManagement manager) {
  switch (manager) {
    case ContinuumResourceManagement::kubernetes: return "kubernetes";
    case ContinuumResourceManagement::kubeedge: return "kubeedge";
    case ContinuumResourceManagement::kubecontrol: return "kubecontrol";
    case ContinuumResourceManagement::kube_kata: return "kube_kata";
    case ContinuumResourceManagement::mist: return "mist";
    case ContinuumResourceManagement::none: return "none";
  }
  return "";
}

const char* to_string(ContinuumApplication application) {
  switch (application) {
    case ContinuumApplication::image_classification: return "image_classification";
    case ContinuumApplication::empty: return "empty";
    case ContinuumApplication::empty_kata: return "empty_kata";
    case ContinuumApplication::stress: return "stress";
    case ContinuumApplication::mem_usage: return "mem_usage";
  }
  return "";
}

Role ContinuumConfig::mode() const {
  if (tiers.at(Role::edge).nodes > 0) return Role::edge;
  return tiers.at(Role::cloud).nodes > 0 ? Role::cloud : Role::endpoint;
}

bool ContinuumConfig::has_controller() const {
  if (infra_only || !resource_manager || tiers.at(Role::cloud).nodes == 0) return false;
  return *resource_manager != ContinuumResourceManagement::mist && *resource_manager != ContinuumResourceManagement::none;
}

int ContinuumConfig::workers() const {
  return tiers.at(mode()).nodes - (has_controller() && mode() == Role::cloud ? 1 : 0);
}

double ContinuumConfig::worker_cpu() const {
  return application_worker_cpu.value_or(tiers.at(mode()).cores - cores_for_system);
}

Bytes ContinuumConfig::worker_memory() const {
  return application_worker_memory.value_or(tiers.at(mode()).memory - memory_for_system);
}

std::variant<ContinuumConfig, std::vector<ScenarioError>> parse_continuum(std::string_view text, const std::string& file) {
  Problems problems{file};
  const IniFile ini = parse_ini(text, problems);
  if (ini.sections.empty() && problems.empty()) {
    problems.add(YamlNode{}, "the file has no section", "a configuration of Continuum begins with [infrastructure]");
  }
  if (ini.sections.empty()) return std::move(problems).sorted();
  ContinuumConfig config;
  config.file = file;
  ConfigReader reader{ini, problems};
  read_infrastructure(reader, config);
  read_benchmark(reader, config);
  if (problems.empty()) check_topology(reader, config);
  if (!problems.empty()) return std::move(problems).sorted();
  config.given = reader.given();
  return config;
}

}  // namespace continuo
