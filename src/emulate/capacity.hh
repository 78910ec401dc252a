// Whether this host can give every node of a scenario the CPU that it is said to have, and remember what becomes of its requests.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenario/scenario.hh"

namespace continuo {

// Cores that all nodes may use together, while events and commands change their quotas.
class QuotaSum {
 public:
  explicit QuotaSum(const Scenario& scenario);

  void change(const ChangeQuota& change);
  double cores() const { return sum_; }
  // That ever held.
  double greatest() const { return greatest_; }
  // Why the change would promise more than the host has; nothing: it would not.
  std::optional<std::string> why_too_much(const ChangeQuota& change, int host_cores) const;

 private:
  const Scenario& scenario_;
  std::vector<double> quotas_;  // by node
  double sum_ = 0.0;
  double greatest_ = 0.0;
};

// Why the scenario cannot run here, with the sum tier by tier, or the first event that asks for too much; nothing: it can.
std::optional<std::string> why_host_is_too_small(const Scenario& scenario, int host_cores);

// Every node is told the names of all in one message: why they are too many; nothing: they are not.
std::optional<std::string> why_too_many_names(const Scenario& scenario);

// The emulation keeps the latency of every request: why there would be too many of them; nothing: there would not.
inline constexpr double emulated_requests_max = 1e8;
std::optional<std::string> why_too_many_requests(const Scenario& scenario);

// Why the nodes cannot be sent requests by what the scenario says; nothing: they can.
std::optional<std::string> why_no_transport(const Scenario& scenario);

// Why the nodes cannot have the TCP that the scenario says; `offered`: the kernel's congestion controls.
std::optional<std::string> why_no_congestion_control(const Scenario& scenario, const std::vector<std::string>& offered);

// What a host can bound beyond CPU and memory.
struct HostLimits {
  std::vector<int> cores;      // that may be used, by number
  bool processes = false;      // can be counted
  bool disk_throttle = false;  // there is one, and a disk
};
// Why a limit that a tier states cannot be kept, or the tiers pinned to some cores need more than those; nothing: all can.
std::optional<std::string> why_no_limits(const Scenario& scenario, const HostLimits& host);

}  // namespace continuo
