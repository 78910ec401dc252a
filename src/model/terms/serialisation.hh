// Time to put a message on a link.
#pragma once

#include <optional>

#include "units/bit_rate.hh"

namespace continuo {

// IPv4 and TCP with timestamps: 52 bytes of header for each 1448 of payload, at an MTU of 1500.
constexpr double header_share = 52.0 / 1448.0;

// Seconds; nothing for a rate: unlimited.
inline double serialisation_seconds(Bytes message, std::optional<BitRate> rate) {
  if (!rate) return 0.0;
  const double bits = static_cast<double>(message.count()) * 8.0 * (1.0 + header_share);
  return bits / static_cast<double>(rate->bits_per_second());
}

}  // namespace continuo
