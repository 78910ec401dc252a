// The order of a run; each step is in emulation_run.cc.
#include "emulate/emulation.hh"

#include "emulate/capacity.hh"
#include "emulate/emulation_run.hh"
#include "os/network_settings.hh"
#include "os/timer.hh"

namespace continuo {

EmulationResult evaluate(const Scenario& scenario, const EmulateOptions& options, const Clock& clock) {
  if (const auto why = why_host_is_too_small(scenario, usable_cores())) {
    throw EmulationRefused(*why);
  }
  if (const auto why = why_too_many_requests(scenario)) {
    throw EmulationRefused(*why);
  }
  if (const auto why = why_no_congestion_control(scenario, congestion_controls())) {
    throw EmulationRefused(*why);
  }
  if (const auto why = why_no_limits(scenario)) {
    throw EmulationRefused(*why);
  }
  EmulationRun run{scenario, options, clock};
  run.start_nodes();
  run.wait_for_placement();
  run.probe_cpu_shares();
  run.run_load();
  return run.finish();
}

}  // namespace continuo
