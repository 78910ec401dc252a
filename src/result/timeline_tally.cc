#include "result/timeline_tally.hh"

#include <algorithm>

namespace continuo {

namespace {

constexpr Duration slice = std::chrono::seconds{1};
constexpr std::size_t kept_max = 65'536;  // latencies of one second: as much memory as a Histogram has

}  // namespace

TimelineTally::Slice& TimelineTally::slice_at(Duration at) {
  if (const std::int64_t number = at / slice; last_slice_ == nullptr || number != last_) {
    last_ = number;
    last_slice_ = &slices_[number];
  }
  return *last_slice_;
}

void TimelineTally::Slice::add_up() {
  for (const float latency : latencies_s) latencies.add(from_seconds(static_cast<double>(latency)));
  latencies_s.clear();
}

void TimelineTally::completed(Duration at, std::size_t node, Duration latency) {
  if (at < Duration::zero()) return;
  Slice& there = slice_at(at);
  ++there.completed_by_node[node];
  there.latencies_s.push_back(static_cast<float>(to_seconds(latency)));
  if (there.latencies_s.size() == kept_max) there.add_up();
}

void TimelineTally::failed(Duration at) {
  if (at >= Duration::zero()) ++slice_at(at).failed;
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
      latencies.merge(next->second.latencies);
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
