// The sections [benchmark] and [execution_model]: what runs on the nodes, and the rules that join it to them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "scenario/continuum/config_reader.hh"

namespace continuo {

namespace {

using Management = ContinuumResourceManagement;
using Application = ContinuumApplication;

// Continuum has no upper ends: these are a scenario's.
constexpr Range<double> core_shares{0.001, 1024.0};
constexpr Range<double> memory_gb{0.001, 65'536.0};
constexpr Range<std::int64_t> replicas{1, 1000};
constexpr Range<std::int64_t> frequencies{1, 10'000};
constexpr Range<std::int64_t> seconds_range{1, 2'000'000};

constexpr std::array managers{Management::kubernetes, Management::kubeedge, Management::kubecontrol,
                              Management::kube_kata,  Management::mist,     Management::none};
constexpr std::array applications{Application::image_classification, Application::empty, Application::empty_kata,
                                  Application::stress, Application::mem_usage};

template <class Names>
auto read_name(ConfigReader& reader, std::string_view key, const Names& names) -> std::optional<typename Names::value_type> {
  std::vector<std::string> words;
  for (const auto name : names) words.emplace_back(to_string(name));
  const auto word = reader.word(key, words);
  for (const auto name : names) {
    if (word == to_string(name)) return name;
  }
  return std::nullopt;
}

bool is_kubernetes(const ContinuumConfig& config) {
  return config.resource_manager == Management::kubernetes || config.resource_manager == Management::kubecontrol ||
         config.resource_manager == Management::kube_kata;
}

std::optional<Bytes> gigabytes(std::optional<double> count) {
  if (!count) return std::nullopt;
  return Bytes::of(static_cast<std::int64_t>(std::llround(*count * static_cast<double>(Bytes::gibibytes(1).count()))));
}

void read_resources(ConfigReader& reader, ContinuumConfig& config) {
  config.application_worker_cpu = reader.number("application_worker_cpu", core_shares);
  config.application_worker_memory = gigabytes(reader.number("application_worker_memory", memory_gb));
  config.application_endpoint_cpu = reader.number("application_endpoint_cpu", core_shares);
  config.application_endpoint_memory = gigabytes(reader.number("application_endpoint_memory", memory_gb));
  config.applications_per_worker = static_cast<int>(reader.integer("applications_per_worker", replicas).value_or(1));
}

void read_kubernetes(ConfigReader& reader, ContinuumConfig& config) {
  std::vector<std::string> versions{"v1.27.0"};
  if (config.resource_manager == Management::kubecontrol) versions = {"v1.23.0", "v1.24.0", "v1.25.0", "v1.26.0", "v1.27.0"};
  config.kube_version = reader.word("kube_version", versions).value_or(config.kube_version);
  config.kube_deployment = reader.word("kube_deployment", {"pod", "container", "file", "call"}).value_or(config.kube_deployment);
  config.runtime = reader.word("runtime", {"runc", "kata-qemu", "kata-fc"}).value_or(config.runtime);
  config.runtime_filesystem = reader.word("runtime_filesystem", {"overlayfs", "devmapper"}).value_or(config.runtime_filesystem);
}

void read_application(ConfigReader& reader, ContinuumConfig& config) {
  const auto seconds = [&](std::string_view key) {
    return std::chrono::seconds{reader.integer(key, seconds_range).value_or(0)};
  };
  const auto demand = [&](std::string_view key, Application application, std::string_view example) {
    if (config.application == application && !config.is_bare()) {
      reader.require(key, fmt::format("`application` is {}", to_string(application)), example, "application");
    }
  };
  demand("frequency", Application::image_classification, "5");
  config.frequency = static_cast<int>(reader.integer("frequency", frequencies).value_or(1));
  if (reader.find("duration") != nullptr) config.duration = seconds("duration");
  demand("sleep_time", Application::empty, "60");
  config.sleep_time = seconds("sleep_time");
  demand("stress_app_timeout", Application::stress, "60");
  config.stress_app_timeout = seconds("stress_app_timeout");
}

void check_serverless(ConfigReader& reader, const ContinuumConfig& config) {
  if (!config.openfaas) return;
  if (config.resource_manager != Management::kubernetes) {
    reader.contradiction("model", "openfaas runs on Kubernetes only",
                         "write resource_manager = kubernetes, or take [execution_model] away");
  }
  if (config.application != Application::image_classification) {
    reader.contradiction("model", "openfaas runs image_classification only",
                         "write application = image_classification, or take [execution_model] away");
  }
}

void check_layers(ConfigReader& reader, const ContinuumConfig& config) {
  const int clouds = config.tiers.at(Role::cloud).nodes;
  const int edges = config.tiers.at(Role::edge).nodes;
  const int endpoints = config.tiers.at(Role::endpoint).nodes;
  const std::string manager = to_string(*config.resource_manager);
  const auto demand = [&](bool holds, std::string_view key, std::string otherwise, std::string hint) {
    if (!holds) reader.contradiction(key, manager + otherwise, std::move(hint));
  };
  if (is_kubernetes(config)) {
    demand(edges == 0, "edge_nodes", " runs in the cloud, without edge nodes", "write edge_nodes = 0, or resource_manager = kubeedge");
    demand(clouds >= 1, "cloud_nodes", " needs a cloud node for its control plane", "write for example cloud_nodes = 2");
    demand(clouds != 1 || config.resource_manager_only, "cloud_nodes", " takes the one cloud node as control plane: no worker is left",
           "write cloud_nodes = 2 or more");
  }
  if (config.resource_manager == Management::kubeedge) {
    demand(clouds == 1, "cloud_nodes", " needs exactly one cloud node, for its control plane", "write cloud_nodes = 1");
    demand(edges >= 1, "edge_nodes", " needs edge nodes", "write edge_nodes = 1 or more");
  }
  if (config.resource_manager == Management::mist) {
    demand(clouds == 0, "cloud_nodes", " has no cloud", "write cloud_nodes = 0");
    demand(edges >= 1, "edge_nodes", " needs edge nodes", "write edge_nodes = 1 or more");
    demand(endpoints >= 1, "endpoint_nodes", " needs endpoints", "write endpoint_nodes = 1 or more");
  }
}

}  // namespace

void check_topology(ConfigReader& reader, const ContinuumConfig& config) {
  if (config.infra_only || !config.resource_manager) return;
  check_layers(reader, config);
  if (config.application != Application::image_classification || config.is_bare() || config.mode() == Role::endpoint) return;
  const int endpoints = config.tiers.at(Role::endpoint).nodes;
  const int workers = config.workers();
  if (endpoints == 0) {
    reader.contradiction("endpoint_nodes", "image_classification needs endpoints that send images",
                         "write endpoint_nodes = 1 or more");
  } else if (workers > 0 && endpoints % workers != 0) {
    reader.contradiction("endpoint_nodes",
                         fmt::format("{} endpoints cannot be divided evenly over {} workers", endpoints, workers),
                         fmt::format("write a multiple of {}", workers));
  }
}

void read_benchmark(ConfigReader& reader, ContinuumConfig& config) {
  config.resource_manager_only = reader.flag("resource_manager_only");
  if (!config.infra_only) {
    reader.require("resource_manager", "it says where the application runs", "kubernetes");
    if (!config.resource_manager_only) {
      reader.require("application", "nothing would run without one", "image_classification");
    }
  }
  config.resource_manager = read_name(reader, "resource_manager", managers);
  config.application = read_name(reader, "application", applications);
  config.docker_pull = reader.flag("docker_pull");
  read_resources(reader, config);
  config.observability = reader.flag("observability");
  config.cache_worker = reader.flag("cache_worker");
  read_kubernetes(reader, config);
  read_application(reader, config);
  if (reader.has_section("execution_model")) {
    reader.require("model", "the section says nothing else", "openfaas");
    config.openfaas = reader.word("model", {"openfaas"}).has_value();
  }
  if (!config.is_bare()) check_serverless(reader, config);
}

}  // namespace continuo
