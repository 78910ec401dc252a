// What Poisson requests wait for that come by links of their own, and whose answers go back by others: drawn, and played through.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/terms/played_cpu.hh"
#include "model/terms/played_link.hh"
#include "scenario/link_properties.hh"

namespace continuo {

// One node's messages of one stream.
struct TandemSource {
  double period = 0.0;  // seconds in the mean, at independent exponential gaps
  ServiceTime service;  // in core-seconds
  std::size_t station = 0;  // of those of one CPU, from 0
  std::size_t group = 0;
  // By link that messages wait for each other at, from 0: they take so many seconds there. 0: none.
  struct OnLink {
    std::size_t link = 0;
    double takes = 0.0;
  };
  OnLink there;
  OnLink back;
  std::vector<LinkDeparture> left = {};  // of its messages from the link there, if these are known. None: they are drawn
  const LinkProperties* path = nullptr;  // to the station, whose delay varies; nothing: none does
};

// Of one request, in seconds.
struct TandemTimes {
  double there = 0.0;   // waiting for the link there; of departures that are known: what these have taken
  double worker = 0.0;  // waiting for a worker
  double served = 0.0;  // in service
  double back = 0.0;    // its answer, waiting for the link back

  double all() const { return there + worker + served + back; }
};

// So many requests, the same every time, the first twentieth of which warm up. A link sends its messages one after the other at a distance: what comes from it
// meets a server like one of a steady source, and where the link is the slower of two nothing waits behind it (Friedman 1965: in a row of queues with constant
// times all waits together are those for the slowest). All loads must be below 1. By group, ascending by their sums.
std::vector<std::vector<TandemTimes>> play_tandem(std::span<const TandemSource> sources, const PlayedCpu& cpu, std::size_t groups, double requests);

}  // namespace continuo
