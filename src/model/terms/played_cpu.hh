// What requests of several services take that share a CPU, where all their sources send at fixed intervals from phases that are known: played
// through, with the CPU that the simulator has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/terms/replay.hh"
#include "scenario/queueing.hh"

namespace continuo {

struct PlayedCpu {
  double capacity = 1.0;  // core-seconds a second
  int cores = 1;
  int workers = 1;  // of each station
  // By station; none: no station runs several requests at once.
  struct OfStation {
    Batching batching = {};
    double next = 1.0;  // what each further request of a batch adds, in times of what it would take alone
  };
  std::vector<OfStation> stations = {};
};

// Of one request, in seconds.
struct PlayedTimes {
  double shared = 0.0;  // waiting for the shared link
  double worker = 0.0;  // waiting for a worker of its station
  double served = 0.0;  // in service
  std::uint32_t request = 0;  // of the row that was played

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

// The same of any row of requests of these sources, whose batches are run as policy/batching.hh has it.
struct PlayedBatches {
  std::vector<PlayedGroup> of_group;
  std::vector<double> sizes;  // by station: requests of a batch, in the mean
};
PlayedBatches play_batches(const ReplayedRow& row, std::span<const ReplayedSource> sources, const PlayedCpu& cpu, std::size_t groups);

// Of sources that send at random, each at intervals of its `period` in the mean, so many requests in all.
ReplayedRow random_row(std::span<const ReplayedSource> sources, double requests);

}  // namespace continuo
