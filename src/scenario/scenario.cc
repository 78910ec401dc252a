#include "scenario/scenario.hh"

#include <algorithm>
#include <utility>

#include "scenario/link_class.hh"

namespace continuo {

Duration Stream::mean_interval() const {
  if (const auto* periodic = std::get_if<Periodic>(&arrivals)) return periodic->interval;
  if (const auto* loop = std::get_if<ClosedLoop>(&arrivals)) {
    return std::max<Duration>(loop->think / loop->users, std::chrono::microseconds{1});
  }
  return std::get<Poisson>(arrivals).mean_interval;
}

double requests_per_second(const Scenario& scenario, const Stream& stream) {
  const double nodes = scenario.tiers.at(stream.from).nodes;
  const auto* loop = std::get_if<ClosedLoop>(&stream.arrivals);
  if (loop == nullptr) return nodes / to_seconds(stream.mean_interval());
  Duration fastest = Duration::max();
  for (const Variant& variant : scenario.services.at(stream.service).package.variants) fastest = std::min(fastest, variant.service_time);
  if (fastest == Duration::max()) fastest = Duration::zero();
  const double asked = nodes * loop->users / to_seconds(std::max<Duration>(loop->think + fastest, std::chrono::milliseconds{1}));
  if (fastest <= Duration::zero()) return asked;
  double cores = 0.0;
  for (const Tier& tier : scenario.tiers) cores += static_cast<double>(tier.nodes) * tier.cores;
  return std::min(asked, cores / to_seconds(fastest));
}

std::string link_class_label(const Scenario& scenario, std::size_t link_class) {
  if (link_class < scenario.links.size()) return link_label(scenario, scenario.links[link_class]);
  return scenario.pair_links.at(link_class - scenario.links.size()).label;
}

std::optional<std::size_t> link_class_of(const Scenario& scenario, NodeIndex from, NodeIndex to) {
  const auto ends = [](const PairLink& link) { return std::pair{link.from, link.to}; };
  const auto pair = std::ranges::lower_bound(scenario.pair_links, std::pair{from, to}, {}, ends);
  if (pair != scenario.pair_links.end() && ends(*pair) == std::pair{from, to}) {
    return scenario.links.size() + static_cast<std::size_t>(pair - scenario.pair_links.begin());
  }
  const TierIndex from_tier = scenario.nodes.at(from).tier;
  const TierIndex to_tier = scenario.nodes.at(to).tier;
  const auto joins = [&](const Link& candidate) { return candidate.from == from_tier && candidate.to == to_tier; };
  // Where the parser puts it.
  const std::size_t place = from_tier * scenario.tiers.size() + to_tier;
  if (place < scenario.links.size() && joins(scenario.links[place])) return place;
  const auto found = std::ranges::find_if(scenario.links, joins);
  if (found == scenario.links.end()) return std::nullopt;
  return static_cast<std::size_t>(found - scenario.links.begin());
}

const LinkProperties& Scenario::link(NodeIndex from, NodeIndex to) const {
  static const LinkProperties lan = default_link();
  const auto index = link_class_of(*this, from, to);
  if (!index) return lan;
  return *index < links.size() ? links[*index].properties : pair_links[*index - links.size()].properties;
}

bool Scenario::same_site(NodeIndex one, NodeIndex other) const {
  return std::any_of(sites.begin(), sites.end(), [&](const Site& site) {
    const auto holds = [&](NodeIndex node) {
      return std::find(site.nodes.begin(), site.nodes.end(), node) != site.nodes.end();
    };
    return holds(one) && holds(other);
  });
}

Duration Scenario::duration() const {
  if (workload.empty()) return Duration::zero();
  Duration first = Duration::max();
  Duration last = Duration::zero();
  for (const Stream& stream : workload) {
    first = std::min(first, stream.start);
    last = std::max(last, stream.start + stream.duration);
  }
  return last - first;
}

Duration Scenario::end() const {
  Duration last = Duration::zero();
  for (const Stream& stream : workload) last = std::max(last, stream.start + stream.duration);
  for (const Program& program : programs) last = std::max(last, program.start + program.deadline);
  return last;
}

LinkProperties default_link() {
  return {.delay = std::chrono::microseconds{100}, .jitter = {}, .rate = BitRate::megabits_per_second(1000)};
}

const char* to_string(Role role) {
  switch (role) {
    case Role::cloud: return "cloud";
    case Role::edge: return "edge";
    case Role::endpoint: return "endpoint";
  }
  return "";
}

std::string link_label(const Scenario& scenario, const Link& link) {
  if (!link.label.empty()) {
    return link.label;
  }
  return scenario.tiers.at(link.from).name + " to " + scenario.tiers.at(link.to).name;
}

const char* to_string(Transport transport) {
  switch (transport) {
    case Transport::http: return "http";
    case Transport::grpc: return "grpc";
    case Transport::mqtt: return "mqtt";
  }
  return "http";
}

}  // namespace continuo
