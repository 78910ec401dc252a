// Time that a sender idles while TCP's window is smaller than the path holds.
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "model/terms/recovery.hh"
#include "scenario/network_stack.hh"
#include "units/bit_rate.hh"

namespace continuo {

// How much of rows of messages is followed: more says more exactly, and takes longer.
struct RowsFollowed {
  int before = 40;    // messages of a long row that are not counted, until the window has settled
  int messages = 64;  // that are counted; a row that has no more is followed from its first one
  int rows = 8;       // where chance has a part in them
};

// A row of alike messages from one node to another, each over a connection that is free: the one that became free last.
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
  int opening = 1;                             // round trips that the first one takes to open the connection; answers find it open
  bool one_connection = false;                 // all messages follow each other on one; else each exchange has one to itself
  NetworkStack stack = {};                     // the sender's
  double loss = 0.0;                           // of each packet, as each by itself
  RowsFollowed followed = {};
  // Messages of other rows that take the same connections, at phases that are not known.
  struct Other {
    Bytes message = Bytes::zero();
    double interval = 0.0;
    bool periodic = true;
    double exchange = 0.0;
    friend bool operator==(const Other&, const Other&) = default;
  };
  std::vector<Other> others = {};
};

double segments_of(Bytes message, const NetworkStack& stack);

// And so do those of the other rows.
bool fits_first_window(const SlowStart& path);

// The stalls of a row, and where packets are lost what sending them again takes, message by message; and between which lengths of an exchange they stay what they are: it only decides which connections are free.
struct FollowedRow {
  std::vector<double> stalls;
  std::vector<Recovery> recoveries = {};  // as many as stalls; none: nothing is lost
  double exchange_above = -1.0;  // seconds, exclusive
  double exchange_most = std::numeric_limits<double>::infinity();
};
FollowedRow follow_row(const SlowStart& path);
// How many messages of the row go before those that count, and how many count.
struct RowLength {
  int before = 0;
  std::size_t counted = 1;
};
RowLength row_length(const SlowStart& path);

// Seconds in which nothing of a message was on its way, of messages of the row that are as likely each: of all, if they are few. The
// window goes from flight to flight and message to message as Linux keeps it (network/tcp_window.hh), reduced where something of a flight
// is lost; what sending that again takes is not in them. At least one.
std::vector<double> slow_start_stalls(const SlowStart& path);
double mean_of(const std::vector<double>& stalls);
double slow_start_seconds(const SlowStart& path);

}  // namespace continuo
