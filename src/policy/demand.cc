// Demand: see demand.hh.
#include "policy/demand.hh"

#include <algorithm>
#include <set>

namespace continuo {

namespace {

std::optional<std::vector<std::string>> allowed_nodes(const Scenario& scenario, ServiceIndex service) {
  std::vector<std::string> names;
  if (const auto* tier = std::get_if<PlaceOnTier>(&scenario.placement)) {
    for (const Node& node : scenario.nodes) {
      if (node.tier == tier->tier) {
        names.push_back(node.name);
      }
    }
    return names;
  }
  if (const auto* map = std::get_if<PlaceExplicitly>(&scenario.placement)) {
    const auto found = map->nodes.find(service);
    if (found == map->nodes.end()) {
      return std::nullopt;
    }
    for (const NodeIndex node : found->second) {
      names.push_back(scenario.nodes.at(node).name);
    }
    return names;
  }
  return std::nullopt;
}

// The link between two tiers; nothing if the scenario has none.
const LinkProperties* link_between(const Scenario& scenario, TierIndex from, TierIndex to) {
  const auto found = std::ranges::find_if(
      scenario.links, [&](const Link& link) { return link.from == from && link.to == to; });
  return found == scenario.links.end() ? nullptr : &found->properties;
}

std::optional<TierIndex> tier_named(const Scenario& scenario, const std::string& name) {
  const auto found = std::ranges::find(scenario.tiers, name, &Tier::name);
  if (found == scenario.tiers.end()) {
    return std::nullopt;
  }
  return static_cast<TierIndex>(found - scenario.tiers.begin());
}

// Mean over the nodes of the stream's tier; the node itself is at no distance from its own requests.
double mean_exchange(const Scenario& scenario, const Stream& stream, std::optional<TierIndex> tier) {
  if (!tier) {
    return 0.0;
  }
  const LinkProperties* there = link_between(scenario, stream.from, *tier);
  const LinkProperties* back = link_between(scenario, *tier, stream.from);
  if (there == nullptr || back == nullptr) {
    return 0.0;
  }
  const Bytes answer = scenario.services.at(stream.service).package.response_to(stream.input_size);
  const double exchange = to_seconds(exchange_time(*there, *back, stream.input_size, answer));
  const int sources = std::max(1, scenario.tiers.at(stream.from).nodes);
  const int elsewhere = *tier == stream.from ? sources - 1 : sources;
  return exchange * elsewhere / sources;
}

std::set<std::string> runtimes_of_variants(const Scenario& scenario) {
  std::set<std::string> runtimes;
  for (const Service& service : scenario.services) {
    for (const Variant& variant : service.package.variants) {
      runtimes.insert(variant.runtime);
    }
  }
  return runtimes;
}

// Sorted, and each once.
std::vector<std::string> runtimes_of(const Scenario& scenario, const Tier& tier) {
  std::set<std::string> runtimes;
  if (tier.runtimes) {
    runtimes.insert(tier.runtimes->begin(), tier.runtimes->end());
  } else {
    runtimes = runtimes_of_variants(scenario);
    runtimes.insert({"builtin", "profiled"});
  }
  return {runtimes.begin(), runtimes.end()};
}

template <typename Predicate>
std::vector<PlacementNode> nodes_where(const Scenario& scenario, Predicate has_wanted) {
  std::vector<PlacementNode> of_tier;
  std::vector<bool> is_wanted;
  for (const Tier& tier : scenario.tiers) {
    of_tier.push_back({"", tier.name, tier.cpu(), tier.cores, tier.memory, runtimes_of(scenario, tier)});
    is_wanted.push_back(has_wanted(of_tier.back().runtimes));
  }
  std::vector<PlacementNode> nodes;
  for (const Node& node : scenario.nodes) {
    if (!is_wanted.at(node.tier)) {
      continue;
    }
    nodes.push_back(of_tier[node.tier]);
    nodes.back().name = node.name;
  }
  return nodes;
}

}  // namespace

std::vector<PlacementNode> placement_nodes(const Scenario& scenario) {
  return nodes_where(scenario, [](std::span<const std::string>) { return true; });
}

std::vector<PlacementNode> able_nodes(const Scenario& scenario) {
  const std::set<std::string> needed = runtimes_of_variants(scenario);
  return nodes_where(scenario, [&](std::span<const std::string> runtimes) {
    return std::ranges::any_of(runtimes, [&](const std::string& runtime) { return needed.contains(runtime); });
  });
}

std::vector<PlacementService> placement_demand(const Scenario& scenario, std::span<const PlacementNode> nodes) {
  std::vector<PlacementService> services;
  for (ServiceIndex index = 0; index < scenario.services.size(); ++index) {
    const Service& service = scenario.services[index];
    PlacementService demand{service.name, service.package.variants, service.slo, 0.0, {}, allowed_nodes(scenario, index)};
    std::vector<double> weighted(nodes.size(), 0.0);
    for (const Stream& stream : scenario.workload) {
      if (stream.service != index) {
        continue;
      }
      const double rate = requests_per_second(scenario, stream);
      demand.requests_per_second += rate;
      for (std::size_t node = 0; node < nodes.size(); ++node) {
        weighted[node] += rate * mean_exchange(scenario, stream, tier_named(scenario, nodes[node].tier));
      }
    }
    if (demand.requests_per_second > 0.0) {
      for (const double sum : weighted) {
        demand.network_time.push_back(from_seconds(sum / demand.requests_per_second));
      }
    }
    services.push_back(std::move(demand));
  }
  return services;
}

Duration mean_network_time(const Scenario& scenario, ServiceIndex service, TierIndex tier) {
  double all = 0.0;
  double weighted = 0.0;
  for (const Stream& stream : scenario.workload) {
    if (stream.service != service) {
      continue;
    }
    const double rate = requests_per_second(scenario, stream);
    all += rate;
    weighted += rate * mean_exchange(scenario, stream, tier);
  }
  return all > 0.0 ? from_seconds(weighted / all) : Duration::zero();
}

Duration exchange_time(const LinkProperties& there, const LinkProperties& back, Bytes request, Bytes response) {
  Duration time = there.mean_delay() + back.mean_delay();
  if (const auto rate = there.mean_rate()) {
    time += request / *rate;
  }
  if (const auto rate = back.mean_rate()) {
    time += response / *rate;
  }
  return time;
}

}  // namespace continuo
