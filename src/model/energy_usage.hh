// What the flows use of nodes and links, for energy/energy_of.hh.
#pragma once

#include "energy/usage.hh"
#include "model/first_order.hh"
#include "model/flows.hh"

namespace continuo {

enum class NodesListed { no, yes };

// Mean rates over the length of each stream. What a node or link is asked for beyond its capacity is not done, and so uses nothing.
Usage usage_of(const Scenario& scenario, const Flows& flows, const Demands& demands, const ModelOptions& options, NodesListed listed);

}  // namespace continuo
