// Nodes: Continuum's layers as tiers.
#include <fmt/format.h>

#include <algorithm>

#include "scenario/continuum/import_parts.hh"
#include "scenario/quantity.hh"

namespace continuo {

namespace {

// The least that a scenario's node may have (docs/scenario.md).
constexpr double quota_min = 0.01;
constexpr Bytes memory_min = Bytes::mebibytes(16);
constexpr int host_cores_max = 1024;

// To the MiB, in GiB where it is whole.
std::string whole_memory(Bytes memory) {
  const std::int64_t mebibytes = memory.count() >> 20;
  return mebibytes % 1024 == 0 ? fmt::format("{} GiB", mebibytes / 1024) : fmt::format("{} MiB", mebibytes);
}

}  // namespace

// All that runs on a node here is the application, so what the application may use is what the node has.
double Import::quota_of(const ImportedTier& tier) {
  const ContinuumTier& hardware = config_.tiers.at(tier.role);
  const bool is_worker = tier.name == to_string(config_.mode()) && tier.role != Role::endpoint;
  const bool is_endpoint = tier.role == Role::endpoint;
  std::optional<double> cores;
  std::string key;
  if (is_worker && config_.application_worker_cpu && !config_.openfaas) {
    cores = *config_.application_worker_cpu * config_.applications_per_worker;
    key = "application_worker_cpu";
  } else if (is_endpoint && config_.application_endpoint_cpu) {
    cores = config_.application_endpoint_cpu;
    key = "application_endpoint_cpu";
  }
  if (!cores || config_.is_bare()) return hardware.quota;
  const double quota = std::min(hardware.quota, *cores / hardware.cores);
  if (quota >= quota_min) return quota;
  note(key, fmt::format("{} = {} of {} cores", key, format_number(*cores), hardware.cores),
       "a node has at least a hundredth of each of its cores");
  return quota_min;
}

Bytes Import::memory_of(const ImportedTier& tier) {
  const ContinuumTier& hardware = config_.tiers.at(tier.role);
  const bool is_worker = tier.name == to_string(config_.mode()) && tier.role != Role::endpoint;
  const auto& limit = is_worker ? config_.application_worker_memory : config_.application_endpoint_memory;
  if (!limit || config_.is_bare() || (!is_worker && tier.role != Role::endpoint) || (is_worker && config_.openfaas)) {
    return hardware.memory;
  }
  const Bytes all = Bytes::of(limit->count() * (is_worker ? config_.applications_per_worker : 1));
  if (all < memory_min) {
    const char* key = is_worker ? "application_worker_memory" : "application_endpoint_memory";
    note(key, fmt::format("{} = {}", key, format_bytes(all)), "a node has at least 16 MiB");
  }
  return std::min(hardware.memory, std::max(all, memory_min));
}

// Each tier has cores of the host for itself, which its nodes share.
std::string Import::pinned_to(const ImportedTier& tier, int first_core) {
  const int cores = tier.nodes * config_.tiers.at(tier.role).cores;
  std::vector<int> pinned;
  for (int core = first_core; core < first_core + cores; ++core) pinned.push_back(core);
  return fmt::format(", pinned: [{}]", fmt::join(pinned, ", "));
}

std::string Import::tier_fields(const ImportedTier& tier) {
  const ContinuumTier& hardware = config_.tiers.at(tier.role);
  std::string text = fmt::format("nodes: {}, cores: {}, quota: {}, memory: {}", tier.nodes, hardware.cores,
                                 format_number(quota_of(tier)), whole_memory(memory_of(tier)));
  if (hardware.read_speed || hardware.write_speed) {
    std::string disk;
    if (hardware.read_speed) disk += fmt::format("read: {} MB/s", hardware.read_speed->bits_per_second() / 8'000'000);
    if (hardware.write_speed) {
      disk += fmt::format("{}write: {} MB/s", disk.empty() ? "" : ", ", hardware.write_speed->bits_per_second() / 8'000'000);
    }
    text += fmt::format(", disk: {{{}}}", disk);
  }
  return text;
}

void Import::write_tiers() {
  // Beyond what a host can have there is nothing to pin to.
  std::int64_t all_cores = 0;
  for (const ImportedTier& tier : tiers_) all_cores += std::int64_t{tier.nodes} * config_.tiers.at(tier.role).cores;
  const bool pins = config_.cpu_pin && all_cores <= host_cores_max;
  if (config_.cpu_pin) {
    note("cpu_pin", "cpu_pin = True: one core of the host for each core of a node",
         pins ? "each tier has as many cores of the host for itself as its nodes have together, and its nodes share them"
              : fmt::format("no host has the {} cores: the nodes share what there is by their quotas", all_cores));
  }
  int core = 0;
  body_ += "tiers:\n";
  for (const ImportedTier& tier : tiers_) {
    const std::string layer = to_string(tier.role);
    std::vector<std::string> keys;
    for (const char* what : {"nodes", "cores", "memory", "quota", "read_speed", "write_speed"}) {
      keys.push_back(fmt::format("{}_{}", layer, what));
    }
    if (!config_.is_bare() && tier.name != "cloud-controller") {
      const char* of = tier.role == Role::endpoint ? "endpoint" : "worker";
      if (tier.role == Role::endpoint || (tier.role == config_.mode() && !config_.openfaas)) {
        keys.push_back(fmt::format("application_{}_cpu", of));
        keys.push_back(fmt::format("application_{}_memory", of));
      }
    }
    if (pins) keys.emplace_back("cpu_pin");
    body_ += fmt::format("  {}: {{{}{}}}{}\n", tier.name, tier_fields(tier), pins ? pinned_to(tier, core) : "", origin(keys));
    core += pins ? tier.nodes * config_.tiers.at(tier.role).cores : 0;
  }
  if (config_.has_controller()) {
    body_ += fmt::format("hub: {}  # the control plane: the service does not run there\n", tiers_.front().name);
  }
}

}  // namespace continuo
