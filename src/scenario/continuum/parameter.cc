#include "scenario/continuum/parameter.hh"

#include <fmt/format.h>

#include <algorithm>

#include "scenario/continuum/ini_file.hh"

namespace continuo {

namespace {

constexpr const char* no_account =
    "no cloud account is used: this host has all nodes; on machines of your own start `continuo node`";
constexpr const char* no_kubernetes = "there is no Kubernetes and no container: `continuo node` serves on each node";
constexpr const char* own_networks = "each emulated node has a network namespace, with an address of the emulation's choice";

std::vector<ContinuumParameter> infrastructure() {
  std::vector<ContinuumParameter> list{
      {"infrastructure", "provider",
       "no VM is made: nodes are processes of this host in networks and control groups of their own"},
      {"infrastructure", "infra_only", ""}};
  const auto of_each_tier = [&list](const char* what) {
    for (const char* tier : {"cloud", "edge", "endpoint"}) {
      list.push_back({"infrastructure", fmt::format("{}_{}", tier, what), ""});
    }
  };
  for (const char* what : {"nodes", "cores", "memory", "quota", "read_speed", "write_speed"}) of_each_tier(what);
  const std::vector<ContinuumParameter> host{
      {"infrastructure", "cpu_pin", ""},
      {"infrastructure", "external_physical_machines",
       "one host has all nodes: run where there are as many cores as all of them had"},
      {"infrastructure", "netperf",
       "every emulation measures the delay and rate of each link, and compares them with what was asked"},
      {"infrastructure", "base_path", "nothing is left behind; --logs FOLDER keeps the logs of the nodes"},
      {"infrastructure", "prefixIP", own_networks},
      {"infrastructure", "middleIP", own_networks},
      {"infrastructure", "middleIP_base", own_networks},
      {"infrastructure", "delete", "the nodes end with the run in any case; `continuo emulate up` keeps them to look around"},
      {"infrastructure", "network_emulation", ""},
      {"infrastructure", "wireless_network_preset", ""}};
  list.insert(list.end(), host.begin(), host.end());
  for (const char* path : {"cloud", "edge", "cloud_edge", "cloud_endpoint", "edge_endpoint"}) {
    for (const char* what : {"latency_avg", "latency_var", "throughput"}) {
      list.push_back({"infrastructure", fmt::format("{}_{}", path, what), ""});
    }
  }
  for (const char* key : {"gcp_cloud", "gcp_edge", "gcp_endpoint", "gcp_region", "gcp_zone", "gcp_project"}) {
    list.push_back({"infrastructure", key, no_account});
  }
  list.push_back({"infrastructure", "gcp_credentials", no_account, true});
  for (const char* key : {"aws_cloud", "aws_edge", "aws_endpoint", "aws_region", "aws_zone", "aws_ami"}) {
    list.push_back({"infrastructure", key, no_account});
  }
  list.push_back({"infrastructure", "aws_access_keys", no_account, true});
  list.push_back({"infrastructure", "aws_secret_access_keys", no_account, true});
  return list;
}

std::vector<ContinuumParameter> all_parameters() {
  std::vector<ContinuumParameter> list = infrastructure();
  const std::vector<ContinuumParameter> benchmark{
      {"benchmark", "resource_manager",
       "continuo's hub provisions the nodes; the application is placed where this one would run it"},
      {"benchmark", "resource_manager_only", ""},
      {"benchmark", "docker_pull", "the nodes fetch the service package from the hub by digest before the load begins"},
      {"benchmark", "application", ""},
      {"benchmark", "application_worker_cpu", ""},
      {"benchmark", "application_worker_memory", ""},
      {"benchmark", "application_endpoint_cpu", ""},
      {"benchmark", "application_endpoint_memory", ""},
      {"benchmark", "applications_per_worker", ""},
      {"benchmark", "observability", ""},
      {"benchmark", "cache_worker", "every variant is loaded and timed on its node before the load begins"},
      {"benchmark", "kube_version", no_kubernetes},
      {"benchmark", "kube_deployment", no_kubernetes},
      {"benchmark", "runtime", no_kubernetes},
      {"benchmark", "runtime_filesystem", no_kubernetes},
      {"benchmark", "frequency", ""},
      {"benchmark", "duration", ""},
      {"benchmark", "sleep_time", ""},
      {"benchmark", "stress_app_timeout", ""},
      {"execution_model", "model",
       "requests go by HTTP to a loaded model; they are sent at their times, not after the reply to the one before"}};
  list.insert(list.end(), benchmark.begin(), benchmark.end());
  return list;
}

}  // namespace

const std::vector<ContinuumParameter>& continuum_parameters() {
  static const std::vector<ContinuumParameter> list = all_parameters();
  return list;
}

const ContinuumParameter* find_continuum_parameter(std::string_view key) {
  const std::string wanted = lower_case(key);
  const auto& list = continuum_parameters();
  const auto found = std::ranges::find_if(list, [&](const ContinuumParameter& one) { return lower_case(one.key) == wanted; });
  return found == list.end() ? nullptr : &*found;
}

}  // namespace continuo
