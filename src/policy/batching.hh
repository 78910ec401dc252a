// Dynamic batching: when does a worker that is free run what waits, and how much of it. A pure function of a snapshot.
#pragma once

#include <algorithm>
#include <cstddef>

#include "scenario/batch_times.hh"
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

// Whether one more request may wait at an instance with so many workers, of which `busy` run something: `queue` requests, and as many as free
// workers may take at once.
inline bool may_wait(std::size_t waiting, int busy, int workers, std::size_t queue, const Batching& batching) {
  const auto free = static_cast<std::size_t>(std::max(0, workers - busy));
  return waiting < queue + free * static_cast<std::size_t>(std::max(1, batching.most));
}

}  // namespace continuo
