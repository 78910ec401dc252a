#include "policy/node_classes.hh"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "policy/demand.hh"
#include "policy/placement.hh"

namespace continuo {
namespace {

// What nodes of a class have in common.
struct Likeness {
  TierIndex tier = 0;
  std::size_t own = 0;  // a node with a link of its own: it and one; else 0
  std::int64_t up = -1;    // bit/s in the mean; -1: unlimited
  std::int64_t down = -1;
  std::vector<std::pair<ServiceIndex, std::size_t>> placed{};  // the variant, or that the scenario allows the service
  std::vector<std::tuple<ServiceIndex, Duration, Duration, TimedBatch>> measured{};

  auto operator<=>(const Likeness&) const = default;
};

std::int64_t mean_bits(const std::optional<LinkProperties>& link) {
  const auto rate = link ? link->mean_rate() : std::nullopt;
  return rate ? rate->bits_per_second() : -1;
}

std::vector<Likeness> likeness_of_nodes(const Scenario& scenario, const Assumptions& assumptions) {
  std::vector<Likeness> nodes(scenario.nodes.size());
  for (NodeIndex node = 0; node < nodes.size(); ++node) {
    nodes[node].tier = scenario.nodes[node].tier;
    if (scenario.access.empty()) continue;
    nodes[node].up = mean_bits(scenario.access.at(node).up_link());
    nodes[node].down = mean_bits(scenario.access.at(node).down_link());
  }
  for (const PairLink& link : scenario.pair_links) {
    for (const NodeIndex node : {link.from, link.to}) nodes.at(node).own = node + 1;
  }
  for (const auto& [key, time] : assumptions.measured) {
    if (key.second < nodes.size()) nodes[key.second].measured.emplace_back(key.first, time.time, time.sd, time.batch);
  }
  if (const auto* named = std::get_if<PlaceExplicitly>(&scenario.placement); named != nullptr && !assumptions.placement) {
    for (const auto& [service, allowed] : named->nodes) {
      for (const NodeIndex node : allowed) nodes.at(node).placed.emplace_back(service, 0);
    }
  }
  if (!assumptions.placement) return nodes;
  std::map<std::string, NodeIndex> by_name;
  for (NodeIndex node = 0; node < nodes.size(); ++node) by_name.emplace(scenario.nodes[node].name, node);
  for (const Assignment& assignment : assumptions.placement->assignments) {
    const auto service = std::ranges::find(scenario.services, assignment.service, &Service::name);
    const auto node = by_name.find(assignment.node);
    if (service == scenario.services.end() || node == by_name.end()) continue;
    const auto& variants = service->package.variants;
    const auto variant = std::ranges::find(variants, assignment.variant, &Variant::name);
    if (variant == variants.end()) continue;
    nodes[node->second].placed.emplace_back(service - scenario.services.begin(), variant - variants.begin());
  }
  return nodes;
}

std::vector<NodeClass> classes_of(const Scenario& scenario, const Assumptions& assumptions) {
  std::vector<NodeClass> classes;
  const bool by_tier = scenario.access.empty() && scenario.pair_links.empty() && assumptions.measured.empty() &&
                       !assumptions.placement && !std::holds_alternative<PlaceExplicitly>(scenario.placement);
  if (by_tier) {
    for (auto begin = scenario.nodes.begin(); begin != scenario.nodes.end();) {
      const auto end = std::upper_bound(begin, scenario.nodes.end(), begin->tier,
                                        [](TierIndex tier, const Node& node) { return tier < node.tier; });
      classes.push_back({begin->tier, static_cast<NodeIndex>(begin - scenario.nodes.begin()), static_cast<std::size_t>(end - begin)});
      begin = end;
    }
    return classes;
  }
  std::map<Likeness, std::size_t> known;
  const std::vector<Likeness> nodes = likeness_of_nodes(scenario, assumptions);
  for (NodeIndex node = 0; node < nodes.size(); ++node) {
    const auto [found, added] = known.try_emplace(nodes[node], classes.size());
    if (added) classes.push_back({nodes[node].tier, node, 0, {}});
    ++classes[found->second].count;
    classes[found->second].members.push_back(node);
  }
  return classes;
}

// The decisions of place() in policy/placement.cc, for classes and without its reasons; node_classes_test compares them.
class ClassPlacer {
 public:
  ClassPlacer(const Scenario& scenario, std::vector<NodeClass> classes) : scenario_{scenario} { placed_.classes = std::move(classes); }

  ClassPlacement placed() {
    while (!place_all()) {
    }
    return std::move(placed_);
  }

 private:
  struct Option {
    std::size_t node_class = 0;
    std::size_t variant = 0;
    Duration predicted{};
  };

  // False: a class had to be split, since a service goes to one of its nodes only, and all begins anew.
  bool place_all() {
    placed_.serving.clear();
    order_.resize(placed_.classes.size());
    memory_left_.clear();
    for (std::size_t index = 0; index < order_.size(); ++index) {
      order_[index] = index;
      memory_left_.push_back(scenario_.tiers[placed_.classes[index].tier].memory);
    }
    const auto name = [&](std::size_t index) -> const std::string& { return scenario_.nodes[placed_.classes[index].first].name; };
    std::ranges::sort(order_, {}, name);
    for (ServiceIndex service = 0; service < scenario_.services.size(); ++service) {
      if (!place_one(service)) return false;
    }
    return true;
  }

