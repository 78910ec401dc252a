// What Poisson requests wait for that come by links of their own, and whose answers go back by others: drawn, and played through.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/terms/played_cpu.hh"
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
  const LinkProperties* path = nullptr;  // to the station, whose delay varies; nothing: none does
};

// What requests of a group waited for, in seconds.
struct TandemGroup {
  std::vector<PlayedTimes> times;  // `shared` is the wait for the link there; ascending by their sum
  std::vector<double> back;        // of answers for theirs, ascending
};

// So many requests, the same every time, the first twentieth of which warm up. A link sends its messages one after the other at a distance: what comes from it
// meets a server like one of a steady source, and where the link is the slower of two nothing waits behind it (Friedman 1965: in a row of queues with constant
// times all waits together are those for the slowest). All loads must be below 1.
std::vector<TandemGroup> play_tandem(std::span<const TandemSource> sources, const PlayedCpu& cpu, std::size_t groups, double requests);

}  // namespace continuo
