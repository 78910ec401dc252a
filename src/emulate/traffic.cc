#include "emulate/traffic.hh"

#include <algorithm>
#include <map>
#include <numeric>
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
  return index ? link_class_label(scenario, *index) : scenario.tier_of(from).name + " to " + scenario.tier_of(to).name;
}

// Those that have an entry of their own: the ones that were offered most, of equal ones the first.
std::vector<bool> own_entries(const std::vector<Pair>& pairs, std::size_t pairs_max) {
  std::vector<std::size_t> busiest(pairs.size());
  std::iota(busiest.begin(), busiest.end(), 0U);
  const auto is_busier = [&](std::size_t one, std::size_t other) { return pairs[one].sum.link.offered > pairs[other].sum.link.offered; };
  std::ranges::stable_sort(busiest, is_busier);
  std::vector<bool> own(pairs.size(), false);
  for (std::size_t rank = 0; rank < std::min(pairs_max, busiest.size()); ++rank) {
    own[busiest[rank]] = true;
  }
  return own;
}

}  // namespace

std::vector<PathTraffic> account_traffic(const Scenario& scenario, const FabricCounters& before, const FabricCounters& after,
                                         std::size_t pairs_max) {
  std::vector<PathTraffic> traffic;
  const std::vector<Pair> pairs = pairs_since(before, after);
  const std::vector<bool> own = own_entries(pairs, pairs_max);
  std::map<std::string, Sum> others;
  for (std::size_t index = 0; index < pairs.size(); ++index) {
    const Pair& pair = pairs[index];
    std::string link = link_name(scenario, pair.from, pair.to);
    if (own[index]) {
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
