// Files of evaluations, as `continuo run --json` writes them.
#pragma once

#include <string>
#include <vector>

#include "result/evaluation.hh"

namespace continuo {

// A list of Evaluations, or one. Throws std::runtime_error without the file's name.
std::vector<Evaluation> read_evaluations(const std::string& path);

}  // namespace continuo
