// The sum of cores * quota over all nodes against the host's cores; requests are counted by rate, not one by one.
#include "emulate/capacity.hh"

#include <fmt/format.h>

#include <algorithm>

#include "emulate/addresses.hh"
#include "emulate/init/protocol.hh"
#include "os/descriptor_passing.hh"
#include "workload/user.hh"

namespace continuo {

namespace {

constexpr double rounding = 1e-9;

}  // namespace

QuotaSum::QuotaSum(const Scenario& scenario) : scenario_{scenario} {
  for (NodeIndex node = 0; node < scenario.nodes.size(); ++node) {
    quotas_.push_back(scenario.tier_of(node).quota);
    sum_ += scenario.tier_of(node).cpu();
  }
  greatest_ = sum_;
}

void QuotaSum::change(const ChangeQuota& change) {
  for (const NodeIndex node : change.nodes) {
    sum_ += scenario_.tier_of(node).cores * (change.quota - quotas_.at(node));
    quotas_[node] = change.quota;
  }
  greatest_ = std::max(greatest_, sum_);
}

std::optional<std::string> QuotaSum::why_too_much(const ChangeQuota& change, int host_cores) const {
  QuotaSum after = *this;
  after.change(change);
  // Whoever asks for less is let, even if it is still too much.
  if (after.cores() <= std::max<double>(host_cores, cores()) + rounding) {
    return std::nullopt;
  }
  return fmt::format("the nodes would need {:.2f} cores and this host has {}", after.cores(), host_cores);
}

namespace {

std::optional<std::string> why_events_need_too_much(const Scenario& scenario, int host_cores) {
  QuotaSum quotas{scenario};
  for (const Event& event : scenario.events) {
    const auto* change = std::get_if<ChangeQuota>(&event.action);
    if (change == nullptr) {
      continue;
    }
    if (const auto why = quotas.why_too_much(*change, host_cores)) {
      return fmt::format(
          "with the event `{}` at {:g} s {}.\n"
          "Nothing was started. Lower that quota, or another's before it, or use a larger host (--at model needs none).",
          event.text, to_seconds(event.at), *why);
    }
    quotas.change(*change);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> why_host_is_too_small(const Scenario& scenario, int host_cores) {
  double sum = 0.0;
  std::string table;
  for (const Tier& tier : scenario.tiers) {
    const double cpu = tier.nodes * tier.cpu();
    sum += cpu;
    table += fmt::format("  {:<12} {:>4} x {} core{} x quota {:<5g} = {:6.2f}\n", tier.name, tier.nodes, tier.cores,
                         tier.cores == 1 ? " " : "s", tier.quota, cpu);
  }
  if (sum <= host_cores + rounding) {
    return why_events_need_too_much(scenario, host_cores);
  }
  return fmt::format(
      "the nodes need {:.2f} cores and this host has {}:\n{}  {:<34} {:6.2f}\n"
      "Nothing was started. Lower nodes, cores or quota, or use a larger host (--at model needs none).",
      sum, host_cores, table, "sum", sum);
}

std::optional<std::string> why_no_transport(const Scenario& scenario) {
  for (const Stream& stream : scenario.workload) {
    if (stream.transport == Transport::http) continue;
    return fmt::format("stream \"{}\" travels by {}, which nodes do not speak yet\n  "
                       "write transport: http, or evaluate it with --at model,simulate, which predict all three",
                       stream.name, to_string(stream.transport));
  }
  return std::nullopt;
}

std::optional<std::string> why_too_many_names(const Scenario& scenario) {
  init::Configure configure{.host_name = {}, .hosts = hosts_file(scenario), .network = {}, .cores = {}};
  for (const Node& node : scenario.nodes) {
    configure.host_name.resize(std::max(configure.host_name.size(), node.name.size()));
  }
  for (const Tier& tier : scenario.tiers) {
    configure.network.congestion_control.resize(
        std::max(configure.network.congestion_control.size(), tier.network.congestion_control.size()));
    configure.cores.resize(std::max(configure.cores.size(), tier.pinned.size()));
  }
  const std::size_t size = init::serialise(configure).size();
  if (size <= message_size_max) {
    return std::nullopt;
  }
  return fmt::format(
      "the names and addresses of {} nodes take {} bytes, and a node can be told {}.\n"
      "Nothing was started. Lower the number of nodes, or give their tiers shorter names (--at model has no such bound).",
      scenario.nodes.size(), size, message_size_max);
}

namespace {

// Of one node's users. Each comes back after its thinking time, and a millisecond at least if it was refused; one that is answered is
// taken to wait as long. All of them send no more than the node's CPU can prepare, at 15 us each (docs/model.md, T_pre) and at the greatest
// quota that an event of the scenario gives it.
double most_of_users(const Scenario& scenario, const Stream& stream, const ClosedLoop& loop, NodeIndex node) {
  constexpr double to_prepare = 15e-6;  // seconds
  const Tier& tier = scenario.tier_of(node);
  double quota = tier.quota;
  for (const Event& event : scenario.events) {
    const auto* change = std::get_if<ChangeQuota>(&event.action);
    if (change != nullptr && std::ranges::find(change->nodes, node) != change->nodes.end()) quota = std::max(quota, change->quota);
  }
  const double a_second = loop.users / to_seconds(std::max(loop.think, after_failure));
  return std::min(a_second, tier.cores * quota / to_prepare) * to_seconds(stream.duration);
}

}  // namespace

std::optional<std::string> why_too_many_requests(const Scenario& scenario) {
  double requests = 0.0;
  for (const Stream& stream : scenario.workload) {
    const auto* loop = std::get_if<ClosedLoop>(&stream.arrivals);
    if (loop == nullptr) {
      requests += requests_per_second(scenario, stream) * to_seconds(stream.duration);
      continue;
    }
    for (NodeIndex node = 0; node < scenario.nodes.size(); ++node) {
      if (scenario.nodes[node].tier == stream.from) requests += most_of_users(scenario, stream, *loop, node);
    }
  }
  if (requests <= emulated_requests_max) {
    return std::nullopt;
  }
  return fmt::format(
      "the workload comes to some {:.3g} requests, and an emulation takes at most {:.0f}.\n"
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
