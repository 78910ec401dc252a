// RFC 9293 (TCP), RFC 3168 section 6.1.2 (CWR in the first segment only), RFC 6864 (IPv4 identification).
#include "emulate/fabric/segmentation.hh"

#include <algorithm>
#include <cassert>

#include "emulate/fabric/checksum.hh"
#include "emulate/fabric/ip_packet.hh"

namespace continuo {

namespace {

constexpr std::uint8_t tcp_protocol = 6;
constexpr std::size_t tcp_header_min = 20;
constexpr std::size_t tcp_checksum_at = 16;
constexpr std::size_t tcp_flags_at = 13;
constexpr std::uint8_t fin = 0x01, psh = 0x08, cwr = 0x80;

bool is_ipv4(std::span<const std::uint8_t> packet) { return packet[0] >> 4 == 4; }

bool checksum_fits(const VirtioHeader& header, std::size_t packet_size) {
  return (header.flags & VirtioHeader::needs_checksum) == 0 ||
         (header.checksum_start >= 20U && std::size_t{header.checksum_start} + header.checksum_offset + 2 <= packet_size);
}

// Whether TCP really begins where the header says.
bool tcp_begins_at(std::span<const std::uint8_t> packet, std::size_t at) {
  if (is_ipv4(packet)) {
    const bool fragment = (read_16(packet, 6) & 0x3fff) != 0;
    return at == static_cast<std::size_t>(packet[0] & 0x0f) * 4 && packet[9] == tcp_protocol && !fragment;
  }
  return at >= 40 && (at > 40 || packet[6] == tcp_protocol);
}

// Of the pseudo-header: addresses, length and protocol.
std::uint64_t pseudo_sum(std::span<const std::uint8_t> packet, std::size_t tcp_length) {
  const auto addresses = is_ipv4(packet) ? packet.subspan(12, 8) : packet.subspan(8, 32);
  return sum_of(addresses) + tcp_protocol + tcp_length;
}

}  // namespace

std::optional<Segmentation> segmentation_of(const VirtioHeader& header, std::span<const std::uint8_t> packet) {
  if (!checksum_fits(header, packet.size())) {
    return std::nullopt;
  }
  if (header.segmentation == VirtioHeader::no_segmentation) {
    return Segmentation{};
  }
  const auto kind = static_cast<std::uint8_t>(header.segmentation & ~VirtioHeader::with_ecn);
  const std::size_t tcp_at = header.checksum_start;
  if (kind != (is_ipv4(packet) ? VirtioHeader::tcp4 : VirtioHeader::tcp6) || header.segment_size == 0 ||
      (header.flags & VirtioHeader::needs_checksum) == 0 || header.checksum_offset != tcp_checksum_at ||
      !tcp_begins_at(packet, tcp_at) || tcp_at + tcp_header_min > packet.size()) {
    return std::nullopt;
  }
  const std::size_t headers = tcp_at + static_cast<std::size_t>(packet[tcp_at + 12] >> 4) * 4;
  if (headers < tcp_at + tcp_header_min || headers > packet.size() || headers > SegmentHeaders{}.size()) {
    return std::nullopt;
  }
  const std::size_t payload = packet.size() - headers;
  const std::size_t count = std::max<std::size_t>(1, (payload + header.segment_size - 1) / header.segment_size);
  if (count > segments_max) {
    return std::nullopt;
  }
  return Segmentation{.headers_size = static_cast<std::uint32_t>(headers),
                      .tcp_at = static_cast<std::uint32_t>(tcp_at),
                      .payload_size = header.segment_size,
                      .count = static_cast<std::uint32_t>(count)};
}

std::size_t size_of_segments(const Segmentation& segmentation, std::size_t packet_size, std::size_t first, std::size_t count) {
  if (segmentation.count == 1) {
    return packet_size;
  }
  const std::size_t payload = packet_size - segmentation.headers_size;
  const std::size_t end = std::min(payload, (first + count) * segmentation.payload_size);
  return count * segmentation.headers_size + end - first * segmentation.payload_size;
}

OutgoingPacket join_segments(const VirtioHeader& header, std::span<const std::uint8_t> packet, const Segmentation& segmentation,
                             std::size_t first, std::size_t count, SegmentHeaders& headers) {
  assert(count >= 1);
  assert(first + count <= segmentation.count);
  const std::size_t begin = segmentation.headers_size + first * segmentation.payload_size;
  const auto payload = packet.subspan(begin, std::min<std::size_t>(packet.size() - begin, count * segmentation.payload_size));
  const auto head = std::span{headers}.first(segmentation.headers_size);
  std::copy_n(packet.begin(), head.size(), head.begin());

  const std::size_t size = head.size() + payload.size();
  if (is_ipv4(packet)) {
    write_16(head, 2, static_cast<std::uint16_t>(size));
    write_16(head, 4, static_cast<std::uint16_t>(read_16(packet, 4) + first));
    write_16(head, 10, 0);
    write_16(head, 10, checksum_of(sum_of(head.first(static_cast<std::size_t>(packet[0] & 0x0f) * 4))));
  } else {
    write_16(head, 4, static_cast<std::uint16_t>(size - 40));
  }
  const auto tcp = head.subspan(segmentation.tcp_at);
  write_32(tcp, 4, read_32(tcp, 4) + static_cast<std::uint32_t>(first * segmentation.payload_size));
  if (first != 0) {
    tcp[tcp_flags_at] = static_cast<std::uint8_t>(tcp[tcp_flags_at] & ~cwr);
  }
  if (first + count != segmentation.count) {
    tcp[tcp_flags_at] = static_cast<std::uint8_t>(tcp[tcp_flags_at] & ~(fin | psh));
  }
  write_16(tcp, tcp_checksum_at, folded(pseudo_sum(packet, size - segmentation.tcp_at)));

  OutgoingPacket outgoing{.header = header, .head = head, .payload = payload};
  outgoing.header.header_length = static_cast<std::uint16_t>(head.size());
  if (count == 1) {
    outgoing.header.segmentation = VirtioHeader::no_segmentation;
    outgoing.header.segment_size = 0;
  } else if (first != 0) {
    outgoing.header.segmentation = static_cast<std::uint8_t>(header.segmentation & ~VirtioHeader::with_ecn);
  }
  return outgoing;
}

void complete_checksum(VirtioHeader& header, std::span<std::uint8_t> packet) {
  if ((header.flags & VirtioHeader::needs_checksum) == 0) {
    return;
  }
  assert(checksum_fits(header, packet.size()));
  const std::size_t field = std::size_t{header.checksum_start} + header.checksum_offset;
  // The field holds the pseudo-header's sum, and so adds it.
  const std::uint16_t checksum = checksum_of(sum_of(packet.subspan(header.checksum_start)));
  write_16(packet, field, checksum == 0 ? 0xffff : checksum);  // 0 would mean "none" in UDP; the two are equal
  header.flags = static_cast<std::uint8_t>(header.flags & ~VirtioHeader::needs_checksum);
}

}  // namespace continuo
