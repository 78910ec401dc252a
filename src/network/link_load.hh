// How busy the links of a scenario were, from what their queues have counted. Pure.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "network/link_counters.hh"
#include "result/evaluation.hh"
#include "scenario/scenario.hh"

namespace continuo {

struct PathLoad {
  NodeIndex from = 0;
  NodeIndex to = 0;
  LinkCounters counters;   // of the time in question alone
  double for_users = 0.0;  // share of it that users of closed loops asked for: they take what is left and overload nothing
};

struct AccessLoad {
  NodeIndex node = 0;
  bool up = true;
  LinkCounters counters;
  double for_users = 0.0;
};

// How long it was counted for; and how many times as long as that open streams were answered for.
struct CountedTime {
  Duration time{};
  double longer = 1.0;
};

// One resource a link of the scenario, as the model has it: the busiest of its pairs of nodes. Two nodes with a link of their own have
// a resource of their own. Links that nothing needed are left out.
std::vector<ResourceLoad> link_loads(const Scenario& scenario, std::span<const PathLoad> paths, const CountedTime& counted);

// Of one access link, "endpoint-1 up". Nothing: nothing needed it.
std::optional<ResourceLoad> access_load(const Scenario& scenario, const AccessLoad& access, const CountedTime& counted);

}  // namespace continuo
