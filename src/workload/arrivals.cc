#include "workload/arrivals.hh"

#include <algorithm>
#include <cassert>

namespace continuo {

Rng arrivals_rng(const Scenario& scenario, StreamIndex stream, NodeIndex node) {
  return Rng{scenario.seed.derive("arrivals/" + scenario.workload.at(stream).name + "/" + scenario.nodes.at(node).name)};
}

Duration first_gap(const Arrivals& arrivals, Rng& rng) {
  if (const auto* periodic = std::get_if<Periodic>(&arrivals)) {
    return Duration{static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(periodic->interval.count())))};
  }
  return gap(arrivals, rng);
}

Duration gap(const Arrivals& arrivals, Rng& rng) {
  if (const auto* periodic = std::get_if<Periodic>(&arrivals)) return periodic->interval;
  return rng.exponential(std::get<Poisson>(arrivals).mean_interval);
}

NodeIndex first_node(const Scenario& scenario, TierIndex tier) {
  const auto first = std::ranges::lower_bound(scenario.nodes, tier, {}, &Node::tier);
  return static_cast<NodeIndex>(first - scenario.nodes.begin());
}

std::size_t first_input(const Scenario& scenario, StreamIndex stream, std::size_t rank) {
  const Stream& which = scenario.workload.at(stream);
  const auto nodes = static_cast<std::size_t>(scenario.tiers.at(which.from).nodes);
  assert(nodes > 0);
  return rank * which.inputs.size() / nodes;
}

}  // namespace continuo
