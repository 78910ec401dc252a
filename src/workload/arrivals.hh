// The arrival process of one stream as one node sends it: what Schedule and StreamSources have in common.
#pragma once

#include <cstddef>

#include "scenario/scenario.hh"
#include "units/rng.hh"

namespace continuo {

// The seed's stream "arrivals/STREAM/NODE".
Rng arrivals_rng(const Scenario& scenario, StreamIndex stream, NodeIndex node);
// From the stream's start to its first request: periodic uniform in [0, interval), Poisson exponential.
Duration first_gap(const Arrivals& arrivals, Rng& rng);
// From one request to the next.
Duration gap(const Arrivals& arrivals, Rng& rng);

// The nodes of a tier follow one another.
NodeIndex first_node(const Scenario& scenario, TierIndex tier);
// Which input the node with this place in its tier sends first: the nodes are spread evenly over them.
std::size_t first_input(const Scenario& scenario, StreamIndex stream, std::size_t rank);

}  // namespace continuo
