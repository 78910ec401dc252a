// A scenario given on the command line.
#pragma once

#include <optional>
#include <string>

#include "scenario/scenario.hh"

namespace continuo {

// Nothing: the file has mistakes, and all of them are on stderr.
std::optional<Scenario> scenario_or_complaint(const std::string& file);

// What only shows when the nodes start, found out before: package files that are not what their manifest says, services that
// no node can run, inputs that cannot be sent or whose expectation is malformed. True: nothing; false: all of it is on stderr.
bool can_be_provisioned(const Scenario& scenario);

}  // namespace continuo
