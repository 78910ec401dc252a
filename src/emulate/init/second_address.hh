// A node's IPv6 address, known from its IPv4 address.
#pragma once

#include "os/netlink.hh"

namespace continuo {

// Unique local (RFC 4193), with a prefix that is all our own network needs; its last four bytes are the IPv4 address:
// 10.77.0.1 is fd77::a4d:1.
inline constexpr int emulated_prefix_length6 = 64;
constexpr Ipv6 second_address_of(Ipv4 address) {
  Ipv6 second;
  second.bytes[0] = 0xfd;
  second.bytes[1] = 0x77;
  for (std::size_t index = 0; index < 4; ++index) {
    second.bytes[12 + index] = static_cast<std::uint8_t>(address.value >> (24 - 8 * index));
  }
  return second;
}

}  // namespace continuo
