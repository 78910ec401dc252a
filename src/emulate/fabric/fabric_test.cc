// Packets written by hand go to the right node at the right time, and bad ones nowhere.
#include "emulate/fabric/fabric.hh"

#include <gtest/gtest.h>

#include <bit>

#include "emulate/test_support/packets.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr Instant at(Duration since_start) { return scenario_start + since_start; }

std::vector<std::uint8_t> packet_to(Ipv4 destination, std::size_t size = 100) {
  std::vector<std::uint8_t> packet(size, 0);
  packet[0] = 0x45;  // version 4, five words of header
  packet[2] = static_cast<std::uint8_t>(size >> 8);
  packet[3] = static_cast<std::uint8_t>(size);
  for (int index = 0; index < 4; ++index) {
    packet[static_cast<std::size_t>(16 + index)] = static_cast<std::uint8_t>(destination.value >> (24 - 8 * index));
  }
  return packet;
}

class Recorder final : public FabricOutput {
 public:
  std::optional<Instant> write(Port port, const OutgoingPacket& packet) override {
    if (port == refusing) {
      return std::nullopt;
    }
    written.emplace_back(port, packet.size());
    return now;
  }
  std::vector<std::pair<Port, std::size_t>> written;
  Instant now{};
  std::optional<Port> refusing;
};

// Ports 0 and 1 in site 0, ports 2 and 3 in site 1; 10 ms anywhere, 10 Mbit/s from port 0.
FabricOptions four_nodes() {
  FabricOptions options;
  for (std::uint32_t port = 0; port < 4; ++port) {
    options.ports.push_back({.address = Ipv4::of(10, 77, 0, port + 1), .site = port / 2});
  }
  options.link = [](Port from, Port) {
    LinkProperties link{.delay = 10ms};
    if (from == 0) {
      link.rate = 10_Mbps;
    }
    return link;
  };
  return options;
}

TEST(Fabric, delivers_a_packet_to_the_node_with_its_address_when_it_is_due) {
  Fabric fabric{four_nodes()};
  Recorder recorder;
  fabric.accept(0, packet_to(Ipv4::of(10, 77, 0, 4), 1250), at(0ms));
  EXPECT_EQ(fabric.next_departure(), at(11ms));  // 1 ms on the wire, 10 ms on the way
  fabric.deliver_due(at(11ms) - 1ns, recorder);
  EXPECT_TRUE(recorder.written.empty());
  recorder.now = at(12ms);
  fabric.deliver_due(at(12ms), recorder);
  EXPECT_EQ(recorder.written, (std::vector<std::pair<Port, std::size_t>>{{3, 1250}}));
  EXPECT_FALSE(fabric.next_departure());
  EXPECT_EQ(fabric.counters().lateness.max(), 1ms);
  ASSERT_EQ(fabric.counters().paths.size(), 1U);
  EXPECT_EQ(fabric.counters().paths[0].to, 3U);
  EXPECT_EQ(fabric.counters().paths[0].measure.delays, 11ms);
}

TEST(Fabric, delivers_from_several_links_in_the_order_of_time) {
  Fabric fabric{four_nodes()};
  Recorder recorder;
  fabric.accept(0, packet_to(Ipv4::of(10, 77, 0, 2), 1250), at(0ms));    // due at 11 ms
  fabric.accept(1, packet_to(Ipv4::of(10, 77, 0, 1), 200), at(500us));   // due at 10.5 ms
  fabric.accept(2, packet_to(Ipv4::of(10, 77, 0, 1), 300), at(2ms));     // due at 12 ms
  fabric.deliver_due(at(20ms), recorder);
  EXPECT_EQ(recorder.written, (std::vector<std::pair<Port, std::size_t>>{{0, 200}, {1, 1250}, {0, 300}}));
}

TEST(Fabric, carries_multicast_and_broadcast_within_the_site_only) {
  for (const Ipv4 group : {Ipv4::of(224, 0, 0, 251), Ipv4::of(239, 1, 2, 3), Ipv4::of(255, 255, 255, 255),
                           Ipv4::of(10, 77, 255, 255)}) {
    Fabric fabric{four_nodes()};
    Recorder recorder;
    fabric.accept(2, packet_to(group), at(0ms));
    fabric.deliver_due(at(1s), recorder);
    EXPECT_EQ(recorder.written, (std::vector<std::pair<Port, std::size_t>>{{3, 100}})) << to_string(group);
  }
}

