// The few facts of an IPv4 packet that the fabric needs. RFC 791, section 3.1:
//
//    0                   1                   2                   3
//   |Version|  IHL  |Type of Service|          Total Length         |
//   |         Identification        |Flags|      Fragment Offset    |
//   |  Time to Live |    Protocol   |         Header Checksum       |
//   |                       Source Address                          |
//   |                    Destination Address                        |
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "os/netlink.hh"

namespace continuo {

// Nothing: not a whole, well-formed IPv4 packet.
constexpr std::optional<Ipv4> destination_of(std::span<const std::uint8_t> packet) {
  if (packet.size() < 20 || packet[0] >> 4 != 4) {
    return std::nullopt;
  }
  const std::size_t header = static_cast<std::size_t>(packet[0] & 0x0f) * 4;
  const std::size_t total = static_cast<std::size_t>(packet[2]) << 8 | packet[3];
  if (header < 20 || header > total || total != packet.size()) {
    return std::nullopt;
  }
  return Ipv4::of(packet[16], packet[17], packet[18], packet[19]);
}

constexpr bool is_multicast(Ipv4 address) { return address.value >> 28 == 0xe; }
constexpr bool is_broadcast(Ipv4 address, int prefix_length) {
  const std::uint32_t host_part = 0xffffffffU >> prefix_length;
  return address.value == 0xffffffffU || (address.value & host_part) == host_part;
}

}  // namespace continuo
