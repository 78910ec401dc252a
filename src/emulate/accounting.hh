// From what was observed during a run to its Evaluation. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "emulate/fabric/fabric.hh"
#include "emulate/request_ledger.hh"
#include "result/evaluation.hh"
#include "scenario/scenario.hh"

namespace continuo {

struct NodeUsage {
  Duration cpu_used{};  // while the load ran
  Bytes memory_peak = Bytes::zero();
};

// What an event or a command did, and when it was done.
struct AppliedAction {
  Action action;
  std::string text;
  Duration at{};  // after the load began
};

// How many requests each node was to send of each stream; nothing: of a closed loop nobody knows beforehand.
using ScheduledRequests = std::map<std::pair<StreamIndex, NodeIndex>, std::optional<std::uint64_t>>;

struct RunObservations {
  // What is missing among a node's records was lost with its sender.
  ScheduledRequests scheduled;
  Duration load_start{};  // CLOCK_MONOTONIC
  Duration load_time{};   // from there to the last answer
  std::vector<NodeUsage> usage;  // of each node
  std::vector<AppliedAction> applied;     // in the order of time
  // The nodes whose load generators were stopped because somebody wanted it, with the reason that their missing requests fail for.
  std::map<NodeIndex, std::string> stopped_senders;
  FabricCounters before;  // when the load began
  FabricCounters after;   // when it had ended
};

inline constexpr const char* load_died = "load-died";
inline constexpr const char* sender_killed = "sender-killed";
inline constexpr const char* sender_paused = "sender-paused";

// In core-seconds a second, over the load: its quota may have changed.
double mean_cpu(const Scenario& scenario, const RunObservations& run, NodeIndex node);

// Services, resources, bottleneck, feasible, energy, timeline and duration. Everything else of the Evaluation is left to the caller.
Evaluation account(const Scenario& scenario, const RequestLedger& requests, const RunObservations& run);

}  // namespace continuo
