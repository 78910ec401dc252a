// The report on a terminal or in a pipe: what a person wants to know of a run, in ten seconds.
#pragma once

#include <span>
#include <string>

#include "result/evaluation.hh"

namespace continuo {

struct TextOptions {
  int width = 100;      // columns; notes are wrapped to it
  bool colour = false;  // the wiring decides: a terminal, and no NO_COLOR
};

// Evaluations of one scenario, from the coarsest fidelity to the finest: where there are several, the error of the first
// against the last is shown in percent. ASCII apart from what names hold; control characters of names are replaced.
std::string render_text(std::span<const Evaluation> evaluations, const TextOptions& options);

}  // namespace continuo
