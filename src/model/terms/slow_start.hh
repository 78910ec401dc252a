// Time that a sender idles while TCP's window is smaller than the path holds.
#pragma once

#include <optional>

#include "units/bit_rate.hh"

namespace continuo {

struct SlowStart {
  Bytes message = Bytes::zero();
  std::optional<BitRate> rate;  // nothing: unlimited
  double round_trip = 0.0;      // seconds
  double interval = 0.0;        // seconds from the beginning of one message on this connection to that of the next
  // Of the sender's stack, bytes: ten segments at an MTU of 1500.
  double initial_window = 14'480;
  bool slow_start_after_idle = true;
};

// Seconds. The window doubles each round trip (RFC 5681) from ten segments (RFC 6928), or from what an idle connection has
// left: Linux halves it for each retransmission time-out that passes in silence. Without loss.
double slow_start_seconds(const SlowStart& path);

}  // namespace continuo
