// Time that a sender idles while TCP's window is smaller than the path holds.
#pragma once

#include <optional>
#include <vector>

#include "scenario/network_stack.hh"
#include "units/bit_rate.hh"

namespace continuo {

// How much of rows of messages is followed: more says more exactly, and takes longer.
struct RowsFollowed {
  int before = 40;    // messages of a long row that are not counted, until the window has settled
  int messages = 64;  // that are counted; a row that has no more is followed from its first one
  int rows = 8;       // where chance has a part in them
};

// A row of alike messages from one node to another, each over an HTTP connection that is free: the one that became free last.
struct SlowStart {
  Bytes message = Bytes::zero();
  std::optional<BitRate> rate = std::nullopt;  // nothing: unlimited
  double round_trip = 0.0;                     // seconds
  double jitter = 0.0;                         // standard deviation of the round trip, seconds
  double interval = 0.0;                       // seconds from one message to the next, in the mean
  bool periodic = true;                        // else Poisson; not where there are users
  double exchange = 0.0;                       // seconds that an exchange keeps its connection busy, stalls left out
  int users = 0;                               // of a closed loop: each begins an exchange so long after its last one has ended
  double pause = 0.0;                          // seconds in the mean: the same each time if `periodic`, else exponential
  double messages = 1e9;                       // how many there are
  bool is_request = true;                      // the first one opens the connection, which takes a round trip
  NetworkStack stack = {};                     // the sender's
  RowsFollowed followed = {};
};

bool fits_first_window(const SlowStart& path);

// Seconds in which nothing of a message was on its way, of messages of the row that are as likely each: of all, if they are few. The
// window goes from flight to flight and message to message as Linux keeps it (network/tcp_window.hh). Without loss. At least one.
std::vector<double> slow_start_stalls(const SlowStart& path);
// Their mean.
double slow_start_seconds(const SlowStart& path);

}  // namespace continuo
