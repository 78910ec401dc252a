#include "emulate/traffic.hh"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "scenario/link_class.hh"

namespace continuo {

namespace {

// What counters and waiting times of one or more paths say.
struct Sum {
  LinkCounters link;
  WaitingTimes waiting;
};

PathTraffic traffic_of(std::string link, std::string from, std::string to, const Sum& sum) {
  PathTraffic traffic{.link = std::move(link),
                      .from = std::move(from),
                      .to = std::move(to),
                      .offered_packets = sum.link.offered_packets,
                      .offered = sum.link.offered,
                      .delivered_packets = sum.link.delivered_packets,
                      .delivered = sum.link.delivered,
                      .duplicated_packets = sum.link.duplicated_packets,
                      .corrupted_packets = sum.link.corrupted_packets,
                      .dropped = {},
                      .queueing = {}};
  const std::pair<const char*, std::uint64_t> causes[] = {{"lost", sum.link.lost_packets},
                                                          {"queue full", sum.link.overflowed_packets},
                                                          {"codel", sum.link.codel_packets},
                                                          {"cut", sum.link.cut_packets},
                                                          {"memory", sum.link.held_packets}};
  for (const auto& [cause, packets] : causes) {
    if (packets > 0) {
      traffic.dropped[cause] = packets;
    }
  }
  for (std::size_t bucket = 0; bucket < WaitingTimes::buckets; ++bucket) {
    if (const std::uint64_t packets = sum.waiting.counts()[bucket]; packets > 0) {
      traffic.queueing.push_back({.below = WaitingTimes::upper_of(bucket), .packets = packets});
    }
  }
  return traffic;
}

struct Pair {
  Port from = 0;
  Port to = 0;
  Sum sum;
};

std::vector<Pair> pairs_since(const FabricCounters& before, const FabricCounters& after) {
  std::map<std::pair<Port, Port>, const PathCounters*> earlier;
  for (const PathCounters& path : before.paths) {
    earlier[{path.from, path.to}] = &path;
  }
  std::vector<Pair> pairs;
  for (const PathCounters& path : after.paths) {
    const auto found = earlier.find({path.from, path.to});
    Pair pair{.from = path.from, .to = path.to, .sum = {path.link, path.waiting}};
    if (found != earlier.end()) {
      pair.sum = {path.link.since(found->second->link), path.waiting.since(found->second->waiting)};
    }
    if (pair.sum.link.offered_packets > 0) {
      pairs.push_back(pair);
    }
  }
  return pairs;
}

std::string link_name(const Scenario& scenario, Port from, Port to) {
  const auto index = link_class_of(scenario, from, to);
  if (!index) {
    return scenario.tier_of(from).name + " to " + scenario.tier_of(to).name;
  }
  return *index < scenario.links.size() ? link_label(scenario, scenario.links[*index])
                                        : scenario.pair_links.at(*index - scenario.links.size()).label;
}

// The offered bytes from which on a pair has an entry of its own.
Bytes least_of_own(const std::vector<Pair>& pairs, std::size_t pairs_max) {
  if (pairs.size() <= pairs_max) {
    return Bytes::zero();
  }
  std::vector<Bytes> offered;
  for (const Pair& pair : pairs) {
    offered.push_back(pair.sum.link.offered);
  }
  const auto last = offered.begin() + static_cast<std::ptrdiff_t>(pairs_max);
  std::nth_element(offered.begin(), last, offered.end(), std::greater<>{});
  return *last + Bytes::of(1);  // more than the first that has none
}

}  // namespace

std::vector<PathTraffic> account_traffic(const Scenario& scenario, const FabricCounters& before, const FabricCounters& after,
                                         std::size_t pairs_max) {
  std::vector<PathTraffic> traffic;
  const std::vector<Pair> pairs = pairs_since(before, after);
  const Bytes least = least_of_own(pairs, pairs_max);
  std::map<std::string, Sum> others;
  for (const Pair& pair : pairs) {
    std::string link = link_name(scenario, pair.from, pair.to);
    if (pair.sum.link.offered >= least) {
      traffic.push_back(traffic_of(std::move(link), scenario.nodes[pair.from].name, scenario.nodes[pair.to].name, pair.sum));
    } else {
      Sum& rest = others[std::move(link)];
      rest.link += pair.sum.link;
      rest.waiting += pair.sum.waiting;
    }
  }
  for (const auto& [link, rest] : others) {
    traffic.push_back(traffic_of(link, "", "", rest));
  }
  for (const AccessCounters& access : after.access) {
    const auto found = std::ranges::find_if(before.access, [&](const auto& other) { return access.is_same_as(other); });
    const Sum sum = found == before.access.end() ? Sum{access.link, access.waiting}
                                                 : Sum{access.link.since(found->link), access.waiting.since(found->waiting)};
    if (sum.link.offered_packets > 0) {
      const std::string& node = scenario.nodes.at(access.port).name;
      traffic.push_back(traffic_of(node + (access.up ? " up" : " down"), access.up ? node : "", access.up ? "" : node, sum));
    }
  }
  return traffic;
}

}  // namespace continuo
