// An emulation with its progress on stderr and Ctrl-C, for `continuo run` and `continuo emulate up`.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "emulate/fabric/packet_capture.hh"
#include "model/options.hh"
#include "os/clock.hh"
#include "result/evaluation.hh"
#include "scenario/scenario.hh"

namespace continuo {

struct EmulateRunOptions {
  const Clock* clock = nullptr;
  Duration started{};   // of the command, CLOCK_MONOTONIC
  std::string logs;     // folder for the nodes' logs; empty: not kept
  bool quiet = false;
  bool quotas = true;   // false: --no-quota
  std::vector<PathCapture> captures = {};
};

struct EmulateRun {
  Evaluation evaluation;
  std::map<std::pair<ServiceIndex, NodeIndex>, MeasuredService> measured;

};

// Where the emulations of this user are found.
std::filesystem::path own_run_folder_root();

// From now on the first Ctrl-C ends the emulation under way, or the next one at once, in good order; a second one ends the program.
// The two below begin with it.
void stop_emulations_when_asked();
// From now on Ctrl-C ends the program. Whether it was asked to stop before.
bool stop_as_usual();

// Until Ctrl-C; the exit status.
int keep_up_with_progress(const Scenario& scenario, const EmulateRunOptions& options);

// Nothing: interrupted.
std::optional<EmulateRun> emulate_with_progress(const Scenario& scenario, const EmulateRunOptions& options);

}  // namespace continuo
