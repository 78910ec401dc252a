// A configuration file of the Continuum framework (Jansen et al., CCGrid 2023), typed and validated.
// docs/continuum-cfg.md lists its parameters and what becomes of each.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "scenario/continuum/ini_file.hh"
#include "scenario/scenario.hh"
#include "scenario/scenario_error.hh"

namespace continuo {

enum class ContinuumProvider { qemu, gcp, aws, baremetal };
enum class ContinuumResourceManagement { kubernetes, kubeedge, kubecontrol, kube_kata, mist, none };
enum class ContinuumApplication { image_classification, empty, empty_kata, stress, mem_usage };
// As the files write them.
const char* to_string(ContinuumResourceManagement manager);
const char* to_string(ContinuumApplication application);

// The nodes of one layer.
struct ContinuumTier {
  int nodes = 0;
  int cores = 1;
  Bytes memory = Bytes::gibibytes(1);
  double quota = 1.0;
  std::optional<BitRate> read_speed{};  // nothing: unlimited
  std::optional<BitRate> write_speed{};
};

// What a file says of the way between two layers, or within one; nothing: as the preset has it.
struct ContinuumPath {
  std::optional<Duration> latency_avg;
  std::optional<Duration> latency_var;
  std::optional<BitRate> throughput;
};

// A layer's own network, or that between two.
struct ContinuumPathName {
  std::string_view prefix;  // of its keys
  Role from;
  Role to;
};
inline constexpr std::array continuum_paths{ContinuumPathName{"cloud", Role::cloud, Role::cloud},
                                            ContinuumPathName{"edge", Role::edge, Role::edge},
                                            ContinuumPathName{"cloud_edge", Role::cloud, Role::edge},
                                            ContinuumPathName{"cloud_endpoint", Role::cloud, Role::endpoint},
                                            ContinuumPathName{"edge_endpoint", Role::edge, Role::endpoint}};

struct ContinuumConfig {
  std::string file;
  // [infrastructure]
  ContinuumProvider provider = ContinuumProvider::qemu;
  bool infra_only = false;
  std::map<Role, ContinuumTier> tiers;  // all three
  bool cpu_pin = false;
  std::vector<std::string> external_physical_machines;
  bool netperf = false;
  std::string base_path;  // empty: the user's home
  std::string prefix_ip = "192.168";
  int middle_ip = 100;
  int middle_ip_base = 90;
  bool delete_at_end = false;
  bool network_emulation = false;
  std::string wireless_network_preset = "4g";
  std::map<std::pair<Role, Role>, ContinuumPath> paths;
  // [benchmark]
  std::optional<ContinuumResourceManagement> resource_manager;  // nothing: infra_only
  bool resource_manager_only = false;
  bool docker_pull = false;
  std::optional<ContinuumApplication> application;  // nothing: infra_only or resource_manager_only
  std::optional<double> application_worker_cpu;     // in cores; nothing: see worker_cpu
  std::optional<Bytes> application_worker_memory;
  std::optional<double> application_endpoint_cpu;   // nothing: all that an endpoint has
  std::optional<Bytes> application_endpoint_memory;
  int applications_per_worker = 1;
  bool observability = false;
  bool cache_worker = false;
  std::string kube_version = "v1.27.0";
  std::string kube_deployment = "pod";
  std::string runtime = "runc";
  std::string runtime_filesystem = "devmapper";
  int frequency = 1;  // Hz
  Duration duration = std::chrono::seconds{300};
  Duration sleep_time{};
  Duration stress_app_timeout{};
  // [execution_model]
  bool openfaas = false;
  // What the file says, by key in lower case.
  std::map<std::string, IniEntry> given;

  // Nothing runs but the nodes.
  bool is_bare() const { return infra_only || resource_manager_only; }
  // Where the application runs: the edge if there is one, else the cloud, else the endpoints.
  Role mode() const;
  // The resource manager keeps the first node of the cloud for itself.
  bool has_controller() const;
  // Nodes of `mode` without the controller.
  int workers() const;
  // As the file says it or, by default, half a core and half a GB less than a worker has.
  double worker_cpu() const;
  Bytes worker_memory() const;
};

// A valid configuration, or all that is wrong with it. Never throws on bad input.
std::variant<ContinuumConfig, std::vector<ScenarioError>> parse_continuum(std::string_view text, const std::string& file);

}  // namespace continuo
