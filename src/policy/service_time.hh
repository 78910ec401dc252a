// Time that a worker holds one request.
#pragma once

#include <algorithm>
#include <cmath>

namespace continuo {

// A request runs on one core: more cores serve more requests, not one request faster; less than one core stretches it.
inline double core_speed(double cpu) { return std::min(1.0, cpu); }

// Requests of one service that are served at once; beyond as many as whole cores they share what is there.
inline int workers_on(double cpu) {
  constexpr double rounding = 1e-9;
  return std::max(1, static_cast<int>(std::ceil(cpu - rounding)));
}

struct ServiceTime {
  double mean = 0.0;  // seconds
  double sd = 0.0;
  double behind = 0.0;  // more, where it follows another request at once
};

// What a request that comes alone gains by a CPU quota below one core: the period that it begins in has its quota unspent, of which it gets
// P q (1 - q) / 2 more than its share in the mean, and the one that it ends in gives its share first: together P (1 - q) less. A request
// that follows another gains nothing.
inline double quota_gain(double cpu) {
  constexpr double period = 0.005;  // seconds; of the nodes' control groups (docs/emulation.md)
  return cpu < 1.0 ? period * (1.0 - cpu) : 0.0;
}

// Normal, and never below a tenth of its mean: no request is served by magic.
inline double service_seconds(const ServiceTime& service, double deviate) {
  return std::max(0.1 * service.mean, service.mean + deviate * service.sd);
}

}  // namespace continuo
