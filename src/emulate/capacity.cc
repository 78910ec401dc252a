// The sum of cores * quota over all nodes against the host's cores; requests are counted by rate, not one by one.
#include "emulate/capacity.hh"

#include <fmt/format.h>

#include <algorithm>

namespace continuo {

double sum_of_quotas(const Scenario& scenario) {
  double sum = 0.0;
  for (const Tier& tier : scenario.tiers) {
    sum += tier.nodes * tier.cpu();
  }
  return sum;
}

std::optional<std::string> why_host_is_too_small(const Scenario& scenario, int host_cores) {
  constexpr double rounding = 1e-9;
  const double sum = sum_of_quotas(scenario);
  std::string table;
  for (const Tier& tier : scenario.tiers) {
    const double cpu = tier.nodes * tier.cpu();
    table += fmt::format("  {:<12} {:>4} x {} core{} x quota {:<5g} = {:6.2f}\n", tier.name, tier.nodes, tier.cores,
                         tier.cores == 1 ? " " : "s", tier.quota, cpu);
  }
  if (sum <= host_cores + rounding) {
    return std::nullopt;
  }
  return fmt::format(
      "the nodes need {:.2f} cores and this host has {}:\n{}  {:<34} {:6.2f}\n"
      "Nothing was started. Lower nodes, cores or quota, or use a larger host (--at model needs none).",
      sum, host_cores, table, "sum", sum);
}

std::optional<std::string> why_too_many_requests(const Scenario& scenario) {
  double requests = 0.0;
  for (const Stream& stream : scenario.workload) {
    requests += scenario.tiers.at(stream.from).nodes * to_seconds(stream.duration) / to_seconds(stream.mean_interval());
  }
  if (requests <= emulated_requests_max) {
    return std::nullopt;
  }
  return fmt::format(
      "the workload comes to some {:.3g} requests, and an emulation keeps a record of at most {:.0f}.\n"
      "Nothing was started. Lower nodes or durations, or send less often (--at model has no such bound).",
      requests, emulated_requests_max);
}

std::optional<std::string> why_no_congestion_control(const Scenario& scenario, const std::vector<std::string>& offered) {
  for (const Tier& tier : scenario.tiers) {
    const std::string& wanted = tier.network.congestion_control;
    if (std::find(offered.begin(), offered.end(), wanted) == offered.end()) {
      return fmt::format(
          "tier {} has the congestion control {}, and this kernel offers: {}.\n"
          "Nothing was started. Load it (modprobe tcp_{}), or name another in `network: {{congestion: ...}}`.",
          tier.name, wanted, fmt::join(offered, " "), wanted);
    }
  }
  return std::nullopt;
}

namespace {

bool is_within(const std::vector<int>& some, const std::vector<int>& all) {
  return std::all_of(some.begin(), some.end(),
                     [&](int core) { return std::find(all.begin(), all.end(), core) != all.end(); });
}

std::optional<std::string> why_not_pinned(const Scenario& scenario, const Tier& tier, const HostLimits& host) {
  if (tier.pinned.empty()) {
    return std::nullopt;
  }
  if (!is_within(tier.pinned, host.cores)) {
    return fmt::format("tier {} is pinned to the cores {}, and this host has: {}", tier.name, fmt::join(tier.pinned, ", "),
                       fmt::join(host.cores, ", "));
  }
  constexpr double rounding = 1e-9;
  double sum = 0.0;
  for (const Tier& other : scenario.tiers) {
    if (!other.pinned.empty() && is_within(other.pinned, tier.pinned)) {
      sum += other.nodes * other.cpu();
    }
  }
  if (sum > static_cast<double>(tier.pinned.size()) + rounding) {
    return fmt::format("the nodes pinned to no other cores than {} need {:.2f} cores", fmt::join(tier.pinned, ", "), sum);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> why_no_limits(const Scenario& scenario, const HostLimits& host) {
  for (const Tier& tier : scenario.tiers) {
    std::optional<std::string> why = why_not_pinned(scenario, tier, host);
    if (!why && tier.processes && !host.processes) {
      why = fmt::format("tier {} states `processes`, and this host offers no pids control groups", tier.name);
    }
    if (!why && (tier.disk_read || tier.disk_write) && !host.disk_throttle) {
      why = fmt::format("tier {} states `disk`, and this host offers no io (blkio) control groups, or has no disk", tier.name);
    }
    if (why) {
      return *why + ".\nNothing was started. `continuo doctor` shows what this host offers.";
    }
  }
  return std::nullopt;
}

}  // namespace continuo
