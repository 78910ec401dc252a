// Named sets of link figures, by the roles of the two ends.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/scenario.hh"

namespace continuo {

std::vector<std::string> preset_names();

// The figures of the Continuum framework (Jansen et al., CCGrid 2023; its infrastructure/network.py), the same in both
// directions; and of the wireless links what a bit takes (scenario/usual_energy.hh). Nothing: the preset has no figures for
// these roles (endpoint to endpoint).
std::optional<LinkProperties> preset_link(std::string_view preset, Role from, Role to);

}  // namespace continuo
