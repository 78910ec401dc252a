// The few facts of an IP packet that the fabric needs. RFC 791, section 3.1; RFC 8200, section 3:
//
//    0                   1                   2                   3
//   |Version|  IHL  |Type of Service|          Total Length         |    |Version| Traffic Class |           Flow Label          |
//   |         Identification        |Flags|      Fragment Offset    |    |         Payload Length        |  Next Header  | Hop L.|
//   |  Time to Live |    Protocol   |         Header Checksum       |    |                                                       |
//   |                       Source Address                          |    |                   Source Address (16)                 |
//   |                    Destination Address                        |    |                 Destination Address (16)              |
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "os/netlink.hh"

namespace continuo {

inline constexpr std::size_t ip_packet_size_max = 65535;

constexpr std::uint16_t read_16(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}
constexpr std::uint32_t read_32(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint32_t>(read_16(bytes, at)) << 16 | read_16(bytes, at + 2);
}
constexpr void write_16(std::span<std::uint8_t> bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value);
}
constexpr void write_32(std::span<std::uint8_t> bytes, std::size_t at, std::uint32_t value) {
  write_16(bytes, at, static_cast<std::uint16_t>(value >> 16));
  write_16(bytes, at + 2, static_cast<std::uint16_t>(value));
}

// Nothing: not a whole, well-formed IP packet.
constexpr std::optional<std::variant<Ipv4, Ipv6>> destination_of(std::span<const std::uint8_t> packet) {
  if (packet.size() < 20) {
    return std::nullopt;
  }
  if (packet[0] >> 4 == 4) {
    const std::size_t header = static_cast<std::size_t>(packet[0] & 0x0f) * 4;
    const std::size_t total = read_16(packet, 2);
    if (header < 20 || header > total || total != packet.size()) {
      return std::nullopt;
    }
    return Ipv4{read_32(packet, 16)};
  }
  if (packet[0] >> 4 == 6 && packet.size() >= 40 && packet.size() == 40U + read_16(packet, 4)) {
    Ipv6 address;
    std::copy_n(packet.begin() + 24, address.bytes.size(), address.bytes.begin());
    return address;
  }
  return std::nullopt;
}

constexpr bool is_multicast(Ipv4 address) { return address.value >> 28 == 0xe; }
constexpr bool is_multicast(const Ipv6& address) { return address.bytes[0] == 0xff; }
constexpr bool is_broadcast(Ipv4 address, int prefix_length) {
  const std::uint32_t host_part = 0xffffffffU >> prefix_length;
  return address.value == 0xffffffffU || (address.value & host_part) == host_part;
}

// Of the sender's site.
constexpr bool reaches_many(Ipv4 address, int prefix_length) {
  return is_multicast(address) || is_broadcast(address, prefix_length);
}
constexpr bool reaches_many(const Ipv6& address, int) { return is_multicast(address); }

// IGMP (RFC 3376), or MLD (RFC 3810), which always has a hop-by-hop option before it. Of a whole packet.
constexpr bool is_group_report(std::span<const std::uint8_t> packet) {
  if (packet[0] >> 4 == 4) {
    return packet[9] == 2;
  }
  return packet[6] == 0 && packet.size() > 48 && packet[40] == 58 && packet[41] == 0 &&
         ((packet[48] >= 130 && packet[48] <= 132) || packet[48] == 143);
}

}  // namespace continuo
