// One scenario evaluated at the fidelities that are asked for.
#pragma once

#include <set>
#include <vector>

#include "calibration/measured_from.hh"
#include "emulate_run.hh"
#include "exit_status.hh"
#include "replicate.hh"
#include "result/evaluation.hh"
#include "scenario/scenario.hh"

namespace continuo {

struct FidelitiesAsked {
  std::set<Fidelity> at;        // of model, simulate, emulate
  EmulateRunOptions emulation;  // its clock is used in any case
  ReplicationsAsked replications = {.count = 1};  // of the simulation
  ProfiledTimes profiled = {};  // of kept profiles: where nothing was emulated
};

// From the coarsest fidelity to the finest. One that failed does not take the others with it: the status tells, and why is on stderr.
// Interrupted: no evaluation.
struct Evaluated {
  std::vector<Evaluation> evaluations;
  ExitStatus status = exit_ok;
};

// Emulates first: predictions rest on the service times that the nodes measured on arrival, before any load; without an emulation, on
// kept profiles, whose flags are in the notes of the predictions.
Evaluated evaluate_at(const Scenario& scenario, const FidelitiesAsked& asked);

// What --at says; none: all.
std::set<Fidelity> fidelities_called(const std::vector<std::string>& names);

}  // namespace continuo
