// The points of a sweep, shared among the processes that mpirun started: the first one hands them out and gathers their rows, its own threads
// and those of the others evaluate them.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "other_processes.hh"
#include "ranks.hh"

namespace continuo {

// Rows of these points, as text. Threads call it at once.
using RowsOfPoints = std::function<std::string(std::span<const std::size_t>)>;

// What a process but the first does when it is ready: so many threads evaluate what they are sent, until they are let go.
void serve_points(const Ranks& ranks, std::size_t threads, const SweepDigests& digests, const RowsOfPoints& rows);

// The first one's.
class SharedPoints {
 public:
  // Without other lanes, its own threads are all there are.
  SharedPoints(const Ranks* ranks, std::size_t own_threads, const std::vector<Lane>& others, RowsOfPoints rows);
  SharedPoints(const SharedPoints&) = delete;
  SharedPoints& operator=(const SharedPoints&) = delete;

  std::size_t threads() const { return threads_; }
  // By a thread that is free, here or elsewhere: as many threads as threads() may call it at once. Throws std::runtime_error with what the other
  // process said if it failed.
  std::string rows(std::span<const std::size_t> points);

 private:
  Lane take_lane();
  void leave(Lane lane);

  const Ranks* ranks_;
  RowsOfPoints own_rows_;
  std::vector<Lane> free_;  // of rank 0: a thread here
  std::size_t threads_;
  std::mutex mutex_;
};

}  // namespace continuo
