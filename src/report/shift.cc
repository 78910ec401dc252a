#include "report/shift.hh"

#include <algorithm>
#include <vector>

#include "report/figures.hh"

namespace continuo {
namespace {

NodeShares shares_of(const std::map<std::string, std::uint64_t>& completed) {
  double total = 0.0;
  for (const auto& [node, count] : completed) total += static_cast<double>(count);
  NodeShares shares;
  for (const auto& [node, count] : completed) shares[node] = static_cast<double>(count) / total;
  return shares;
}

}  // namespace

std::optional<Shift> shift_of(const Evaluation& evaluation) {
  if (evaluation.events.empty()) return std::nullopt;
  const Duration at = std::ranges::min(evaluation.events, {}, &TimelineEvent::at).at;
  std::map<std::string, std::uint64_t> before;
  std::map<std::string, std::uint64_t> after;
  for (const TimelineSlice& slice : evaluation.timeline) {
    if (slice.to > at && slice.from < at) continue;  // of both
    for (const auto& [node, count] : slice.completed_by_node) {
      if (count > 0) (slice.to <= at ? before : after)[node] += count;
    }
  }
  if (before.empty() || after.empty()) return std::nullopt;
  return Shift{at, shares_of(before), shares_of(after)};
}

std::string describe(const NodeShares& shares) {
  std::vector<std::pair<std::string, double>> ordered{shares.begin(), shares.end()};
  std::ranges::stable_sort(ordered, [](const auto& one, const auto& other) { return one.second > other.second; });
  std::string list;
  for (const auto& [node, share] : ordered) list += (list.empty() ? "" : ", ") + node + " " + percent(share);
  return list;
}

}  // namespace continuo
