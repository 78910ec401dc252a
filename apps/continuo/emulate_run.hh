// An emulation with its progress on stderr and Ctrl-C, for `continuo run`.
#pragma once

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

// Nothing: interrupted.
std::optional<EmulateRun> emulate_with_progress(const Scenario& scenario, const EmulateRunOptions& options);

}  // namespace continuo
