// Requests of several services on one node that share its cores.
#pragma once

#include <span>
#include <vector>

namespace continuo {

// In the mean over time, of one service.
struct Presence {
  double running = 0.0;  // requests that a worker holds
  double present = 0.0;  // and those that wait for one
};

struct SharedCpu {
  std::vector<Presence> services;
  double full = 0.0;  // share of the requests that come when all cores are in use
};

// `works`: core-seconds a second that each service needs; together less than `cores`. Each has so many workers. Derivation: the number of
// requests in all is that of a queue of such cores with processor sharing, whatever the distribution of their work (Kelly 1979:
// insensitivity); given that number, each is of service i with chance w_i (the product form of the same queue); of each service at most as
// many run as it has workers; and the w_i are those with which each service gets the CPU that it needs. Exact for Poisson arrivals
// where no service ever has more requests than workers, and for a single service with exponential times.
SharedCpu share_cpu(std::span<const double> works, double cores, int workers);

}  // namespace continuo
