// A run divided into the times in which the same streams send: what is asked of nodes and links is the same throughout one.
#pragma once

#include <string>
#include <vector>

#include "scenario/scenario.hh"

namespace continuo {

struct Interval {
  struct Sending {
    StreamIndex stream = 0;
    Duration duration{};  // the interval's part of the stream's own; of one whose start or end was moved, more or less than the interval
  };
  Duration from{};  // after the load begins
  Duration to{};
  std::vector<Sending> streams;

  Duration length() const { return to - from; }
};

struct Intervals {
  std::vector<Interval> all;  // in the order of time; those in which no stream sends are left out
  int joined = 0;             // intervals whose two ends are taken as one: their streams are those of the neighbours
  Duration apart_most{};      // starts and ends that are taken as one
};

inline constexpr double interval_share_least = 0.02;  // of the run: what is less apart is one
inline constexpr std::size_t intervals_usual = 12;    // of more, the shortest are joined, but for those that some stream has to itself
inline constexpr std::size_t intervals_most = 48;     // and at last these too: such a stream sends together with its neighbours

// All streams begin at one time and end at one time: there is one interval.
bool send_together(const Scenario& scenario);

// Of a run from the first stream's start to the last one's end. Each stream sends in one at least, and in all of them together for as long as
// the scenario says.
Intervals intervals_of(const Scenario& scenario);

// "from 10 s to 20 s, when x and y send"
std::string told(const Scenario& scenario, const Interval& interval);

}  // namespace continuo