TEST(Fabric, counts_and_drops_what_is_no_packet_or_has_nowhere_to_go) {
  Fabric fabric{four_nodes()};
  Recorder recorder;
  fabric.accept(0, {}, at(0ms));
  auto packet = packet_to(Ipv4::of(10, 77, 0, 2));
  fabric.accept(0, std::span{packet}.first(19), at(0ms));
  fabric.accept(0, std::span{packet}.first(99), at(0ms));  // shorter than it says
  packet[0] = 0x44;                                        // a header of 16 bytes
  fabric.accept(0, packet, at(0ms));
  packet[0] = 0x65;  // version 6, with a length of 0
  fabric.accept(0, packet, at(0ms));
  packet[0] = 0x4f;  // a header of 60 bytes in a packet of 40
  fabric.accept(0, std::span{packet}.first(40), at(0ms));
  fabric.accept(0, packet_to(Ipv4::of(10, 77, 9, 9)), at(0ms));
  fabric.accept(0, packet_to(Ipv4::of(10, 77, 0, 1)), at(0ms));  // to itself: never sent by a kernel
  fabric.deliver_due(at(1s), recorder);
  EXPECT_TRUE(recorder.written.empty());
  EXPECT_EQ(fabric.counters().drops.malformed, 6U);
  EXPECT_EQ(fabric.counters().drops.unroutable, 2U);
}

TEST(Fabric, sends_a_super_packet_segment_by_segment_over_a_link_with_a_rate) {
  // 3 segments of 1250 bytes at 10 Mbit/s: 1 ms each.
  Fabric fabric{four_nodes()};
  Recorder recorder;
  const auto [header, bytes] = super_packet4(Ipv4::of(10, 77, 0, 2), 3618, 1206);
  fabric.accept(0, bytes, at(0ms), header);
  fabric.deliver_due(at(11ms), recorder);
  EXPECT_EQ(recorder.written, (std::vector<std::pair<Port, std::size_t>>{{1, 1250}}));
  EXPECT_EQ(fabric.next_departure(), at(12ms));
  // Two that are due in one wake-up leave as one: 44 bytes of headers and 2412 of payload.
  recorder.now = at(13ms);
  fabric.deliver_due(at(13ms), recorder);
  EXPECT_EQ(recorder.written.back(), (std::pair<Port, std::size_t>{1, 2456}));
  const PathCounters path = fabric.counters().paths.at(0);
  EXPECT_EQ(path.link.delivered_packets, 3U);
  EXPECT_EQ(path.link.delivered, 3750_B);
  EXPECT_EQ(path.measure.packets, 3U);
}

TEST(Fabric, lets_a_super_packet_pass_where_nothing_tells_its_segments_apart) {
  Fabric fabric{four_nodes()};
  Recorder recorder;
  const auto [header, bytes] = super_packet4(Ipv4::of(10, 77, 0, 4), 3618, 1206);
  fabric.accept(2, bytes, at(0ms), header);
  fabric.deliver_due(at(10ms), recorder);
  EXPECT_EQ(recorder.written, (std::vector<std::pair<Port, std::size_t>>{{3, 3662}}));
  EXPECT_EQ(fabric.counters().paths.at(0).link.delivered, 3750_B);  // as the segments would be
}

TEST(Fabric, takes_IPv6_and_its_multicast) {
  FabricOptions options = four_nodes();
  for (Port port = 0; port < 4; ++port) {
    options.ports[port].address6.bytes[15] = static_cast<std::uint8_t>(port + 1);
  }
  Fabric fabric{std::move(options)};
  Recorder recorder;
  Ipv6 destination;
  destination.bytes[15] = 3;
  fabric.accept(1, super_packet6(destination, 100, 1000).bytes, at(0ms));
  destination.bytes[0] = 0xff;  // multicast: reaches port 0 only
  destination.bytes[1] = 0x02;
  fabric.accept(1, super_packet6(destination, 200, 1000).bytes, at(0ms));
  destination.bytes[0] = 0xfe;
  fabric.accept(1, super_packet6(destination, 200, 1000).bytes, at(0ms));
  fabric.deliver_due(at(10ms), recorder);
  std::ranges::sort(recorder.written);
  EXPECT_EQ(recorder.written, (std::vector<std::pair<Port, std::size_t>>{{0, 264}, {2, 164}}));
  EXPECT_EQ(fabric.counters().drops.unroutable, 1U);
}

TEST(Fabric, keeps_group_reports_to_itself) {
  Fabric fabric{four_nodes()};
  auto report = packet_to(Ipv4::of(224, 0, 0, 22));
  report[9] = 2;  // IGMP
  fabric.accept(2, report, at(0ms));
  EXPECT_FALSE(fabric.next_departure());
  EXPECT_EQ(fabric.counters().drops.group_reports, 1U);
}

