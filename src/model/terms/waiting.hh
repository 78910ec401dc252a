// Time that a request waits for a worker (or a message for its link).
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace continuo {

// What arrives at one queue, as sums over its sources: they add and subtract.
struct QueueLoad {
  double rate = 0.0;    // requests a second
  double work = 0.0;    // sum of rate * mean service time: busy workers
  double square = 0.0;  // sum of rate * second moment of the service time

  void add(double arrivals, double mean, double sd);
  void remove(double arrivals, double mean, double sd) { add(-arrivals, mean, sd); }
};

struct Waiting {
  double mean = 0.0;         // seconds, over all requests
  double probability = 0.0;  // of waiting at all
  std::vector<double> seen = {};    // waits one by one, the longest last; empty: only the above is known
  std::vector<std::pair<double, double>> stretch = {};  // up to that share of the requests run so many times as long as alone, ascending
  std::vector<double> served = {};  // how long each of these was in service, if that was seen too: ascending are the sums
  std::vector<double> before = {};  // what each of these has waited elsewhere before, if that was seen too: ascending are the sums
  std::vector<double> after = {};   // and what its answer waits for afterwards
  double refused = 0.0;             // share of the requests that come; all else is of the others

  // The wait that a share `quantile` of the requests does not exceed: of those that were seen; else none with probability
  // 1 - probability, and exponential with the mean that those who wait have.
  double at(double quantile) const;
  // Of those that were seen, the one at that place.
  std::size_t place(double quantile) const {
    return std::min(seen.size() - 1, static_cast<std::size_t>(quantile * static_cast<double>(seen.size())));
  }
};

// Of waits that were seen, at least one.
Waiting observed_waiting(std::vector<double> waits);

// M/G/1 by Pollaczek and Khinchine, which is exact; M/G/c by Whitt (1993), within 12 % of simulation for squared
// coefficients of variation up to 4. Poisson arrivals; the caller has checked that work < workers.
Waiting poisson_waiting(const QueueLoad& load, int workers);

// By how much longer requests with this squared coefficient of variation wait than with exponential service times, at this load of
// `workers`: (1 + c^2) / 2 for one, times Whitt's phi for several.
double service_variation_factor(double rho, int workers, double cs2);

// How the variance of a mixture of arrivals compares with Poisson arrivals, 1, over the times that a queue remembers. `poisson`: their share
// of the requests. `in_period`: requests of all that come in a period of the others. The work that comes from these is a Brownian bridge over
// their period and not a Brownian motion: P(V > x) = exp(-2 x (x / N + 1 - rho)) instead of exp(-2 x (1 - rho)) (Roberts,
// Mocci and Virtamo 1996); the ratio of the means is sqrt(pi) z exp(z^2) erfc(z), z = (1 - rho) sqrt(N / 2).
double arrival_variation(double poisson, double in_period, double rho);

// N*D/D/1: `sources` that each send every `period` service times, with random phases; exact (within 1 % of simulation).
// Time in units of the service time. sources < period.
Waiting periodic_waiting(int sources, double period);

}  // namespace continuo
