// Where the time goes, as SVG: for each service one stacked bar a fidelity, all to one scale.
#pragma once

#include <span>
#include <string>

#include "result/evaluation.hh"

namespace continuo {

std::string draw_stage_bars(std::span<const Evaluation> evaluations);

}  // namespace continuo
