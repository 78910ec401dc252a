// Whether this host can give every node of a scenario the CPU that it is said to have.
#pragma once

#include <optional>
#include <string>

#include "scenario/scenario.hh"

namespace continuo {

// Why the scenario cannot run here, with the sum tier by tier; nothing: it can.
std::optional<std::string> why_host_is_too_small(const Scenario& scenario, int host_cores);

}  // namespace continuo
