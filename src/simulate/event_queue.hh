// The queue that a simulation has: the fastest of those that `scripts/bench predict queues` compares. All give events back by their
// time, and of those at one time in the order in which they were made (event_queue_test.cc).
#pragma once

#include "simulate/ladder_queue.hh"

namespace continuo {

using EventQueue = LadderQueue;

}  // namespace continuo
