// A node's memory among the resources: of the same name and form at every fidelity, so that what is predicted stands beside what is measured.
#pragma once

#include <algorithm>
#include <string>

#include "result/evaluation.hh"

namespace continuo {

// `filled`: what is taken, over what the node has.
inline ResourceLoad memory_load(const std::string& node, double filled) {
  return {.name = node + " memory", .kind = ResourceKind::memory, .utilisation = std::min(filled, 1.0), .offered_load = filled};
}

}  // namespace continuo
