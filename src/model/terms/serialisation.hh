// Time to put a message on a link.
#pragma once

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

}  // namespace continuo
