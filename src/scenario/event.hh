// What happens to the infrastructure while the load runs: changes and failures.
#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "scenario/link_properties.hh"
#include "units/time.hh"

namespace continuo {

// Every pair of a node of `from` and one of `to`; both directions if said.
struct ChangeLinks {
  std::vector<std::size_t> from;
  std::vector<std::size_t> to;
  bool both_ways = true;
  LinkPatch patch;
};

// The access links of some nodes, in one direction: up from the node, or down to it. Each has one from the beginning.
struct ChangeAccess {
  std::vector<std::size_t> nodes;
  bool up = true;
  LinkPatch patch;
};

// No packet passes between a node of `one` and a node of `other`, in either direction, until it is healed.
struct Partition {
  std::vector<std::size_t> one;
  std::vector<std::size_t> other;
};
// Both sides empty: everything that is cut.
struct Heal {
  std::vector<std::size_t> one;
  std::vector<std::size_t> other;
};

//   kill     its processes end at once (signal 9); its network stays
//   pause    its processes stop where they are (signal 19), and lose no state
//   resume   they go on
//   restart  killed if it runs, then started anew, with an empty store
enum class NodeCommand { kill, pause, resume, restart };
struct CommandNodes {
  NodeCommand command = NodeCommand::kill;
  std::vector<std::size_t> nodes;
};

struct ChangeQuota {
  std::vector<std::size_t> nodes;
  double quota = 1.0;  // share of each core, (0, 1]
};

using Action = std::variant<ChangeLinks, ChangeAccess, Partition, Heal, CommandNodes, ChangeQuota>;

struct Event {
  Duration at{};  // after the load begins
  Action action;
  std::string text;  // for people: "partition hall | cloud"
};

}  // namespace continuo
