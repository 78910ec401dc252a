// A scenario given on the command line.
#pragma once

#include <optional>
#include <string>

#include "scenario/scenario.hh"

namespace continuo {

// Nothing: the file has mistakes, and all of them are on stderr.
std::optional<Scenario> scenario_or_complaint(const std::string& file);

}  // namespace continuo
