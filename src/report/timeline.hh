// Who served when, as SVG: completed requests a second by serving node, stacked, with the events of the run.
#pragma once

#include <string>

#include "result/evaluation.hh"

namespace continuo {

// Empty if the evaluation has no timeline.
std::string draw_timeline(const Evaluation& evaluation);

}  // namespace continuo
