// Packets written by hand go to the right node at the right time, and bad ones nowhere.
#include "emulate/fabric/fabric.hh"

#include <gtest/gtest.h>

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
  std::optional<Instant> write(Port port, std::span<const std::uint8_t> packet) override {
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
    LinkQueueOptions link{.delay = 10ms};
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
  packet[0] = 0x65;  // version 6
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

TEST(Fabric, counts_what_the_receiver_does_not_take) {
  Fabric fabric{four_nodes()};
  Recorder recorder;
  recorder.refusing = 1;
  fabric.accept(0, packet_to(Ipv4::of(10, 77, 0, 2)), at(0ms));
  fabric.deliver_due(at(1s), recorder);
  EXPECT_EQ(fabric.counters().drops.refused, 1U);
}

}  // namespace
}  // namespace continuo
