// TCP super-packets, as a kernel that leaves segmentation to its device makes them, and the real packets they stand for. Any run
// of consecutive segments can be written as one packet again: a single segment as the sender would have sent it, several as a
// smaller super-packet, so that what leaves together costs one system call.
//
//   super-packet   | IP | TCP seq=s |  payload: n segments of `payload_size`, the last may be shorter  |
//   segment i      | IP | TCP seq=s + i * payload_size | payload i |
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "emulate/fabric/virtio_header.hh"

namespace continuo {

// What is the same for all segments; of a packet that is none, `count` is 1.
struct Segmentation {
  std::uint32_t headers_size = 0;    // IP and TCP
  std::uint32_t tcp_at = 0;          // where the TCP header begins
  std::uint32_t payload_size = 0;    // of each segment but the last
  std::uint32_t count = 1;
};

// Bounds what one read of a device can become. A kernel makes at most 45 of an MTU of 1500.
inline constexpr std::uint32_t segments_max = 2048;

// Nothing: header and packet contradict each other. The packet is whole (destination_of() took it).
std::optional<Segmentation> segmentation_of(const VirtioHeader& header, std::span<const std::uint8_t> packet);

// The length of the IP packets that carry segments [first, first + count), one packet each.
std::size_t size_of_segments(const Segmentation& segmentation, std::size_t packet_size, std::size_t first, std::size_t count);

// A packet to write: its header for the device, then `head`, then `payload`, of which either may lie in the other's packet.
struct OutgoingPacket {
  VirtioHeader header;
  std::span<const std::uint8_t> head;
  std::span<const std::uint8_t> payload = {};

  std::size_t size() const { return head.size() + payload.size(); }
};

using SegmentHeaders = std::array<std::uint8_t, 256>;

// Segments [first, first + count) of a packet with segmentation.count > 1, as one; `headers` is used for its headers.
OutgoingPacket join_segments(const VirtioHeader& header, std::span<const std::uint8_t> packet, const Segmentation& segmentation,
                             std::size_t first, std::size_t count, SegmentHeaders& headers);

// Puts in the checksum that the kernel has left to its device. `packet` is a whole packet, and no super-packet.
void complete_checksum(VirtioHeader& header, std::span<std::uint8_t> packet);

}  // namespace continuo
