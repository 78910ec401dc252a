// What the model leaves out of a scenario and what that hides, for notes and explanations.
#pragma once

#include <string>

#include "model/flows.hh"

namespace continuo {

// Tells of a link on whose way a message or, where it is shorter, the largest window of a connection does not fit the queue; empty: none.
std::string short_link_queue(const Scenario& scenario, const Flows& flows);

}  // namespace continuo
