// What the wiring tells predictions beyond the scenario.
#pragma once

#include "policy/assumptions.hh"

namespace continuo {

// The commit of this program and the sizes of the input files, as far as they are on disk.
Assumptions assumptions_of(const Scenario& scenario);

}  // namespace continuo