TEST(Fabric, allocates_no_memory_for_packets_once_as_many_have_been_on_the_way) {
  Fabric fabric{four_nodes()};
  Recorder recorder;
  const auto [header, bytes] = super_packet4(Ipv4::of(10, 77, 0, 2), 3618, 1206);
  const auto exchange = [&](Instant now) {
    fabric.accept(0, bytes, now, header);
    fabric.accept(1, packet_to(Ipv4::of(10, 77, 0, 1)), now);
    fabric.deliver_due(now + 20ms, recorder);
  };
  exchange(at(0ms));
  const auto allocations = fabric.allocations();
  for (int time = 1; time < 100; ++time) {
    exchange(at(20ms * time));
  }
  EXPECT_EQ(fabric.allocations(), allocations);
}

TEST(Fabric, counts_what_the_receiver_does_not_take) {
  Fabric fabric{four_nodes()};
  Recorder recorder;
  recorder.refusing = 1;
  fabric.accept(0, packet_to(Ipv4::of(10, 77, 0, 2)), at(0ms));
  fabric.deliver_due(at(1s), recorder);
  EXPECT_EQ(fabric.counters().drops.refused, 1U);
}

// Ports 0 to 2 in one site, 10 ms between any two; port 0 has 10 Mbit/s up, port 2 has 5 Mbit/s down.
FabricOptions three_with_access() {
  FabricOptions options;
  for (std::uint32_t port = 0; port < 3; ++port) {
    options.ports.push_back({.address = Ipv4::of(10, 77, 0, port + 1)});
  }
  options.link = [](Port, Port) { return LinkProperties{.delay = 10ms}; };
  options.access = {{.up = 10_Mbps}, {}, {.down = 5_Mbps}};
  return options;
}

TEST(Fabric, lets_all_flows_of_a_node_share_its_access_links) {
  Fabric fabric{three_with_access()};
  Recorder recorder;
  // 1250 bytes: 1 ms up, 2 ms down. Both flows of port 0 wait for the one link up; port 2 hears two nodes on one link down.
  fabric.accept(0, packet_to(Ipv4::of(10, 77, 0, 2), 1250), at(0ms));    // up until 1 ms, there at 11 ms
  fabric.accept(0, packet_to(Ipv4::of(10, 77, 0, 3), 1250), at(0ms));    // up until 2 ms, at 12 ms, down until 14.5 ms: it waits
  fabric.accept(1, packet_to(Ipv4::of(10, 77, 0, 3), 1250), at(500us));  // at 10.5 ms, down until 12.5 ms
  const auto arrives = [&](Duration time, Port port) {
    fabric.deliver_due(at(time) - 1ns, recorder);
    EXPECT_TRUE(recorder.written.empty());
    fabric.deliver_due(at(time), recorder);
    EXPECT_EQ(recorder.written, (std::vector<std::pair<Port, std::size_t>>{{port, 1250}}));
    recorder.written.clear();
  };
  arrives(11ms, 1);
  arrives(12500us, 2);
  arrives(14500us, 2);
  EXPECT_FALSE(fabric.next_departure());
  const auto access = fabric.counters().access;
  ASSERT_EQ(access.size(), 2U);
  EXPECT_TRUE(access[0].port == 0 && access[0].up);
  EXPECT_EQ(access[0].link.demanded, 2ms);
  EXPECT_TRUE(access[1].port == 2 && !access[1].up);
  EXPECT_EQ(access[1].link.demanded, 4ms);
  // The second packet waited 1 ms up, and 0.5 ms down.
  EXPECT_EQ(access[0].waiting.counts()[WaitingTimes::bucket_of(1ms)], 1U);
  EXPECT_EQ(access[1].waiting.counts()[WaitingTimes::bucket_of(500us)], 1U);
  EXPECT_EQ(access[1].measure.packets, 2U);
}

TEST(Fabric, changes_an_access_link_for_what_comes_later) {
  Fabric fabric{three_with_access()};
  Recorder recorder;
  fabric.change_access(0, true, {.rate = 1_Mbps}, at(0ms));
  fabric.accept(0, packet_to(Ipv4::of(10, 77, 0, 2), 1250), at(0ms));  // 10 ms up, 10 ms on the path
  fabric.deliver_due(at(20ms) - 1ns, recorder);
  EXPECT_TRUE(recorder.written.empty());
  fabric.deliver_due(at(20ms), recorder);
  EXPECT_EQ(recorder.written.size(), 1U);
}

