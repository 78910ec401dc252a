// Why no node can run a service, for people.
#pragma once

#include <string>
#include <vector>

#include "policy/placement.hh"

namespace continuo {

// "slow not on edge-1, edge-2: builtin: needs 300 MiB, 230 MiB of 330 MiB left": nodes with the same obstacle in one line, five lines at most and
// what is left beyond them.
std::vector<std::string> obstacles(const std::string& service, const Placement& placement);

}  // namespace continuo
