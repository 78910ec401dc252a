// Which formulas the model's answer for a scenario rests on, and whether each is within its range there.
#pragma once

#include <string>
#include <vector>

#include "model/options.hh"

namespace continuo {

struct Explanation {
  std::string term;     // "wait for a worker"
  std::string formula;
  std::string source;   // paper, RFC, measurement
  std::string range;    // where it holds, and how well
  bool holds = true;    // within that range, in this scenario
  std::string because;  // why not; empty if it holds
};

// Those that the scenario uses, each once, in the order in which a request meets them. docs/model.md derives them.
std::vector<Explanation> explain(const Scenario& scenario, const ModelOptions& options);

}  // namespace continuo
