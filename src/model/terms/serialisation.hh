// Time to put a message on a link.
#pragma once

#include <algorithm>
#include <optional>

#include "network/tcp_segment.hh"
#include "units/bit_rate.hh"

namespace continuo {

// Of each payload, at an MTU of 1500.
constexpr double header_share = static_cast<double>(tcp_headers.count()) / static_cast<double>(1500 - tcp_headers.count());

// Seconds; nothing for a rate: unlimited.
inline double serialisation_seconds(Bytes message, std::optional<BitRate> rate) {
  if (!rate) return 0.0;
  const double bits = static_cast<double>(message.count()) * 8.0 * (1.0 + header_share);
  return bits / static_cast<double>(rate->bits_per_second());
}

// The same of a way of several links: the slowest has the whole message to send, each other one the last packet, for it passes packets on
// when it has them whole. `passing_on`: seconds a bit of these.
inline double serialisation_seconds(Bytes message, std::optional<BitRate> slowest, double passing_on) {
  const double packet = std::min(static_cast<double>(message.count()) * (1.0 + header_share), 1500.0);
  return serialisation_seconds(message, slowest) + 8.0 * packet * passing_on;
}

}  // namespace continuo
