// Time to put a message on a link.
#pragma once

#include <algorithm>
#include <optional>

#include "network/tcp_segment.hh"
#include "units/bit_rate.hh"

namespace continuo {

// With the headers of its packets, at an MTU of 1500.
constexpr double wire_bytes(Bytes message) { return static_cast<double>(tcp_wire_size(message, Bytes::of(1500) - tcp_headers).count()); }

// Seconds; nothing for a rate: unlimited.
inline double serialisation_seconds(Bytes message, std::optional<BitRate> rate) {
  if (!rate) return 0.0;
  return 8.0 * wire_bytes(message) / static_cast<double>(rate->bits_per_second());
}

// The same of a way of several links: the slowest has the whole message to send, each other one the last packet, for it passes packets on
// when it has them whole. `passing_on`: seconds a bit of these.
inline double serialisation_seconds(Bytes message, std::optional<BitRate> slowest, double passing_on) {
  const double packet = std::min(wire_bytes(message), 1500.0);
  return serialisation_seconds(message, slowest) + 8.0 * packet * passing_on;
}

}  // namespace continuo
