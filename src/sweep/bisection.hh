// The last value of a range at which something still holds.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "sweep/range.hh"

namespace continuo {

enum class Sought { largest, smallest };

struct Verdict {
  bool holds = false;
  std::string reason{};  // why not
};

// What a search has found. If something holds at one end of the range and not at the other, it changes between `holds` and
// `fails`; if it changes more than once between them, this is one of those places.
struct Limit {
  std::optional<double> holds{};  // the value sought; nothing: not even the end at which it should
  std::optional<double> fails{};  // nothing: it holds in the whole range
  std::string reason{};           // at `fails`
  int evaluations = 0;
};

struct BisectionOptions {
  Sought sought = Sought::largest;
  double precision = 1e-3;  // the bracket as a share of its greater end
  int evaluations_max = 64;
};

// Halves the range, or its logarithm where it is spaced geometrically; whole numbers stay whole.
Limit find_limit(const Interval& interval, const BisectionOptions& options, const std::function<Verdict(double)>& judge);

}  // namespace continuo
