// The simulator: a scenario's requests one by one, in simulated time.
#pragma once

#include <cstdint>
#include <functional>

#include "policy/assumptions.hh"
#include "result/evaluation.hh"
#include "scenario/scenario.hh"

namespace continuo {

struct SimulateOptions : Assumptions {
  // How often serving nodes tell the others how busy they are, and after how long without a word one counts as lost: as
  // discovery/lease.hh has it.
  Duration heartbeat = std::chrono::milliseconds{500};
  Duration lease = std::chrono::milliseconds{1500};
  // Told now and then, some million events apart, what has been simulated so far.
  std::function<void(Duration simulated, std::uint64_t events)> progress = {};
};

// A pure function of its arguments: the same scenario, seed and options give the same Evaluation, bit for bit. Arrivals are those that
// the emulation's load generators send (workload/schedule.hh). What is left out stands in the Evaluation's notes.
Evaluation evaluate(const Scenario& scenario, const SimulateOptions& options);

}  // namespace continuo
