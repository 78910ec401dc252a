// Whether this host had the CPU that the nodes were promised while the load ran, and who took it if not. Pure.
#pragma once

#include <string>
#include <vector>

#include "os/host_activity.hh"
#include "result/evaluation.hh"
#include "units/time.hh"

namespace continuo {

// All since some moment of the past, the same for every sample.
struct HostSample {
  Duration at{};
  HostCpu host;
  Duration ours{};  // CPU time of all nodes and of the emulation itself
};

class HostWatch {
 public:
  // In the order of time.
  void add(const HostSample& sample) { samples_.push_back(sample); }

  // What was left to us in the worst five seconds (of a shorter load: in all of it), beside the greatest sum of the quotas; what the
  // others used and what the hypervisor took is not left. `tolerance`: a share of the quotas. The note names `others`.
  DeliveryCheck check(double quota_cores, double tolerance, const std::string& others) const;

 private:
  std::vector<HostSample> samples_;
};

// The processes outside the family of `own` that used most CPU between two looks, with their cores: "stress (pid 7) 0.98".
// At most three, none below 0.02 cores; empty: no such.
std::string busiest_others(const ProcessTable& before, const ProcessTable& after, pid_t own, Duration between);

}  // namespace continuo
