// Time that a bit travels: the link's delay in its own distribution, never below zero. Packets that overtake are left out.
#pragma once

#include <algorithm>

#include "scenario/scenario.hh"

namespace continuo {

// Seconds, for a standard normal deviate.
inline double propagation_seconds(const LinkProperties& link, double deviate) {
  if (link.shape == DelayShape::normal) return std::max(0.0, to_seconds(link.delay) + to_seconds(link.jitter) * deviate);
  return std::max(0.0, to_seconds(link.delay_at(deviate)));
}

}  // namespace continuo
