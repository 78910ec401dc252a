// What the model may be told beyond the scenario.
#pragma once

#include "policy/assumptions.hh"

namespace continuo {

struct ModelOptions : Assumptions {};

}  // namespace continuo
