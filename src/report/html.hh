// The report as one HTML file: no scripts, no other files, opens anywhere and prints.
#pragma once

#include <span>
#include <string>

#include "result/evaluation.hh"
#include "scenario/scenario.hh"

namespace continuo {

// Evaluations of this scenario, from the coarsest fidelity to the finest. Every text is escaped.
std::string render_html(const Scenario& scenario, std::span<const Evaluation> evaluations);

}  // namespace continuo
