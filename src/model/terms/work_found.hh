// How much work a Poisson request finds where it comes: of M/G/1, exact as a distribution and not in the mean alone.
#pragma once

#include <span>
#include <vector>

#include "policy/service_time.hh"

namespace continuo {

struct PoissonWork {
  double rate = 0.0;    // requests a second
  ServiceTime service;  // in core-seconds, normal
};

// The work V that is there, in core-seconds, is a geometric number of what is left of requests (Pollaczek and Khinchine):
// P(n) = (1 - rho) rho^n, each of density (sum of R_i (1 - F_i(x))) / (sum of R_i E[S_i]). Summed up on a grid (Panjer 1981), beyond which
// the tail is exponential (Cramer and Lundberg).
class WorkFound {
 public:
  // Served at so many core-seconds a second, all the time; the load must be below 1.
  WorkFound(std::span<const PoissonWork> sources, double capacity);

  double step() const { return step_; }    // of the grid, core-seconds
  double load() const { return load_; }  // 1 - P(V = 0)
  double share_above(double work) const;  // P(V > work); work >= 0

 private:
  double load_ = 0.0;
  double step_ = 1.0;          // core-seconds
  std::vector<double> above_;  // P(V > (n + 1/2) step)
};

}  // namespace continuo
