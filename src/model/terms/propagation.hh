// Time that a bit travels: the link's delay, normally distributed with its jitter, never below zero.
#pragma once

#include <algorithm>

#include "scenario/scenario.hh"

namespace continuo {

// Seconds, for a standard normal deviate.
inline double propagation_seconds(const LinkProperties& link, double deviate) {
  return std::max(0.0, to_seconds(link.delay) + deviate * to_seconds(link.jitter));
}

}  // namespace continuo
