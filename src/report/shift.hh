// Who served before and after the first event of a run: how the load moved when a node was lost.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "result/evaluation.hh"

namespace continuo {

using NodeShares = std::map<std::string, double>;  // of the requests completed in that part of the run

struct Shift {
  Duration at{};  // of the first event
  NodeShares before;
  NodeShares after;  // from the first whole slice after it
};

// Nothing: no event, or no requests before or after it.
std::optional<Shift> shift_of(const Evaluation& evaluation);

std::string describe(const NodeShares& shares);  // "edge-1 49.5 %, cloud-1 4.4 %": largest first

}  // namespace continuo
