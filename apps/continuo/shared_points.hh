// The points of a sweep, shared among the processes that mpirun started: the first one hands them out and gathers their rows, its own threads
// and those of the others evaluate them.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "ranks.hh"

namespace continuo {

// Rows of these points, as text. Threads call it at once.
using RowsOfPoints = std::function<std::string(std::span<const std::size_t>)>;

// What all processes but the first do: so many threads evaluate what they are sent, until they are told that nothing is left.
void serve_points(const Ranks& ranks, std::size_t threads, const RowsOfPoints& rows);

// The first one's.
class SharedPoints {
 public:
  // Without ranks, its own threads are all there are. Waits until all others have said how many threads they have.
  SharedPoints(const Ranks* ranks, std::size_t own_threads, RowsOfPoints rows);
  ~SharedPoints();  // lets the others go
  SharedPoints(const SharedPoints&) = delete;
  SharedPoints& operator=(const SharedPoints&) = delete;

  std::size_t threads() const { return seats_.size(); }
  // By a thread that is free, here or elsewhere: as many threads as threads() may call it at once. Throws std::runtime_error with what the other
  // process said if it failed.
  std::string rows(std::span<const std::size_t> points);

 private:
  struct Seat {
    int rank = 0;  // 0: here
    int lane = 0;
  };
  Seat take_seat();
  void leave(Seat seat);

  const Ranks* ranks_;
  RowsOfPoints own_rows_;
  std::vector<Seat> seats_;
  std::vector<Seat> free_;
  std::mutex mutex_;
};

}  // namespace continuo
