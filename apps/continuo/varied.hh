// What `sweep` and `limit` share: a scenario file whose values are varied, and its prediction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "result/evaluation.hh"
#include "policy/assumptions.hh"
#include "scenario/scenario.hh"
#include "sweep/sweep_table.hh"
#include "sweep/varied_scenario.hh"

namespace continuo {

struct VariedFile {
  VariedScenario varied;
  Scenario as_written;
  std::string digest;  // of the file's text: 64 hexadecimal digits
};

// Nothing: the file has mistakes or a path leads nowhere, and stderr has it.
std::optional<VariedFile> varied_or_complaint(const std::string& file, std::vector<TreePath> paths);

// Writes `PROGRAM: what is wrong`, and below it what would be right.
void complain(const AskedWrongly& wrong);

// At model or simulate. A pure function: threads may call it at once.
Evaluation predict_at(Fidelity fidelity, const Scenario& scenario);

// The same figures at model as those of predict_at(), in microseconds; with the assumptions of assumptions_of() (assumed.hh).
SweepRow model_row(std::vector<std::string> values, const Scenario& scenario, const Assumptions& assumptions);

}  // namespace continuo
