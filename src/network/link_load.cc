#include "network/link_load.hh"

#include <algorithm>
#include <map>

#include "scenario/link_class.hh"

namespace continuo {

namespace {

std::optional<ResourceLoad> load_of(const LinkCounters& counters, double for_users, const CountedTime& counted) {
  if (counters.demanded <= Duration::zero()) return std::nullopt;
  const double demanded = to_seconds(counters.demanded) / to_seconds(counted.time);
  return ResourceLoad{.name = "",
                      .kind = ResourceKind::link,
                      .utilisation = std::min(1.0, to_seconds(counters.transmitting) / to_seconds(counted.time)),
                      .offered_load = load_beside_users(demanded * (1 - for_users) * counted.longer, demanded * for_users)};
}

}  // namespace

std::vector<ResourceLoad> link_loads(const Scenario& scenario, std::span<const PathLoad> paths, const CountedTime& counted) {
  std::map<std::size_t, ResourceLoad> busiest;  // by class of links
  for (const PathLoad& path : paths) {
    const auto link_class = link_class_of(scenario, path.from, path.to);
    auto load = load_of(path.counters, path.for_users, counted);
    if (!link_class || !load) continue;
    ResourceLoad& most = busiest[*link_class];
    if (load->offered_load <= most.offered_load) continue;
    load->name = link_class_label(scenario, *link_class);
    most = *std::move(load);
  }
  std::vector<ResourceLoad> loads;
  for (auto& [link_class, load] : busiest) loads.push_back(std::move(load));
  return loads;
}

std::optional<ResourceLoad> access_load(const Scenario& scenario, const AccessLoad& access, const CountedTime& counted) {
  auto load = load_of(access.counters, access.for_users, counted);
  if (load) load->name = scenario.nodes.at(access.node).name + (access.up ? " up" : " down");
  return load;
}

}  // namespace continuo
