// Super-packets made by hand, and the packets that a kernel would have sent in their place.
#include "emulate/fabric/segmentation.hh"

#include <gtest/gtest.h>

#include "emulate/fabric/checksum.hh"
#include "emulate/test_support/packets.hh"

namespace continuo {
namespace {

PacketBytes whole(const OutgoingPacket& outgoing) {
  PacketBytes bytes{outgoing.head.begin(), outgoing.head.end()};
  bytes.insert(bytes.end(), outgoing.payload.begin(), outgoing.payload.end());
  return bytes;
}

// What a receiver that believes nothing computes over TCP and its pseudo-header: 0xffff if the checksum is right.
std::uint16_t receiver_sum(const PacketBytes& packet) {
  const bool four = packet[0] >> 4 == 4;
  const std::span<const std::uint8_t> bytes{packet};
  const auto tcp = bytes.subspan(four ? 20 : 40);
  return folded(sum_of(four ? bytes.subspan(12, 8) : bytes.subspan(8, 32)) + 6 + tcp.size() + sum_of(tcp));
}

const Ipv4 second = Ipv4::of(10, 77, 0, 2);

TEST(Checksum, is_that_of_the_example_in_RFC_1071) {
  // Section 3: 00 01 f2 03 f4 f5 f6 f7 sums to ddf2.
  constexpr std::array<std::uint8_t, 8> bytes{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  EXPECT_EQ(folded(sum_of(bytes)), 0xddf2);
  EXPECT_EQ(checksum_of(sum_of(bytes)), 0x220d);
  EXPECT_EQ(folded(sum_of(std::span{bytes}.first(3))), 0xf201);  // an odd length: padded with a zero
}

TEST(Segmentation, counts_the_segments_of_a_super_packet) {
  // 2500 bytes of payload in segments of 1000: 1000 + 1000 + 500, behind 44 bytes of headers each.
  const auto [header, bytes] = super_packet4(second, 2500, 1000);
  const auto segmentation = segmentation_of(header, bytes);
  ASSERT_TRUE(segmentation);
  EXPECT_EQ(segmentation->count, 3U);
  EXPECT_EQ(segmentation->headers_size, 44U);
  EXPECT_EQ(size_of_segments(*segmentation, bytes.size(), 0, 1), 1044U);
  EXPECT_EQ(size_of_segments(*segmentation, bytes.size(), 2, 1), 544U);
  EXPECT_EQ(size_of_segments(*segmentation, bytes.size(), 1, 2), 1588U);
  EXPECT_EQ(size_of_segments(*segmentation, bytes.size(), 0, 3), 2632U);
}

TEST(Segmentation, gives_each_segment_its_length_identification_sequence_number_and_flags) {
  const auto [header, bytes] = super_packet4(second, 2500, 1000, tcp_ack | tcp_psh | tcp_fin | tcp_cwr);
  const auto segmentation = segmentation_of(header, bytes);
  ASSERT_TRUE(segmentation);
  for (std::size_t index = 0; index < 3; ++index) {
    SegmentHeaders headers;
    const OutgoingPacket outgoing = join_segments(header, bytes, *segmentation, index, 1, headers);
    PacketBytes packet = whole(outgoing);
    EXPECT_EQ(packet.size(), index == 2 ? 544U : 1044U);
    EXPECT_EQ(read_16(packet, 2), packet.size());
    EXPECT_EQ(read_16(packet, 4), 7 + index);
    EXPECT_EQ(folded(sum_of(std::span{packet}.first(20))), 0xffff) << "IPv4 header checksum";
    EXPECT_EQ(read_32(packet, 24), 1000 + 1000 * index);
    EXPECT_EQ(read_32(packet, 28), 77U);
    EXPECT_EQ(packet[33], index == 0   ? tcp_ack | tcp_cwr
                          : index == 1 ? tcp_ack
                                       : tcp_ack | tcp_psh | tcp_fin);
    EXPECT_EQ(packet[44], static_cast<std::uint8_t>(1000 * index));  // the payload goes on where the one before ended
    EXPECT_EQ(outgoing.header.segmentation, VirtioHeader::no_segmentation);
    EXPECT_EQ(outgoing.header.flags, VirtioHeader::needs_checksum);
    VirtioHeader completed = outgoing.header;
    complete_checksum(completed, packet);
    EXPECT_EQ(completed.flags, 0);
    EXPECT_EQ(receiver_sum(packet), 0xffff);
  }
}

TEST(Segmentation, works_on_IPv6_too) {
  Ipv6 destination;
  destination.bytes[15] = 2;
  const auto [header, bytes] = super_packet6(destination, 1500, 1000, tcp_ack | tcp_psh);
  const auto segmentation = segmentation_of(header, bytes);
  ASSERT_TRUE(segmentation);
  ASSERT_EQ(segmentation->count, 2U);
  for (std::size_t index = 0; index < 2; ++index) {
    SegmentHeaders headers;
    const OutgoingPacket outgoing = join_segments(header, bytes, *segmentation, index, 1, headers);
    PacketBytes packet = whole(outgoing);
    EXPECT_EQ(packet.size(), index == 0 ? 1064U : 564U);
    EXPECT_EQ(read_16(packet, 4), index == 0 ? 1024 : 524);
    EXPECT_EQ(read_32(packet, 44), 1000 + 1000 * index);
    EXPECT_EQ(packet[53], index == 0 ? tcp_ack : tcp_ack | tcp_psh);
    VirtioHeader completed = outgoing.header;
    complete_checksum(completed, packet);
    EXPECT_EQ(receiver_sum(packet), 0xffff);
  }
}

TEST(Segmentation, joins_consecutive_segments_to_a_smaller_super_packet) {
  const auto [header, bytes] = super_packet4(second, 3500, 1000, tcp_ack | tcp_psh | tcp_cwr);
  VirtioHeader with_ecn = header;
  with_ecn.segmentation = VirtioHeader::tcp4 | VirtioHeader::with_ecn;
  const auto segmentation = segmentation_of(with_ecn, bytes);
  ASSERT_TRUE(segmentation);
  SegmentHeaders headers;
  const OutgoingPacket middle = join_segments(with_ecn, bytes, *segmentation, 1, 2, headers);
  EXPECT_EQ(middle.header.segmentation, VirtioHeader::tcp4);  // CWR was in the first
  EXPECT_EQ(middle.header.segment_size, 1000);
  const PacketBytes packet = whole(middle);
  EXPECT_EQ(packet.size(), 2044U);
  EXPECT_EQ(read_16(packet, 2), 2044);
  EXPECT_EQ(read_32(packet, 24), 2000U);
  EXPECT_EQ(packet[33], tcp_ack);
  // It comes apart again into the same segments.
  const auto again = segmentation_of(middle.header, packet);
  ASSERT_TRUE(again);
  ASSERT_EQ(again->count, 2U);
  SegmentHeaders one, other;
  EXPECT_EQ(whole(join_segments(middle.header, packet, *again, 1, 1, one)),
            whole(join_segments(with_ecn, bytes, *segmentation, 2, 1, other)));
}

TEST(Segmentation, takes_a_packet_that_is_none_as_it_is) {
  const auto [header, bytes] = super_packet4(second, 100, 0);
  VirtioHeader plain = header;
  plain.segmentation = VirtioHeader::no_segmentation;
  ASSERT_TRUE(segmentation_of(plain, bytes));
  EXPECT_EQ(segmentation_of(plain, bytes)->count, 1U);
  EXPECT_EQ(size_of_segments({}, 144, 0, 1), 144U);
}

TEST(Segmentation, refuses_a_header_that_its_packet_contradicts) {
  const auto good = super_packet4(second, 2500, 1000);
  ASSERT_TRUE(segmentation_of(good.header, good.bytes));
  const auto refuses = [&](auto change) {
    SuperPacket bad = good;
    change(bad);
    return !segmentation_of(bad.header, bad.bytes);
  };
  EXPECT_TRUE(refuses([](SuperPacket& bad) { bad.header.segmentation = VirtioHeader::tcp6; }));
  EXPECT_TRUE(refuses([](SuperPacket& bad) { bad.header.segmentation = 3; }));  // UDP: never offered
  EXPECT_TRUE(refuses([](SuperPacket& bad) { bad.header.segment_size = 0; }));
  EXPECT_TRUE(refuses([](SuperPacket& bad) { bad.header.segment_size = 1; }));  // 2500 segments
  EXPECT_TRUE(refuses([](SuperPacket& bad) { bad.header.flags = 0; }));
  EXPECT_TRUE(refuses([](SuperPacket& bad) { bad.header.checksum_start = 24; }));
  EXPECT_TRUE(refuses([](SuperPacket& bad) { bad.header.checksum_start = 65535; }));
  EXPECT_TRUE(refuses([](SuperPacket& bad) { bad.header.checksum_offset = 6; }));
  EXPECT_TRUE(refuses([](SuperPacket& bad) { bad.header.checksum_offset = 65535; }));
  EXPECT_TRUE(refuses([](SuperPacket& bad) { bad.bytes[9] = 17; }));            // not TCP
  EXPECT_TRUE(refuses([](SuperPacket& bad) { bad.bytes[6] = 0x20; }));          // a fragment
  EXPECT_TRUE(refuses([](SuperPacket& bad) { bad.bytes[32] = 0x40; }));         // a TCP header of 16 bytes
  EXPECT_TRUE(refuses([](SuperPacket& bad) { bad.bytes.resize(30); }));
}

}  // namespace
}  // namespace continuo
