// How many requests a second come to a service: what a node tells of itself, so that others can tell how many came since.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>

#include "units/time.hh"

namespace continuo {

// Each arrival counts for less the longer ago it was: exp(-age / memory). Of arrivals at a constant rate that is the rate, once a few times
// `memory` have gone by. Not thread-safe.
class ArrivalRate {
 public:
  static constexpr Duration memory = std::chrono::seconds{1};

  void note(Duration now) {
    weight_ = weight_at(now) + 1.0;
    last_ = std::max(last_, now);
  }
  double per_second(Duration now) const { return weight_at(now) / to_seconds(memory); }

 private:
  double weight_at(Duration now) const { return weight_ == 0.0 ? 0.0 : weight_ * std::exp(-to_seconds(std::max(Duration::zero(), now - last_)) / to_seconds(memory)); }

  double weight_ = 0.0;
  Duration last_{};
};

}  // namespace continuo
