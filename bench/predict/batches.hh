// Random scenarios whose service runs batches.
#pragma once

#include <cstdint>

#include "bench/predict/random_scenario.hh"

namespace continuo::bench {

// One node of 1 to 4 cores, 1 to 40 endpoints that send at random, load 0.1 to 0.95 of full batches: at most 2 to 32 requests at once, each
// further one 0.1, 0.5 or 1 of what one alone takes, wait 0 or up to 1.5 service times. Groups by workers and by wait.
RandomScenario random_batching_scenario(std::uint64_t number);

// A table of model and simulator on stderr: load, what a further request adds, the most of a batch, without and with waiting.
void tell_batches();

}  // namespace continuo::bench
