// How full the memory of nodes is predicted to be: (program + sum of what their variants state) / memory. The model and the simulator tell it
// alike; it follows from the placement alone, whatever the load.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "policy/node_classes.hh"
#include "scenario/scenario.hh"

namespace continuo {

// What a node's program takes before it has loaded anything: the highest charge of its control group was 3.7 to 4.0 MiB in emulations on Linux
// 6.18, of the hub and of others alike (docs/model.md). Pages of program and libraries that the host has in memory anyway are not in it.
inline constexpr Bytes node_program_memory = Bytes::mebibytes(4);

// The variants that one node has loaded.
class LoadedVariants {
 public:
  void add(const Variant& variant);

  // Of so much memory the share that they and the node's program take; may be above 1, since placement leaves nothing for the program. Nothing:
  // none is loaded, or one states no memory, so that the sum is not known.
  std::optional<double> share_of(Bytes memory) const;

 private:
  Bytes stated_ = Bytes::zero();
  bool has_any_ = false;
  bool all_state_ = true;
};

// Of a node of which it is known.
struct NodeMemory {
  NodeIndex node = 0;
  double filled = 0.0;
};

// In the order of the nodes; those that serve nothing are left out.
std::vector<NodeMemory> memory_of_nodes(const Scenario& scenario, std::span<const NodeClass> classes, std::span<const ClassServing> serving);

}  // namespace continuo
