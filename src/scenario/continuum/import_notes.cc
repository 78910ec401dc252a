// What a scenario cannot say, or says in another way: nothing of the file is dropped without a word.
#include <fmt/format.h>

#include "scenario/continuum/import_parts.hh"
#include "scenario/continuum/parameter.hh"
#include "scenario/quantity.hh"

namespace continuo {

namespace {

using Application = ContinuumApplication;

std::string shown(const ContinuumParameter& parameter, const IniEntry& entry) {
  return fmt::format("{} = {}", parameter.key, parameter.secret ? "(not shown)" : printable(entry.value.text));
}

}  // namespace

void Import::note_parameters() {
  for (const ContinuumParameter& parameter : continuum_parameters()) {
    if (parameter.instead.empty() || !gives(parameter.key)) continue;
    note(parameter.key, shown(parameter, config_.given.at(lower_case(parameter.key))), parameter.instead);
  }
}

// What is carried over if it plays a part, and plays none in this file; nor does it in Continuum.
void Import::note_unused() {
  const auto unused = [&](const std::string& key, const std::string& reason) {
    if (!gives(key)) return;
    const ContinuumParameter* parameter = find_continuum_parameter(key);
    note(key, shown(*parameter, config_.given.at(lower_case(key))), reason);
  };
  for (const auto& [role, tier] : config_.tiers) {
    if (tier.nodes > 0) continue;
    for (const char* what : {"cores", "memory", "quota", "read_speed", "write_speed"}) {
      unused(fmt::format("{}_{}", to_string(role), what), fmt::format("there are no nodes of the {}", to_string(role)));
    }
    if (role == Role::endpoint) {
      for (const char* key : {"application_endpoint_cpu", "application_endpoint_memory"}) unused(key, "there are no endpoints");
    }
  }
  if (!config_.network_emulation) {
    const std::string reason = "network_emulation is off: the nodes are on one LAN (0.1 ms, 1 Gbit/s)";
    unused("wireless_network_preset", reason);
    for (const ContinuumPathName& name : continuum_paths) {
      for (const char* what : {"latency_avg", "latency_var", "throughput"}) {
        unused(fmt::format("{}_{}", name.prefix, what), reason);
      }
    }
    unused("network_emulation", "the nodes are on one LAN (0.1 ms, 1 Gbit/s) in place of the host's bridge");
  } else {
    for (const ContinuumPathName& name : continuum_paths) {
      const int from = config_.tiers.at(name.from).nodes;
      const bool used = name.from == name.to ? from > 1 : from > 0 && config_.tiers.at(name.to).nodes > 0;
      if (used) continue;
      for (const char* what : {"latency_avg", "latency_var", "throughput"}) {
        unused(fmt::format("{}_{}", name.prefix, what), "there are no two nodes that it would be between");
      }
    }
  }
}

void Import::note_benchmark() {
  const auto unused = [&](const char* key, const std::string& reason) {
    if (gives(key)) {
      note(key, shown(*find_continuum_parameter(key), config_.given.at(lower_case(key))), reason);
    }
  };
  const auto unless = [&](const char* key, Application application) {
    if (config_.is_bare()) {
      unused(key, "no application runs");
    } else if (config_.application != application &&
               !(application == Application::empty && config_.application == Application::empty_kata)) {
      unused(key, fmt::format("it is a parameter of {}", to_string(application)));
    }
  };
  if (config_.infra_only) {
    unused("observability", "nothing runs that could be observed");
  } else if (config_.observability) {
    note("observability", "Grafana beside Prometheus", "prometheus runs on the first node; --html FILE draws the figures");
  }
  unless("frequency", Application::image_classification);
  unless("duration", Application::image_classification);
  unless("sleep_time", Application::empty);
  unless("stress_app_timeout", Application::stress);
  if (config_.is_bare()) {
    for (const char* key : {"application", "application_worker_cpu", "application_worker_memory", "application_endpoint_cpu",
                            "application_endpoint_memory", "applications_per_worker"}) {
      unused(key, "no application runs");
    }
    return;
  }
  if (config_.mode() == Role::endpoint) {
    for (const char* key : {"application_worker_cpu", "application_worker_memory"}) {
      unused(key, "the application runs on the endpoints");
    }
  } else if (config_.openfaas) {
    for (const char* key : {"application_worker_cpu", "application_worker_memory"}) {
      unused(key,
             "a node runs as many requests at once as it has cores, each on one; openfaas gives a function at most 1 core and "
             "1000 MB");
    }
  }
  if (config_.application == Application::empty || config_.application == Application::empty_kata) {
    note("application", "the times of Kubernetes' control plane for each pod",
         "there are no pods: the program's start, end and exit status are reported");
  }
  if (config_.application == Application::mem_usage) {
    note("application", "the memory that a pod adds to a VM",
         "there are no pods: programs that sleep for a minute run in their place");
  }
  if (config_.application == Application::image_classification) note_image_classification();
}

void Import::note_image_classification() {
  note(
      "application", "the frames, which are 60 photographs of ImageNet, and MobileNetV2 on TensorFlow Lite",
      fmt::format("service package {}; of your own: add `input: photos/*.jpg` to the workload, and name the package by --package",
                  printable(options_.package)));
  note("", "MQTT between endpoint and worker (mosquitto)",
       "requests go by HTTP (Open Inference Protocol), each sent at its time and answered within 10 s, or it has failed");
  if (config_.mode() != Role::endpoint && !config_.application_worker_cpu && !config_.openfaas) {
    note("", fmt::format("the limit of {} cores and {} that Continuum gives the application where the file gives none",
                         format_number(config_.worker_cpu()), format_bytes(config_.worker_memory())),
         "a worker's server and inference share all that the node has");
  }
  if (config_.workers() > 1 && config_.mode() != Role::endpoint) {
    note("", "each endpoint bound to one worker", "each request runs on the worker whose predicted latency is lowest");
  }
  if (gives("applications_per_worker")) {
    note("applications_per_worker", fmt::format("applications_per_worker = {}", config_.applications_per_worker),
         "a node has one instance, with as many threads as its share of cores allows");
  }
}

}  // namespace continuo
