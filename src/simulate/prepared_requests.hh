// How many requests each node has made.
#pragma once

#include <cstdint>
#include <vector>

#include "scenario/scenario.hh"
#include "workload/user.hh"

namespace continuo {

// Those of users apart from those of open streams, in a scenario that has users: four bytes a node and kind.
class PreparedRequests {
 public:
  explicit PreparedRequests(const Scenario& scenario)
      : open_(scenario.nodes.size(), 0), by_users_(has_users(scenario) ? scenario.nodes.size() : 0, 0) {}

  void add(NodeIndex node, bool by_user) { ++(by_user ? by_users_ : open_)[node]; }
  double open(NodeIndex node) const { return open_[node]; }
  double by_users(NodeIndex node) const { return by_users_.empty() ? 0.0 : by_users_[node]; }
  void fetch(NodeIndex node) const { __builtin_prefetch(&open_[node], 1); }

 private:
  std::vector<std::uint32_t> open_;
  std::vector<std::uint32_t> by_users_;
};

}  // namespace continuo
