// What `sweep` and `limit` share: a scenario file whose values are varied, and its prediction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kept_profiles.hh"
#include "model/terms/row_memory.hh"
#include "result/evaluation.hh"
#include "policy/assumptions.hh"
#include "scenario/scenario.hh"
#include "sweep/sweep_table.hh"
#include "sweep/varied_scenario.hh"

namespace continuo {

struct VariedFile {
  VariedScenario varied;
  Scenario as_written;
  std::string digest;  // of the file's text, and of the profiles if there are: 64 hexadecimal digits
  std::optional<KeptProfiles> profiles = std::nullopt;
};

// Nothing: the file has mistakes, a path leads nowhere or profiles do not hold for the file as it is written, and stderr has it.
std::optional<VariedFile> varied_or_complaint(const std::string& file, std::vector<TreePath> paths, const ProfilesAsked& profiles = {});

// Of one of its scenarios: as assumptions_of() (assumed.hh), with what the profiles tell of it. Threads may call it at once.
Assumptions assumptions_at(const VariedFile& file, const Scenario& scenario);

// Writes `PROGRAM: what is wrong`, and below it what would be right.
void complain(const AskedWrongly& wrong);

// At model or simulate. A pure function: threads may call it at once.
Evaluation predict_at(Fidelity fidelity, const Scenario& scenario, const Assumptions& assumptions);
Evaluation predict_at(Fidelity fidelity, const Scenario& scenario);  // with those of assumptions_of()

// The same figures at model as those of predict_at(), in microseconds.
SweepRow model_row(std::vector<std::string> values, const Scenario& scenario, const Assumptions& assumptions, RowMemory& memory);

}  // namespace continuo
