// The packets of an Evaluation, link by link of its scenario.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "result/evaluation.hh"

namespace continuo {

// What became of the packets of one link, over all pairs of nodes that it stands for.
struct LinkTraffic {
  PathTraffic sum;         // from and to are empty
  std::size_t paths = 0;   // entries of the Evaluation in it
};

// Most bytes first.
std::vector<LinkTraffic> traffic_by_link(const Evaluation& evaluation);

// "12 lost, 3 cut"; nothing was dropped: empty.
std::string causes_of(const PathTraffic& traffic);

// At least `quantile` of what was delivered had waited less than this before its transmission; nothing: nothing was delivered.
std::optional<Duration> waited_less_than(const PathTraffic& traffic, double quantile);

}  // namespace continuo
