#include "result/timeline_tally.hh"

#include <algorithm>

namespace continuo {

namespace {

constexpr Duration slice = std::chrono::seconds{1};

}  // namespace

void TimelineTally::completed(Duration at, std::size_t node, Duration latency) {
  if (at < Duration::zero()) return;
  Slice& there = slices_[at / slice];
  ++there.completed_by_node[node];
  there.latencies_s.push_back(static_cast<float>(to_seconds(latency)));
}

void TimelineTally::failed(Duration at) {
  if (at >= Duration::zero()) ++slices_[at / slice].failed;
}

std::vector<TimelineSlice> TimelineTally::timeline(Duration load_time, std::span<const std::string> names) const {
  std::vector<TimelineSlice> timeline;
  auto next = slices_.begin();
  for (Duration from{}; from < load_time; from += slice) {
    const bool is_last = from + slice >= load_time;
    TimelineSlice& made = timeline.emplace_back();
    made.from = from;
    made.to = std::min<Duration>(from + slice, load_time);
    Histogram latencies;
    for (; next != slices_.end() && (is_last || next->first <= from / slice); ++next) {
      for (const auto& [node, requests] : next->second.completed_by_node) made.completed_by_node[names[node]] += requests;
      made.failed += next->second.failed;
      for (const float latency : next->second.latencies_s) latencies.add(from_seconds(static_cast<double>(latency)));
    }
    if (!latencies.empty()) {
      made.latency_p50 = latencies.percentile(0.5);
      made.latency_p95 = latencies.percentile(0.95);
    }
  }
  return timeline;
}

}  // namespace continuo
