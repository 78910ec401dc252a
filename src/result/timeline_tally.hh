// What ended when: a run's time line, second by second.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "result/evaluation.hh"
#include "result/histogram.hh"

namespace continuo {

// Of a single request it keeps its latency, in 4 bytes; of seconds in which very many end, a histogram.
class TimelineTally {
 public:
  // After the load began; before it: counts for nothing. `node` is any number, by which timeline() finds its name.
  void completed(Duration at, std::size_t node, Duration latency);
  void failed(Duration at);
  // What ended after `load_time` is in the last second. `names`: of the nodes.
  std::vector<TimelineSlice> timeline(Duration load_time, std::span<const std::string> names) const;

 private:
  struct Slice {
    std::map<std::size_t, std::uint64_t> completed_by_node;
    std::uint64_t failed = 0;
    std::vector<float> latencies_s;  // of the completed: 24 bits are more than a Histogram keeps
    Histogram latencies;             // of those of them that have grown too many to be kept

    void add_up();
  };

  Slice& slice_at(Duration at);

  std::map<std::int64_t, Slice> slices_;  // by second
  std::int64_t last_ = -1;                // the one that was asked for last
  Slice* last_slice_ = nullptr;
};

}  // namespace continuo
