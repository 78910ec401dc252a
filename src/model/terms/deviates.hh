// Random times of one request after another, drawn once.
#pragma once

#include <vector>

namespace continuo {

// Standard normal, for its delay and its service time.
struct Deviates {
  double delay = 0.0;
  double service = 0.0;
};

// Points of a low-discrepancy sequence, in an order drawn at random: thousands together are as even as the sequence, but those that follow each other are
// independent. In the sequence's own order sums of a few vary far less than they should, and so does what queues of few sources wait for.
const std::vector<Deviates>& drawn_deviates();

}  // namespace continuo
