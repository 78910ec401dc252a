// The points at which the sum of a way's random terms is evaluated, tabulated once: one coordinate a term.
#pragma once

#include <cstddef>
#include <vector>

namespace continuo {

inline constexpr std::size_t points_least = 64;
inline constexpr std::size_t points_most = 4096;

// A rank-1 lattice of so many points: along each coordinate they are spread evenly. Waits have long tails, to which a percentile is
// most sensitive: and losses: along their coordinates points are the denser the higher, and weigh the less.
struct Points {
  std::size_t count = 0;
  std::vector<double> size;         // (0, 1): which of the inputs
  std::vector<double> gap;          // (0, 1): how long the connection was silent
  std::vector<double> there;        // standard normal deviates
  std::vector<double> back;
  std::vector<double> service;
  std::vector<double> queue;        // (0, 1), ascending, with its weight in queue_weight, as -log(1 - u) in queue_tail
  std::vector<double> queue_tail;
  std::vector<double> queue_weight;
  std::vector<double> link_tail;    // of waits for links, on the way there
  std::vector<double> link_back_tail;
  std::vector<double> link_weight;
  std::vector<double> loss;         // (0, 1), of losses on the way there, with its weight in loss_weight
  std::vector<double> loss_weight;
  std::vector<double> loss_back;
  std::vector<double> loss_back_weight;
};

// At least so many, if these are not more than points_most: points_least, twice that, and so on.
const Points& points_of(double wanted);

}  // namespace continuo
