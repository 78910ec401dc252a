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
  double mean = 0.0;  // seconds, of a request that comes alone
  double sd = 0.0;
  double behind = 0.0;   // more, where it follows another request at once (policy/quota_periods.hh)
  double work = 0.0;     // core-seconds: the paper's T_proc; of a profiled runtime the time itself
  double work_sd = 0.0;
  double next = 1.0;     // what each further request of a batch adds, in times of what one alone takes
};

// Normal, and never below a tenth of its mean: no request is served by magic.
inline double varied(double mean, double sd, double deviate) { return std::max(0.1 * mean, mean + deviate * sd); }
inline double service_seconds(const ServiceTime& service, double deviate) { return varied(service.mean, service.sd, deviate); }

}  // namespace continuo