TEST(Fabric, computes_the_same_arrivals_behind_access_links_however_seldom_it_is_asked) {
  Fabric fabric{three_with_access()};
  Recorder recorder;
  fabric.accept(0, packet_to(Ipv4::of(10, 77, 0, 3), 1250), at(0ms));
  recorder.now = at(15ms);
  fabric.deliver_due(at(15ms), recorder);
  EXPECT_EQ(recorder.written.size(), 1U);
  EXPECT_EQ(fabric.counters().lateness.max(), 2ms);  // due at 13 ms
  // What the access link took is not the path's: 10 ms, and 2 ms late.
  EXPECT_EQ(fabric.counters().paths.at(0).measure.delays, 12ms);
}

TEST(Fabric, sends_multicast_up_an_access_link_once) {
  Fabric fabric{three_with_access()};
  Recorder recorder;
  fabric.accept(0, packet_to(Ipv4::of(224, 0, 0, 251), 1250), at(0ms));
  fabric.deliver_due(at(11ms), recorder);
  EXPECT_EQ(recorder.written, (std::vector<std::pair<Port, std::size_t>>{{1, 1250}}));
  fabric.deliver_due(at(13ms), recorder);
  EXPECT_EQ(recorder.written.back(), (std::pair<Port, std::size_t>{2, 1250}));
}

TEST(Fabric, hands_over_a_duplicated_packet_twice) {
  FabricOptions options = four_nodes();
  options.link = [](Port, Port) { return LinkProperties{.duplicate = Probability::always()}; };
  Fabric fabric{std::move(options)};
  Recorder recorder;
  fabric.accept(0, packet_to(Ipv4::of(10, 77, 0, 2), 200), at(0ms));
  fabric.deliver_due(at(0ms), recorder);
  EXPECT_EQ(recorder.written, (std::vector<std::pair<Port, std::size_t>>{{1, 200}, {1, 200}}));
  EXPECT_EQ(fabric.counters().paths.at(0).link.delivered_packets, 2U);
}

TEST(Fabric, flips_one_bit_of_a_corrupted_packet_and_does_not_mind_that_the_device_refuses_it) {
  class Keeper final : public FabricOutput {
   public:
    std::optional<Instant> write(Port, const OutgoingPacket& packet) override {
      bytes.assign(packet.head.begin(), packet.head.end());
      bytes.insert(bytes.end(), packet.payload.begin(), packet.payload.end());
      return std::nullopt;
    }
    std::vector<std::uint8_t> bytes;
  };
  FabricOptions options = four_nodes();
  options.link = [](Port, Port) { return LinkProperties{.corrupt = Probability::always()}; };
  Fabric fabric{std::move(options)};
  Keeper keeper;
  const auto packet = packet_to(Ipv4::of(10, 77, 0, 2), 200);
  fabric.accept(0, packet, at(0ms));
  fabric.deliver_due(at(0ms), keeper);
  ASSERT_EQ(keeper.bytes.size(), packet.size());
  int flipped = 0;
  for (std::size_t index = 0; index < packet.size(); ++index) flipped += std::popcount(static_cast<unsigned>(keeper.bytes[index] ^ packet[index]));
  EXPECT_EQ(flipped, 1);
  EXPECT_EQ(fabric.counters().drops.refused, 0U);
  EXPECT_EQ(fabric.counters().drops.corrupted, 1U);
}

TEST(Fabric, changes_and_cuts_a_path_while_it_runs) {
  Fabric fabric{four_nodes()};
  Recorder recorder;
  fabric.accept(1, packet_to(Ipv4::of(10, 77, 0, 1), 100), at(0ms));  // there at 10 ms
  fabric.change(1, 0, {.delay = 30ms}, at(1ms));
  fabric.accept(1, packet_to(Ipv4::of(10, 77, 0, 1), 101), at(1ms));  // there at 31 ms
  fabric.connect(1, 0, false, at(2ms));
  fabric.accept(1, packet_to(Ipv4::of(10, 77, 0, 1), 102), at(2ms));
  fabric.connect(1, 0, true, at(3ms));
  fabric.connect(2, 3, false, at(3ms));
  EXPECT_EQ(fabric.next_departure(), at(10ms));
  fabric.deliver_due(at(31ms), recorder);
  EXPECT_EQ(recorder.written, (std::vector<std::pair<Port, std::size_t>>{{0, 100}, {0, 101}}));
  ASSERT_EQ(fabric.counters().paths.size(), 1U);  // that of ports 2 and 3 saw no packet
  EXPECT_EQ(fabric.counters().paths[0].link.cut_packets, 1U);
}

}  // namespace
}  // namespace continuo
