#include "energy/energy_of.hh"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "scenario/link_class.hh"
#include "scenario/usual_energy.hh"

namespace continuo {

namespace {

constexpr double carried_max = 1e18;  // bytes; what an absurd workload asks for beyond that is not counted

// Of `busy` core-seconds on nodes of a tier.
Energy dynamic_energy(const Tier& tier, const PowerDraw& power, double busy) {
  return Energy::joules((power.busy.watts() - power.idle.watts()) * busy / tier.cores);
}

Energy idle_energy(const PowerDraw& power, double nodes, Duration time) { return nodes * (power.idle * time); }

Energy carrying(EnergyPerBit per_bit, double bytes) { return Energy::joules(per_bit.nanojoules() * 1e-9 * 8.0 * bytes); }

std::optional<double> cost_of(const Tier& tier, Duration time) {
  if (!tier.price) return std::nullopt;
  return tier.price->per_hour * tier.nodes * to_seconds(time) / 3600.0;
}

Bytes whole(double bytes) { return Bytes::of(std::llround(std::min(bytes, carried_max))); }

void add_nodes(const Scenario& scenario, const Usage& usage, EnergyUse& use) {
  if (usage.of_nodes.empty() || scenario.nodes.size() > energy_nodes_max) return;
  for (NodeIndex node = 0; node < scenario.nodes.size(); ++node) {
    const Tier& tier = scenario.tier_of(node);
    const PowerDraw power = power_of(tier);
    use.nodes.push_back({scenario.nodes[node].name, idle_energy(power, 1, usage.time()), dynamic_energy(tier, power, usage.of_nodes[node])});
  }
}

}  // namespace

PowerDraw power_of(const Tier& tier) { return tier.power.value_or(usual_power(tier.role)); }

BitEnergy bit_energy_of(const Scenario& scenario, std::size_t link_class) {
  const bool of_tiers = link_class < scenario.links.size();
  const PairLink* pair = of_tiers ? nullptr : &scenario.pair_links.at(link_class - scenario.links.size());
  const TierIndex from = of_tiers ? scenario.links[link_class].from : scenario.nodes[pair->from].tier;
  const TierIndex to = of_tiers ? scenario.links[link_class].to : scenario.nodes[pair->to].tier;
  const Role sender = scenario.tiers[from].role;
  const Role receiver = scenario.tiers[to].role;
  const LinkProperties& link = of_tiers ? scenario.links[link_class].properties : pair->properties;
  const auto& stated = link.energy;
  // Of which nothing was said is on a LAN.
  if (!stated) return {link == default_link() ? ethernet_energy() : usual_energy(sender, receiver, from == to), true};
  return {*stated, *stated == cellular_energy(sender, receiver)};
}

EnergyUse energy_of(const Scenario& scenario, const Usage& usage, std::span<const ServiceResult> services) {
  EnergyUse use;
  use.time = usage.time();
  for (const ServiceResult& service : services) use.services.push_back({.name = service.name, .completed = service.completed});
  for (TierIndex index = 0; index < scenario.tiers.size(); ++index) {
    const Tier& tier = scenario.tiers[index];
    const PowerDraw power = power_of(tier);
    use.beside += dynamic_energy(tier, power, usage.busy_beside(index));
    use.tiers.push_back({.name = tier.name, .nodes = static_cast<std::uint64_t>(tier.nodes), .idle_power = power.idle,
                         .busy_power = power.busy, .is_usual = !tier.power, .idle = idle_energy(power, tier.nodes, usage.time()),
                         .dynamic = dynamic_energy(tier, power, usage.busy(index)), .cost = cost_of(tier, usage.time())});
    if (tier.price) use.currency = tier.price->currency;
    for (ServiceIndex service = 0; service < use.services.size(); ++service) {
      use.services[service].dynamic += dynamic_energy(tier, power, usage.busy(index, service));
    }
  }
  for (std::size_t link = 0; link < usage.link_classes(); ++link) {
    const double bytes = usage.carried(link);
    if (bytes <= 0.0) continue;
    const auto [per_bit, is_usual] = bit_energy_of(scenario, link);
    use.beside += carrying(per_bit, usage.carried_beside(link));
    use.links.push_back({link_class_label(scenario, link), per_bit, is_usual, whole(bytes), carrying(per_bit, bytes)});
    for (ServiceIndex service = 0; service < use.services.size(); ++service) {
      use.services[service].links += carrying(per_bit, usage.carried(link, service));
    }
  }
  add_nodes(scenario, usage, use);
  return use;
}

EnergyFigures energy_figures(const Scenario& scenario, const Usage& usage, std::span<const double> completed) {
  std::vector<Energy> charged(completed.size(), Energy::none());
  Energy shared = Energy::none();
  std::optional<double> cost;
  for (TierIndex index = 0; index < scenario.tiers.size(); ++index) {
    const Tier& tier = scenario.tiers[index];
    const PowerDraw power = power_of(tier);
    shared += idle_energy(power, tier.nodes, usage.time()) + dynamic_energy(tier, power, usage.busy_beside(index));
    if (const auto hours = cost_of(tier, usage.time())) cost = cost.value_or(0.0) + *hours;
    for (ServiceIndex service = 0; service < completed.size(); ++service) {
      charged[service] += dynamic_energy(tier, power, usage.busy(index, service));
    }
  }
  for (std::size_t link = 0; link < usage.link_classes(); ++link) {
    if (usage.carried(link) <= 0.0) continue;
    const EnergyPerBit per_bit = bit_energy_of(scenario, link).per_bit;
    shared += carrying(per_bit, usage.carried_beside(link));
    for (ServiceIndex service = 0; service < completed.size(); ++service) charged[service] += carrying(per_bit, usage.carried(link, service));
  }
  const double all_completed = std::accumulate(completed.begin(), completed.end(), 0.0);
  EnergyFigures figures;
  for (ServiceIndex service = 0; service < completed.size(); ++service) {
    auto& per_request = figures.per_request.emplace_back();
    if (completed[service] > 0.0) per_request = charged[service] / completed[service] + shared / all_completed;
  }
  if (cost && all_completed > 0.0) figures.cost_per_million = *cost / all_completed * 1e6;
  return figures;
}

}  // namespace continuo
