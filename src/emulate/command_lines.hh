// The programs that run in the nodes, as argument vectors. Pure.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "scenario/scenario.hh"
#include "units/time.hh"

namespace continuo {

// `continuo node ...`: the hub gets the scenario, from which it takes packages and placement; a node of another site than the
// hub's, which no multicast reaches, gets the hub's address.
std::vector<std::string> node_command(const Scenario& scenario, NodeIndex node, const std::filesystem::path& program);

// `continuo load ...`: the node's share of the workload, sent to the node itself, which forwards what another does better.
std::vector<std::string> load_command(const Scenario& scenario, NodeIndex node, const std::filesystem::path& program,
                                      Duration start_at);

}  // namespace continuo
