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
  LinkCounters counters;  // of the time in question alone
};

// One resource a link of the scenario, as the model has it: the busiest of its pairs of nodes. Two nodes with a link of their own have
// a resource of their own. Links that nothing needed are left out.
std::vector<ResourceLoad> link_loads(const Scenario& scenario, std::span<const PathLoad> paths, Duration time);

// Of one access link, "endpoint-1 up". Nothing: nothing needed it.
std::optional<ResourceLoad> access_load(const Scenario& scenario, NodeIndex node, bool up, const LinkCounters& counters,
                                        Duration time);

}  // namespace continuo
