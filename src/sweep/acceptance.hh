// Whether an Evaluation is one that its user can live with.
#pragma once

#include "result/evaluation.hh"
#include "sweep/bisection.hh"

namespace continuo {

// Holds: it is feasible, and every service that has an SLO meets it.
Verdict acceptable(const Evaluation& evaluation);

}  // namespace continuo
