// The order of a run; each step is in emulation_run.cc.
#include "emulate/emulation.hh"

#include <algorithm>

#include "emulate/capacity.hh"
#include "emulate/emulation_run.hh"
#include "emulate/operating.hh"
#include "os/affinity.hh"
#include "os/host_facts.hh"
#include "os/network_settings.hh"
#include "os/timer.hh"

namespace continuo {

namespace {

// The control groups are looked at only if something depends on them: their lack has a message of its own.
HostLimits host_limits(const Scenario& scenario, bool quotas) {
  HostLimits host{.cores = usable_core_numbers()};
  const auto needs_groups = [](const Tier& tier) { return tier.processes || tier.disk_read || tier.disk_write; };
  if (!quotas || !std::ranges::any_of(scenario.tiers, needs_groups)) {
    return host;
  }
  try {
    const CgroupMounts mounts = detect_cgroups();
    host.processes = !mounts.pids.empty();
    host.disk_throttle = !mounts.io.empty() && !disks().empty();
  } catch (const std::runtime_error&) {
    // none at all: neither can be kept
  }
  return host;
}

void refuse_what_cannot_run(const Scenario& scenario, const EmulateOptions& options) {
  if (const auto why = why_host_is_too_small(scenario, usable_cores())) {
    throw EmulationRefused(*why);
  }
  if (const auto why = why_too_many_names(scenario)) {
    throw EmulationRefused(*why);
  }
  if (const auto why = why_no_transport(scenario)) {
    throw EmulationRefused(*why);
  }
  if (const auto why = why_too_many_requests(scenario)) {
    throw EmulationRefused(*why);
  }
  if (const auto why = why_no_congestion_control(scenario, congestion_controls())) {
    throw EmulationRefused(*why);
  }
  if (const auto why = why_no_limits(scenario, host_limits(scenario, options.quotas))) {
    throw EmulationRefused(*why);
  }
  if (const auto why = why_no_operating(scenario, find_program)) {
    throw EmulationRefused(*why);
  }
}

}  // namespace

EmulationResult evaluate(const Scenario& scenario, const EmulateOptions& options, const Clock& clock) {
  refuse_what_cannot_run(scenario, options);
  EmulationRun run{scenario, options, clock};
  run.start_nodes();
  run.start_operating();
  run.wait_for_placement();
  run.probe_cpu_shares();
  run.run_load();
  return run.finish();
}

void keep_up(const Scenario& scenario, const EmulateOptions& options, const Clock& clock) {
  refuse_what_cannot_run(scenario, options);
  EmulationRun run{scenario, options, clock};
  run.start_nodes();
  run.start_operating();
  run.wait_for_placement();
  run.stay_up();
}

}  // namespace continuo
