// How the instances of a service queue and batch requests, and what may be asked of them: in a scenario, and in an order to a node.
#pragma once

#include "units/time.hh"

namespace continuo {

// A worker that is free runs as many requests at once as wait, at most `most`. Of fewer than that it waits for more until the oldest has
// waited for so long.
struct Batching {
  int most = 1;
  Duration wait{};
  bool operator==(const Batching&) const = default;
};

inline constexpr int queue_default = 64;     // requests that may wait at an instance
inline constexpr int queue_limit = 100'000;
inline constexpr int batch_limit = 1024;
inline constexpr Duration batch_wait_limit = std::chrono::seconds{10};

}  // namespace continuo
