// What requests of several services take that share a CPU, where all their sources send at fixed intervals from phases that are known: played
// through, with the CPU that the simulator has.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/terms/replay.hh"

namespace continuo {

struct PlayedCpu {
  double capacity = 1.0;  // core-seconds a second
  int cores = 1;
  int workers = 1;  // of each station
};

// Of one request, in seconds.
struct PlayedTimes {
  double shared = 0.0;  // waiting for the shared link
  double worker = 0.0;  // waiting for a worker of its station
  double served = 0.0;  // in service

  double all() const { return shared + worker + served; }
};

// What becomes of the requests of a group.
struct PlayedGroup {
  std::vector<PlayedTimes> times;  // of those that are not refused, ascending by their sum
  double refused = 0.0;            // share
};

// The sources' `service` is in core-seconds, `station` numbers their queues from 0. How many requests and periods: as replay_waits() has it. The load
// must be below 1, or the places few.
std::vector<PlayedGroup> play_cpu(std::span<const ReplayedSource> sources, const PlayedCpu& cpu, std::size_t groups, double drawn = 4000);

}  // namespace continuo
