#include "sweep/joined_scenarios.hh"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "sweep/remembered_files.hh"

namespace continuo {
namespace {

constexpr std::size_t parsed_most = 4'000;   // scenarios that are kept
constexpr std::size_t points_checked = 12;

bool same_placement(const PlacementRule& one, const PlacementRule& other) {
  if (one.index() != other.index()) return false;
  if (const auto* tier = std::get_if<PlaceOnTier>(&one)) return tier->tier == std::get<PlaceOnTier>(other).tier;
  if (const auto* named = std::get_if<PlaceExplicitly>(&one)) return named->nodes == std::get<PlaceExplicitly>(other).nodes;
  return true;
}

bool same_slo(const Service& one, const Service& other) {
  if (one.slo.has_value() != other.slo.has_value()) return false;
  return !one.slo || (one.slo->quantile == other.slo->quantile && one.slo->bound == other.slo->bound);
}

bool same_arrivals(const Stream& one, const Stream& other) {
  const auto* loop = std::get_if<ClosedLoop>(&one.arrivals);
  const auto* twin = std::get_if<ClosedLoop>(&other.arrivals);
  if (loop == nullptr || twin == nullptr) {
    return one.arrivals.index() == other.arrivals.index() && one.mean_interval() == other.mean_interval();
  }
  return loop->users == twin->users && loop->think == twin->think && loop->exponential == twin->exponential;
}

// What a JoinedScenarios takes as it was written.
bool same_outline(const Scenario& one, const Scenario& other) {
  const auto same_node = [](const Node& node, const Node& twin) { return node.name == twin.name && node.tier == twin.tier; };
  const auto same_stream = [](const Stream& stream, const Stream& twin) {
    return stream.from == twin.from && stream.service == twin.service && stream.input_size == twin.input_size && stream.inputs == twin.inputs;
  };
  const auto same_pair = [](const PairLink& link, const PairLink& twin) { return link.from == twin.from && link.to == twin.to; };
  return one.tiers.size() == other.tiers.size() && one.services.size() == other.services.size() && one.links.size() == other.links.size() &&
         one.access.size() == other.access.size() && one.events.size() == other.events.size() && one.hub == other.hub &&
         std::ranges::equal(one.nodes, other.nodes, same_node) && std::ranges::equal(one.workload, other.workload, same_stream) &&
         std::ranges::equal(one.pair_links, other.pair_links, same_pair);
}

}  // namespace

bool JoinedScenarios::may_join(const TreePath& path) {
  constexpr std::array<std::string_view, 4> of_tier{"cores", "quota", "memory", "price"};
  constexpr std::array<std::string_view, 7> of_stream{"every", "poisson", "users", "think", "deadline", "start", "duration"};
  const auto key = [&](std::size_t step) {
    const auto* text = step < path.steps.size() ? std::get_if<std::string>(&path.steps[step]) : nullptr;
    return text == nullptr ? std::string_view{} : std::string_view{*text};
  };
  if (key(0) == "tiers" && key(2) == "power") return true;
  if (key(0) == "tiers") return path.steps.size() == 3 && std::ranges::count(of_tier, key(2)) > 0;
  if (key(0) == "workload") return path.steps.size() == 3 && std::ranges::count(of_stream, key(2)) > 0;
  if (key(0) == "services") return key(2) == "slo";
  return key(0) == "links" || ((key(0) == "placement" || key(0) == "seed") && path.steps.size() == 1);
}

// Two prices by themselves may be right, and together be in two currencies.
bool JoinedScenarios::may_join(std::span<const Axis> axes) {
  const auto is_price = [](const Axis& axis) {
    const auto* key = std::get_if<std::string>(&axis.path.steps.back());
    return key != nullptr && *key == "price";
  };
  return std::ranges::all_of(axes, [](const Axis& axis) { return may_join(axis.path); }) && std::ranges::count_if(axes, is_price) <= 1;
}

std::vector<JoinedScenarios::Touched> JoinedScenarios::differences(const Scenario& one, const Scenario& other) {
  std::vector<Touched> found;
  const auto note = [&](bool same, Thing thing, std::size_t index) {
    if (!same) found.push_back({thing, index});
  };
  for (TierIndex tier = 0; tier < one.tiers.size(); ++tier) {
    note(one.tiers[tier].cores == other.tiers[tier].cores, Thing::cores, tier);
    note(one.tiers[tier].quota == other.tiers[tier].quota, Thing::quota, tier);
    note(one.tiers[tier].memory == other.tiers[tier].memory, Thing::memory, tier);
    note(one.tiers[tier].power == other.tiers[tier].power, Thing::power, tier);
    note(one.tiers[tier].price == other.tiers[tier].price, Thing::price, tier);
  }
  for (std::size_t link = 0; link < one.links.size(); ++link) {
    note(one.links[link].properties == other.links[link].properties && one.links[link].label == other.links[link].label, Thing::link, link);
  }
  for (std::size_t link = 0; link < one.pair_links.size(); ++link) {
    note(one.pair_links[link].properties == other.pair_links[link].properties && one.pair_links[link].label == other.pair_links[link].label,
         Thing::pair_link, link);
  }
  for (StreamIndex stream = 0; stream < one.workload.size(); ++stream) {
    note(same_arrivals(one.workload[stream], other.workload[stream]), Thing::arrivals, stream);
    note(one.workload[stream].deadline == other.workload[stream].deadline, Thing::deadline, stream);
    note(one.workload[stream].start == other.workload[stream].start, Thing::start, stream);
    note(one.workload[stream].duration == other.workload[stream].duration, Thing::duration, stream);
  }
  for (ServiceIndex service = 0; service < one.services.size(); ++service) {
    note(same_slo(one.services[service], other.services[service]), Thing::slo, service);
  }
  note(same_placement(one.placement, other.placement), Thing::placement, 0);
  note(one.seed == other.seed, Thing::seed, 0);
  return found;
}

void JoinedScenarios::copy(const Touched& touched, const Scenario& from, Scenario& to) {
  const std::size_t index = touched.index;
  switch (touched.thing) {
    case Thing::cores: to.tiers[index].cores = from.tiers[index].cores; break;
    case Thing::quota: to.tiers[index].quota = from.tiers[index].quota; break;
    case Thing::memory: to.tiers[index].memory = from.tiers[index].memory; break;
    case Thing::power: to.tiers[index].power = from.tiers[index].power; break;
    case Thing::price: to.tiers[index].price = from.tiers[index].price; break;
    case Thing::link: to.links[index] = from.links[index]; break;
    case Thing::pair_link: to.pair_links[index] = from.pair_links[index]; break;
    case Thing::arrivals: to.workload[index].arrivals = from.workload[index].arrivals; break;
    case Thing::deadline: to.workload[index].deadline = from.workload[index].deadline; break;
    case Thing::start: to.workload[index].start = from.workload[index].start; break;
    case Thing::duration: to.workload[index].duration = from.workload[index].duration; break;
    case Thing::placement: to.placement = from.placement; break;
    case Thing::slo: to.services[index].slo = from.services[index].slo; break;
    case Thing::seed: to.seed = from.seed; break;
  }
}

std::optional<JoinedScenarios> JoinedScenarios::of(const VariedScenario& varied, std::span<const Axis> axes, const Scenario& as_written,
                                                   const Files& given) {
  const RememberedFiles files{given};
  std::size_t values = 0;
  for (const Axis& axis : axes) values += axis.values.size();
  if (values > parsed_most || !may_join(axes)) return std::nullopt;
  JoinedScenarios joined;
  std::vector<Touched> all;
  for (std::size_t index = 0; index < axes.size(); ++index) {
    Values& of_axis = joined.axes_.emplace_back();
    for (const std::string& value : axes[index].values) {
      auto parsed = varied.with(index, value, files);
      if (!std::holds_alternative<Scenario>(parsed)) return std::nullopt;
      of_axis.scenarios.push_back(std::get<Scenario>(std::move(parsed)));
      if (!same_outline(of_axis.scenarios.back(), as_written)) return std::nullopt;
      for (const Touched& touched : differences(of_axis.scenarios.back(), as_written)) {
        const auto place = std::ranges::lower_bound(of_axis.touched, touched);
        if (place == of_axis.touched.end() || *place != touched) of_axis.touched.insert(place, touched);
      }
    }
    all.insert(all.end(), of_axis.touched.begin(), of_axis.touched.end());
  }
  std::ranges::sort(all);
  if (std::ranges::adjacent_find(all) != all.end()) return std::nullopt;

  const std::size_t points = point_count(axes);
  Scenario scenario = as_written;
  for (std::size_t check = 0; check < points_checked; ++check) {
    const std::size_t point = check == 0 ? points - 1 : (check - 1) * 7919 % points;
    const auto parsed = varied.at(values_at(axes, point), files);
    if (!std::holds_alternative<Scenario>(parsed)) return std::nullopt;
    joined.put(point, scenario);
    const Scenario& whole = std::get<Scenario>(parsed);
    if (!same_outline(scenario, whole) || !differences(scenario, whole).empty()) return std::nullopt;
  }
  return joined;
}

void JoinedScenarios::put(std::size_t point, Scenario& scenario) const {
  for (std::size_t index = axes_.size(); index-- > 0;) {
    const Values& axis = axes_[index];
    const Scenario& from = axis.scenarios[point % axis.scenarios.size()];
    point /= axis.scenarios.size();
    for (const Touched& touched : axis.touched) copy(touched, from, scenario);
  }
}

}  // namespace continuo
