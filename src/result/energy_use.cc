#include "result/energy_use.hh"

#include <map>

namespace continuo {

namespace {

template <class List, class Function>
Energy sum_of(const List& list, Function energy) {
  Energy sum = Energy::none();
  for (const auto& one : list) sum += energy(one);
  return sum;
}

std::uint64_t completed_in_all(const EnergyUse& use) {
  std::uint64_t completed = 0;
  for (const ServiceEnergy& service : use.services) completed += service.completed;
  return completed;
}

// By name.
template <class One, class Add>
void merge_lists(const std::vector<One>& more, std::vector<One>& sum, Add add) {
  std::map<std::string, std::size_t> places;
  for (std::size_t place = 0; place < sum.size(); ++place) places.emplace(sum[place].name, place);
  for (const One& one : more) {
    const auto [found, is_new] = places.try_emplace(one.name, sum.size());
    if (is_new) sum.push_back(one);
    else add(one, sum[found->second]);
  }
}

}  // namespace

Energy EnergyUse::idle() const {
  return sum_of(tiers, [](const TierEnergy& tier) { return tier.idle; });
}

Energy EnergyUse::dynamic() const {
  return sum_of(tiers, [](const TierEnergy& tier) { return tier.dynamic; });
}

Energy EnergyUse::of_links() const {
  return sum_of(links, [](const LinkEnergy& link) { return link.energy; });
}

std::optional<double> EnergyUse::cost() const {
  std::optional<double> sum;
  for (const TierEnergy& tier : tiers) {
    if (tier.cost) sum = sum.value_or(0.0) + *tier.cost;
  }
  return sum;
}

std::optional<Energy> marginal_per_request(const ServiceEnergy& service) {
  if (service.completed == 0) return std::nullopt;
  return (service.dynamic + service.links) / static_cast<double>(service.completed);
}

std::optional<Energy> whole_per_request(const EnergyUse& use, const ServiceEnergy& service) {
  const auto marginal = marginal_per_request(service);
  if (!marginal) return std::nullopt;
  return *marginal + (use.idle() + use.beside) / static_cast<double>(completed_in_all(use));
}

std::optional<double> cost_per_million(const EnergyUse& use) {
  const auto cost = use.cost();
  const std::uint64_t completed = completed_in_all(use);
  if (!cost || completed == 0) return std::nullopt;
  return *cost / static_cast<double>(completed) * 1e6;
}

void merge(const EnergyUse& more, EnergyUse& sum) {
  sum.time += more.time;
  sum.beside += more.beside;
  merge_lists(more.tiers, sum.tiers, [](const TierEnergy& one, TierEnergy& all) {
    all.idle += one.idle;
    all.dynamic += one.dynamic;
    if (one.cost) all.cost = all.cost.value_or(0.0) + *one.cost;
  });
  merge_lists(more.nodes, sum.nodes, [](const NodeEnergy& one, NodeEnergy& all) {
    all.idle += one.idle;
    all.dynamic += one.dynamic;
  });
  merge_lists(more.links, sum.links, [](const LinkEnergy& one, LinkEnergy& all) {
    all.carried = all.carried + one.carried;
    all.energy += one.energy;
  });
  merge_lists(more.services, sum.services, [](const ServiceEnergy& one, ServiceEnergy& all) {
    all.completed += one.completed;
    all.dynamic += one.dynamic;
    all.links += one.links;
  });
}

}  // namespace continuo
