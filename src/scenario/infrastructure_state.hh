// What holds of nodes and links while events go by: the parser finds events that change nothing with it, and the emulation
// knows what is in force.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "scenario/scenario.hh"

namespace continuo {

enum class NodeState : std::uint8_t { running, paused, killed };
const char* to_string(NodeState state);

// The scenario must outlive it.
class InfrastructureState {
 public:
  explicit InfrastructureState(const Scenario& scenario);

  // Why the action would change nothing, or cannot be: then nothing has changed. Nothing: it holds from now on.
  std::optional<std::string> apply(const Action& action);

  // For who could not do what an action said.
  void put_back(NodeIndex node, NodeState state) { states_.at(node) = state; }
  void put_back(NodeIndex node, double quota) { quotas_.insert_or_assign(node, quota); }

  NodeState state(NodeIndex node) const { return states_.at(node); }
  double quota(NodeIndex node) const;  // share of each core
  LinkProperties link(NodeIndex from, NodeIndex to) const;
  // Of an access link that the node has in this direction.
  LinkProperties access(NodeIndex node, bool up) const;
  bool is_cut(NodeIndex from, NodeIndex to) const { return cut_.contains(key(from, to)); }
  // Ordered: both directions of a partition are in it.
  std::vector<std::pair<NodeIndex, NodeIndex>> cut_pairs() const;

 private:
  std::optional<std::string> change(const ChangeLinks& change);
  std::optional<std::string> change(const ChangeAccess& change);
  std::optional<std::string> partition(const Partition& partition);
  std::optional<std::string> heal(const Heal& heal);
  std::optional<std::string> command(const CommandNodes& command);
  std::optional<std::string> change_quota(const ChangeQuota& change);
  std::uint64_t key(NodeIndex from, NodeIndex to) const { return from * scenario_.nodes.size() + to; }

  const Scenario& scenario_;
  std::vector<NodeState> states_;
  std::unordered_map<NodeIndex, double> quotas_;  // those that differ from their tier's
  std::unordered_map<std::uint64_t, LinkProperties> changed_;
  std::map<std::pair<NodeIndex, bool>, LinkProperties> changed_access_;  // true: up
  std::unordered_set<std::uint64_t> cut_;
};

// The ordered pairs of different nodes that an action on links is about; of "heal everything" none.
std::vector<std::pair<NodeIndex, NodeIndex>> pairs_of(const Action& action);
// How many these are, without making them: two sides of some thousand nodes have millions. Of sides in ascending order.
std::size_t count_pairs(const Action& action);

}  // namespace continuo
