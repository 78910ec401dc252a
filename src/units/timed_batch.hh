// Requests that were run at once to see how long that takes.
#pragma once

#include "units/time.hh"

namespace continuo {

inline constexpr int timed_batch_max = 1024;  // requests

struct TimedBatch {
  int requests = 0;  // 0: none was run; else at least 2
  Duration time{};   // elapsed, until the last of them was done

  auto operator<=>(const TimedBatch&) const = default;
};

}  // namespace continuo
