#include "report/link_traffic.hh"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace continuo {

namespace {

void add(const PathTraffic& more, PathTraffic& sum) {
  sum.offered_packets += more.offered_packets;
  sum.offered += more.offered;
  sum.delivered_packets += more.delivered_packets;
  sum.delivered += more.delivered;
  sum.duplicated_packets += more.duplicated_packets;
  sum.corrupted_packets += more.corrupted_packets;
  for (const auto& [cause, packets] : more.dropped) sum.dropped[cause] += packets;
  std::map<Duration, std::uint64_t> waited;
  for (const PathTraffic::Waited& some : sum.queueing) waited[some.below] += some.packets;
  for (const PathTraffic::Waited& some : more.queueing) waited[some.below] += some.packets;
  sum.queueing.clear();
  for (const auto& [below, packets] : waited) sum.queueing.push_back({below, packets});
}

}  // namespace

std::vector<LinkTraffic> traffic_by_link(const Evaluation& evaluation) {
  std::vector<LinkTraffic> links;
  for (const PathTraffic& path : evaluation.traffic) {
    auto found = std::ranges::find_if(links, [&](const LinkTraffic& link) { return link.sum.link == path.link; });
    if (found == links.end()) {
      links.emplace_back().sum.link = path.link;
      found = links.end() - 1;
    }
    add(path, found->sum);
    ++found->paths;
  }
  std::ranges::stable_sort(links, [](const auto& one, const auto& other) { return one.sum.offered > other.sum.offered; });
  return links;
}

std::string causes_of(const PathTraffic& traffic) {
  std::string list;
  for (const auto& [cause, packets] : traffic.dropped) list += fmt::format("{}{} {}", list.empty() ? "" : ", ", packets, cause);
  return list;
}

std::optional<Duration> waited_less_than(const PathTraffic& traffic, double quantile) {
  std::uint64_t all = 0;
  for (const PathTraffic::Waited& some : traffic.queueing) all += some.packets;
  std::uint64_t seen = 0;
  for (const PathTraffic::Waited& some : traffic.queueing) {
    seen += some.packets;
    if (all > 0 && static_cast<double>(seen) >= quantile * static_cast<double>(all)) return some.below;
  }
  return std::nullopt;
}

}  // namespace continuo