  bool place_one(ServiceIndex index) {
    const Service& service = scenario_.services[index];
    const bool judged = service.slo && !ruled(index);
    std::vector<Option> best;
    for (const std::size_t node_class : order_) {
      if (const auto option = best_variant(index, node_class, judged)) best.push_back(*option);
    }
    if (judged && !best.empty()) {
      const Option nearest = *std::ranges::min_element(best, {}, &Option::predicted);
      std::erase_if(best, [&](const Option& option) { return option.predicted > service.slo->bound; });
      if (best.empty()) {
        if (placed_.classes[nearest.node_class].count > 1) {
          split(nearest.node_class);
          return false;
        }
        best.push_back(nearest);
      }
    }
    for (const Option& option : best) {
      memory_left_[option.node_class] -= service.package.variants[option.variant].memory;
      placed_.serving.push_back({index, option.node_class, option.variant});
    }
    return true;
  }

  bool ruled(ServiceIndex service) const {
    if (const auto* named = std::get_if<PlaceExplicitly>(&scenario_.placement)) return named->nodes.contains(service);
    return std::holds_alternative<PlaceOnTier>(scenario_.placement);
  }

  bool allowed(ServiceIndex service, const NodeClass& nodes) const {
    if (const auto* tier = std::get_if<PlaceOnTier>(&scenario_.placement)) return nodes.tier == tier->tier;
    const auto* named = std::get_if<PlaceExplicitly>(&scenario_.placement);
    if (named == nullptr || !named->nodes.contains(service)) return true;
    return std::ranges::count(named->nodes.at(service), nodes.first) > 0;
  }

  std::optional<Option> best_variant(ServiceIndex index, std::size_t node_class, bool judged) const {
    const NodeClass& nodes = placed_.classes[node_class];
    if (!allowed(index, nodes)) return std::nullopt;
    const Tier& tier = scenario_.tiers[nodes.tier];
    const auto& variants = scenario_.services[index].package.variants;
    std::optional<Option> best;
    for (std::size_t variant = 0; variant < variants.size(); ++variant) {
      if (tier.runtimes && std::ranges::count(*tier.runtimes, variants[variant].runtime) == 0) continue;
      if (variants[variant].memory > memory_left_[node_class]) continue;
      const Duration predicted = idle_service_time(variants[variant], tier.cpu());
      if (!best || predicted < best->predicted) best = Option{node_class, variant, predicted};
    }
    if (best && judged) best->predicted += mean_network_time(scenario_, index, nodes.tier);
    return best;
  }

  // The one of its nodes that comes first by name, and the others.
  void split(std::size_t node_class) {
    const NodeClass whole = placed_.classes[node_class];
    const auto name = [&](NodeIndex node) -> const std::string& { return scenario_.nodes[node].name; };
    NodeIndex chosen = whole.first;
    for (std::size_t member = 1; member < whole.count; ++member) {
      if (name(whole.node(member)) < name(chosen)) chosen = whole.node(member);
    }
    NodeClass others{whole.tier, 0, whole.count - 1, {}};
    for (std::size_t member = 0; member < whole.count; ++member) {
      if (whole.node(member) != chosen) others.members.push_back(whole.node(member));
    }
    others.first = others.members.front();
    placed_.classes[node_class] = {whole.tier, chosen, 1, {}};
    placed_.classes.push_back(std::move(others));
    std::ranges::sort(placed_.classes, {}, &NodeClass::first);
  }

  const Scenario& scenario_;
  ClassPlacement placed_;
  std::vector<std::size_t> order_;   // of the classes, by name
  std::vector<Bytes> memory_left_;   // of each node of a class
};

}  // namespace

ClassPlacement class_placement(const Scenario& scenario, const Assumptions& assumptions) {
  std::vector<NodeClass> classes = classes_of(scenario, assumptions);
  if (!assumptions.placement) return ClassPlacer{scenario, std::move(classes)}.placed();
  std::map<NodeIndex, std::size_t> first;
  std::map<std::string, NodeIndex> by_name;
  for (std::size_t index = 0; index < classes.size(); ++index) {
    first.emplace(classes[index].first, index);
    by_name.emplace(scenario.nodes[classes[index].first].name, classes[index].first);
  }
  ClassPlacement placed{std::move(classes), {}};
  for (const Assignment& assignment : assumptions.placement->assignments) {
    const auto node = by_name.find(assignment.node);
    const auto service = std::ranges::find(scenario.services, assignment.service, &Service::name);
    if (node == by_name.end() || service == scenario.services.end()) continue;
    const auto& variants = service->package.variants;
    const auto variant = std::ranges::find(variants, assignment.variant, &Variant::name);
    if (variant == variants.end()) continue;
    placed.serving.push_back({static_cast<ServiceIndex>(service - scenario.services.begin()), first.at(node->second),
                              static_cast<std::size_t>(variant - variants.begin())});
  }
  return placed;
}

}  // namespace continuo
