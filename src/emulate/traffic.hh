// What became of the packets of each path while the load ran. Pure.
#pragma once

#include <cstddef>
#include <vector>

#include "emulate/fabric/fabric.hh"
#include "result/evaluation.hh"
#include "scenario/scenario.hh"

namespace continuo {

// So many pairs of nodes have an entry of their own, those that were offered most bytes; the others of a link share one.
inline constexpr std::size_t traffic_pairs_max = 1000;

// Of the paths that were offered a packet between two copies of the counters: pairs in the order of the nodes, the rest of each link
// behind them, access links last.
std::vector<PathTraffic> account_traffic(const Scenario& scenario, const FabricCounters& before, const FabricCounters& after,
                                         std::size_t pairs_max = traffic_pairs_max);

}  // namespace continuo
