// Which share of its requests each source sends where, when every node decides by policy/routing.hh.
#pragma once

#include <vector>

#include "model/flows.hh"
#include "model/terms/waiting.hh"

namespace continuo {

// Sets the shares: at low load each source's fastest node takes all, at higher load the slower ones take what makes no
// request better off elsewhere (Wardrop's equilibrium by successive averages).
void route_flows(const Scenario& scenario, Flows& flows);

// What arrives at each server under the shares.
std::vector<QueueLoad> server_loads(const Flows& flows);

}  // namespace continuo
