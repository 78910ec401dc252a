// Requests of several services on one node that share its cores.
#pragma once

#include <span>
#include <vector>

namespace continuo {

// In the mean over time, of one service.
struct Presence {
  double running = 0.0;  // requests that a worker holds
  double present = 0.0;  // and those that wait for one
  double full = 0.0;     // share of the time at which all its workers hold one
  // What its requests meet, from the emptiest node on: up to that share of them run so many times as long as alone (on less than one core: as
  // alone at that speed all the time). The first are those that nobody else shares the CPU with, where there are such.
  struct Slowed {
    double share = 0.0;
    double times = 1.0;
  };
  std::vector<Slowed> slowed = {};
};

struct CpuShares {
  std::vector<Presence> services;
  double settles = 0.0;  // the time in which the number of requests forgets where it began, in service times
};

// `wanted`: core-seconds a second that each service needs; together less than `cores`. Each has so many workers. Derivation: the number of
// requests in all is that of a queue of such cores with processor sharing, whatever the distribution of their work (Kelly 1979:
// insensitivity); less than one core is one core as much slower; given that number, each is of service i with chance w_i (the product form of the same queue); of each service at most as
// many run as it has workers; and the w_i are those with which each service gets the CPU that it needs. Exact for Poisson arrivals
// where no service ever has more requests than workers, and for a single service with exponential times.
CpuShares share_cpu(std::span<const double> wanted, double cores, int workers);

// Of a service's requests.
struct SharedRequests {
  double rate = 0.0;   // a second
  double alone = 0.0;  // seconds, at the speed of what runs alone
  double cs2 = 0.0;    // squared coefficient of variation of that
};

// By how much longer requests wait in all than the product form says, whose numbers do not know how unlike services are. On one core work is
// conserved, whoever gets it: what waits and what is left of what runs are together the work of M/G/1, E[V] = sum R E[S^2] / (2 (1 - rho)), and
// E[S^2] / (2 E[S]) is left of one that runs. On several cores it is taken to be that of M/G/c with one queue (Whitt 1993), which differs only
// where some have nothing to do. Poisson arrivals; services in the order of `shared`. From 1 to 4.
double waits_longer(const CpuShares& shared, std::span<const SharedRequests> requests, double cores, int workers);

}  // namespace continuo
