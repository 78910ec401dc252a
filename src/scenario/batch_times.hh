// How long batches take, in times of what a request alone takes.
#pragma once

#include "scenario/service_package.hh"

namespace continuo {

// What each further request of a batch adds, as the package states it.
inline double next_share(const Variant& variant) {
  const bool known = variant.service_time_next && variant.service_time > Duration::zero();
  return known ? to_seconds(*variant.service_time_next) / to_seconds(variant.service_time) : 1.0;
}

// Of a batch, `next` being what each further request adds.
inline double batch_times(double requests, double next) { return 1.0 + (requests - 1.0) * next; }

// Of a request in a batch at its fullest: what is left of a station's work when it is busiest.
inline double fullest_share(int most, double next) { return batch_times(most, next) / most; }

}  // namespace continuo
