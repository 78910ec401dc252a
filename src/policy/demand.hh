// What placement weighs, taken from a scenario: its nodes, and the demand for each of its services.
#pragma once

#include <span>
#include <vector>

#include "policy/placement.hh"
#include "scenario/scenario.hh"

namespace continuo {

// The nodes as the scenario describes them, in its order. A tier that says nothing of runtimes is taken to have all that its
// services ask for, and `builtin` and `profiled`, which are part of the program; a tier that lists them has those and no other.
std::vector<PlacementNode> placement_nodes(const Scenario& scenario);
// Of these the nodes that have a runtime for some variant, whatever its memory: what a placement can be made of. In a large scenario most
// nodes only send.
std::vector<PlacementNode> able_nodes(const Scenario& scenario);

// The services in the scenario's order, with network times to these nodes (which may be fewer than the scenario's, or others:
// those that it does not know are taken to be as far as their tier, or at no distance if the tier is unknown too).
std::vector<PlacementService> placement_demand(const Scenario& scenario, std::span<const PlacementNode> nodes);

// The network time that placement_demand() gives for the nodes of a tier; 0 if no stream asks for the service.
Duration mean_network_time(const Scenario& scenario, ServiceIndex service, TierIndex tier);

// Propagation of a request and its answer, and their serialisation at the links' rates, without queueing.
Duration exchange_time(const LinkProperties& there, const LinkProperties& back, Bytes request, Bytes response);

}  // namespace continuo
