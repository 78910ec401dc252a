// The topology as SVG: a column a tier, a box a node with its load and what it serves, and the links between the tiers with
// what was asked of them and what was measured.
#pragma once

#include <string>

#include "result/evaluation.hh"
#include "scenario/scenario.hh"

namespace continuo {

std::string draw_topology(const Scenario& scenario, const Evaluation& evaluation);

}  // namespace continuo
