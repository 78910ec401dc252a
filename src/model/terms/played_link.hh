// What messages of several streams of one node wait for on a link of their own, and for their windows: played through flight by flight.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "scenario/link_properties.hh"
#include "scenario/network_stack.hh"
#include "units/bit_rate.hh"
#include "units/bytes.hh"
#include "units/seed.hh"

namespace continuo {

// Messages that one node sends by the link, each over a connection that is free, as the simulator's.
struct LinkStream {
  Bytes message = Bytes::zero();
  double interval = 0.0;   // seconds, in the mean
  bool periodic = false;   // else Poisson
  std::vector<double> first = {};  // seconds: of a periodic one's first message, by row
  double round_trip = 0.0;  // seconds
  const LinkProperties* there = nullptr;  // by whose delays round trips vary, and when connections are free again; nullptr: they do not
  const LinkProperties* back = nullptr;   // of the answers and acknowledgements
  double busy = 0.0;        // seconds from a message's last bit on the link until its connection is free again, waits for a worker left out
  double busy_sd = 0.0;     // its standard deviation, delays left out
  double waits = 0.0;       // these: seconds in the mean, over all
  double waiting = 0.0;     // share of the requests that wait; their waits are exponential
  double messages = 1e9;    // how many there are; where they are few, all count
  std::size_t pool = 0;     // those to one node share their connections, and delays; counted from 0
};

struct PlayedLink {
  std::optional<BitRate> rate = std::nullopt;  // nothing: unlimited
  NetworkStack stack = {};
  std::vector<LinkStream> streams;
  std::size_t rows = 1;  // nodes alike, each with a link of its own and phases of its own
};

// Seconds that messages take beyond the time to put them on an empty link, by stream: opening a connection, windows (network/tcp_window.hh), and
// the flights of others and of other messages of their own, which the link takes first come, first served, so that small messages slip in
// between the flights of large ones and each flight of these waits anew. Of some `drawn` messages of all streams together. Gaps and jitter are
// drawn from a fixed stream. The load must be below 1.
std::vector<std::vector<double>> play_link(const PlayedLink& link, double drawn);

// A message of one node that has left the link for good.
struct LinkDeparture {
  double at = 0.0;     // seconds
  double taken = 0.0;  // of it, as play_link() has it
};
// Of those that are sent until this time, by stream, in their order.
std::vector<std::vector<LinkDeparture>> link_departures(const PlayedLink& link, double until, Seed seed);

}  // namespace continuo
