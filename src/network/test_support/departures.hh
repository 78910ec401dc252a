// What leaves a link, as tests look at it.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "network/link_queue.hh"

namespace continuo {

constexpr Instant at(Duration since_start) { return scenario_start + since_start; }

using Departures = std::vector<std::pair<int, Duration>>;  // the packet, and when it arrived

// Asks once, at the end: what is computed is the same whenever it is asked.
inline Departures departures(LinkQueue<int>& link, Duration until = std::chrono::hours{1}) {
  Departures all;
  while (const auto departure = link.depart(at(until))) {
    for (int copy = 0; copy < (departure->twice ? 2 : 1); ++copy) {
      all.emplace_back(departure->packet, departure->passage.due - scenario_start);
    }
  }
  return all;
}

inline std::shared_ptr<const CapacityTrace> trace_of(std::vector<Duration> opportunities) {
  return std::make_shared<const CapacityTrace>(Opportunities{std::move(opportunities)});
}

}  // namespace continuo
