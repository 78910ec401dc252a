// Packets written by hand, for the tests of the fabric.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "emulate/fabric/ip_packet.hh"
#include "emulate/fabric/segmentation.hh"

namespace continuo {

using PacketBytes = std::vector<std::uint8_t>;

struct SuperPacket {
  VirtioHeader header;
  PacketBytes bytes;
};

inline constexpr std::uint8_t tcp_ack = 0x10, tcp_psh = 0x08, tcp_fin = 0x01, tcp_cwr = 0x80;

// Payload bytes are 0, 1, 2, ... modulo 256. TCP with one option word of 4 bytes (24 bytes in all), sequence number 1000, and
// in its checksum field what a kernel leaves there: anything, since it is made anew.
inline void put_tcp(PacketBytes& bytes, std::size_t at, std::uint8_t flags, std::uint32_t sequence = 1000) {
  bytes[at + 1] = 80;      // source port 80
  bytes[at + 3] = 90;      // destination port 90
  write_32(bytes, at + 4, sequence);
  write_32(bytes, at + 8, 77);  // acknowledgement
  bytes[at + 12] = 0x60;        // six words
  bytes[at + 13] = flags;
  write_16(bytes, at + 14, 500);  // window
  bytes[at + 20] = bytes[at + 21] = bytes[at + 22] = bytes[at + 23] = 1;  // no operation, four times
  std::iota(bytes.begin() + static_cast<std::ptrdiff_t>(at) + 24, bytes.end(), std::uint8_t{0});
}

// 10.77.0.1 to `destination`, identification 7.
inline SuperPacket super_packet4(Ipv4 destination, std::size_t payload, std::uint16_t segment, std::uint8_t flags = tcp_ack) {
  SuperPacket made{.header = {.flags = VirtioHeader::needs_checksum,
                              .segmentation = VirtioHeader::tcp4,
                              .header_length = 44,
                              .segment_size = segment,
                              .checksum_start = 20,
                              .checksum_offset = 16},
                   .bytes = PacketBytes(44 + payload)};
  made.bytes[0] = 0x45;
  write_16(made.bytes, 2, static_cast<std::uint16_t>(made.bytes.size()));
  write_16(made.bytes, 4, 7);
  made.bytes[8] = 64;
  made.bytes[9] = 6;
  write_32(made.bytes, 12, Ipv4::of(10, 77, 0, 1).value);
  write_32(made.bytes, 16, destination.value);
  put_tcp(made.bytes, 20, flags);
  return made;
}

// fd77::1 to `destination`.
inline SuperPacket super_packet6(const Ipv6& destination, std::size_t payload, std::uint16_t segment,
                                 std::uint8_t flags = tcp_ack) {
  SuperPacket made{.header = {.flags = VirtioHeader::needs_checksum,
                              .segmentation = VirtioHeader::tcp6,
                              .header_length = 64,
                              .segment_size = segment,
                              .checksum_start = 40,
                              .checksum_offset = 16},
                   .bytes = PacketBytes(64 + payload)};
  made.bytes[0] = 0x60;
  write_16(made.bytes, 4, static_cast<std::uint16_t>(24 + payload));
  made.bytes[6] = 6;
  made.bytes[7] = 64;
  made.bytes[8] = 0xfd;
  made.bytes[9] = 0x77;
  made.bytes[23] = 1;
  std::ranges::copy(destination.bytes, made.bytes.begin() + 24);
  put_tcp(made.bytes, 40, flags);
  return made;
}

}  // namespace continuo
