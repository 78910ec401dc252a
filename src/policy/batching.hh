// Dynamic batching: when does a worker that is free run what waits, and how much of it. A pure function of a snapshot.
#pragma once

#include <algorithm>
#include <cstddef>

#include "scenario/queueing.hh"
#include "units/time.hh"

namespace continuo {

struct BatchDecision {
  std::size_t take = 0;       // requests to run now, the oldest first; 0: none yet
  Duration look_again{};      // then: decide anew after so long, or when another request has come
};

// Of a queue in which `waiting` requests wait, the oldest for so long. Nothing waits: take nothing, until a request comes.
inline BatchDecision decide_batch(std::size_t waiting, Duration oldest_waited, const Batching& batching) {
  const auto most = static_cast<std::size_t>(std::max(1, batching.most));
  if (waiting >= most) return {.take = most, .look_again = {}};
  if (waiting == 0) return {};
  if (oldest_waited >= batching.wait) return {.take = waiting, .look_again = {}};
  return {.take = 0, .look_again = batching.wait - oldest_waited};
}

// How many times as long a batch takes as one request alone. `next`: what each further request adds, in times of one alone.
inline double batch_times(double requests, double next) { return 1.0 + (requests - 1.0) * next; }

// What a request takes in a batch at its fullest, in times of one alone: what is left of a station's work when it is busiest.
inline double fullest_share(int most, double next) { return batch_times(most, next) / most; }

}  // namespace continuo
