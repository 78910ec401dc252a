// Which paths are alike: those between two tiers, and each between two nodes that have a link of their own.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "scenario/scenario.hh"

namespace continuo {

// An index into scenario.links and, behind these, scenario.pair_links. Nothing: the scenario has no link for the pair, and so
// the default one holds; that of a file has one for each.
std::optional<std::size_t> link_class_of(const Scenario& scenario, NodeIndex from, NodeIndex to);

// What people call the links of a class.
std::string link_class_label(const Scenario& scenario, std::size_t link_class);

}  // namespace continuo
