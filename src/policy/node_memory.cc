#include "policy/node_memory.hh"

#include <algorithm>

namespace continuo {

void LoadedVariants::add(const Variant& variant) {
  stated_ += variant.memory;
  has_any_ = true;
  all_state_ = all_state_ && variant.memory > Bytes::zero();
}

std::optional<double> LoadedVariants::share_of(Bytes memory) const {
  if (!has_any_ || !all_state_ || memory <= Bytes::zero()) return std::nullopt;
  return static_cast<double>((node_program_memory + stated_).count()) / static_cast<double>(memory.count());
}

std::vector<NodeMemory> memory_of_nodes(const Scenario& scenario, std::span<const NodeClass> classes, std::span<const ClassServing> serving) {
  std::vector<LoadedVariants> loaded(classes.size());
  for (const ClassServing& one : serving) {
    loaded.at(one.node_class).add(scenario.services.at(one.service).package.variants.at(one.variant));
  }
  std::vector<NodeMemory> nodes;
  for (std::size_t index = 0; index < classes.size(); ++index) {
    const auto filled = loaded[index].share_of(scenario.tiers.at(classes[index].tier).memory);
    if (!filled) continue;
    for (std::size_t member = 0; member < classes[index].count; ++member) nodes.push_back({classes[index].node(member), *filled});
  }
  std::ranges::sort(nodes, {}, &NodeMemory::node);
  return nodes;
}

}  // namespace continuo
