// A made-up but plausible pair of Evaluations of one scenario, the same on every run. For tests of JSON and reports only.
#pragma once

#include <vector>

#include "result/evaluation.hh"

namespace continuo {

Evaluation sample_model();
// An emulated run in which edge-cv-1 was lost half-way.
Evaluation sample_emulation();
std::vector<Evaluation> sample_pair();

}  // namespace continuo
