// Nodes that no prediction needs to tell apart, and which of them serve what: placement for a million nodes as for three.
#pragma once

#include <cstddef>
#include <vector>

#include "policy/assumptions.hh"
#include "scenario/scenario.hh"

namespace continuo {

// Nodes of one tier with the same access link, the same measured service times and the same part in the placement. A node that has a
// link of its own to another is a class of its own.
struct NodeClass {
  TierIndex tier = 0;
  NodeIndex first = 0;
  std::size_t count = 1;
  std::vector<NodeIndex> members{};  // ascending; empty: the `count` nodes from `first` on

  NodeIndex node(std::size_t member) const { return members.empty() ? first + member : members[member]; }
};

// A service that has this variant on every node of the class.
struct ClassServing {
  ServiceIndex service = 0;
  std::size_t node_class = 0;
  std::size_t variant = 0;  // of the service's package
};

struct ClassPlacement {
  std::vector<NodeClass> classes;     // in the order of their first nodes
  std::vector<ClassServing> serving;  // by service, then by the names of the classes' first nodes
};

// What planned_placement() (policy/serving_plan.hh) puts where, or the placement that is assumed; services that no stream asks for
// take their memory all the same.
ClassPlacement class_placement(const Scenario& scenario, const Assumptions& assumptions);

}  // namespace continuo
