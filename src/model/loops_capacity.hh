// What the users of closed loops would ask of nodes and links beyond what these can do.
#pragma once

#include <vector>

#include "model/flows.hh"
#include "model/meeting_places.hh"

namespace continuo {

// By source: the share of its rate with which no meeting place and no CPU gets a load of one; 1 for open streams, which take their part first.
std::vector<double> kept_below_capacity(const Scenario& scenario, const ModelOptions& options, const Flows& flows, const MeetingPlaces& places);

}  // namespace continuo
