// How large the batches of a scenario are, and so how much its requests take of what they would take alone.
#pragma once

#include "model/flows.hh"

namespace continuo {

// Sets Choice::in_batches, under shares that are set. Of a station that cannot carry what comes all batches are as large as can be.
void share_batches(const Scenario& scenario, const ModelOptions& options, Flows& flows);

}  // namespace continuo
