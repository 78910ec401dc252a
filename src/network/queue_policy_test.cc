// What a full queue drops, and when CoDel does: derived by hand.
#include <gtest/gtest.h>

#include "network/test_support/departures.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr Seed seed{7};

// 1250 bytes at 10 Mbit/s take 1 ms.
LinkQueue<int> ten_megabits(const QueueProperties& queue) { return LinkQueue<int>{{.rate = 10_Mbps, .queue = queue}, seed}; }

TEST(QueueLimit, counts_packets_with_the_one_in_transmission) {
  auto link = ten_megabits({.packets = 2});
  link.accept(1, 1250_B, at(0ms));
  link.accept(2, 1_B, at(0ms));
  link.accept(3, 1_B, at(999us));
  link.accept(4, 1250_B, at(1ms));
  EXPECT_EQ(departures(link), (Departures{{1, 1ms}, {2, 1000800ns}, {4, 2000800ns}}));
  EXPECT_EQ(link.counters().overflowed_packets, 1U);
}

TEST(QueueLimit, bounds_the_time_that_a_packet_would_wait) {
  auto link = ten_megabits({.time = 2ms});
  for (int packet = 1; packet <= 4; ++packet) link.accept(packet, 1250_B, at(0ms));  // 4 would wait for 3 ms
  link.accept(5, 1250_B, at(500us));                                                 // for 2.5 ms
  link.accept(6, 1250_B, at(1ms));                                                   // for 2 ms
  EXPECT_EQ(departures(link), (Departures{{1, 1ms}, {2, 2ms}, {3, 3ms}, {6, 4ms}}));
}

TEST(QueueLimit, each_of_several_holds) {
  auto link = ten_megabits({.packets = 3, .bytes = 2000_B});
  link.accept(1, 1250_B, at(0ms));
  link.accept(2, 1250_B, at(0ms));  // 2500 bytes
  link.accept(3, 10_B, at(0ms));
  link.accept(4, 10_B, at(0ms));
  link.accept(5, 10_B, at(0ms));  // a fourth packet
  EXPECT_EQ(departures(link).size(), 3U);
}

TEST(QueueLimit, is_a_second_of_the_mean_where_a_trace_says_none) {
  // 1500 bytes every 10 ms are 150 kB a second: the least, 1 MiB, holds 699 of them.
  LinkQueue<int> link{{.trace = trace_of({10ms})}, seed};
  for (int packet = 0; packet < 1000; ++packet) link.accept(packet, 1500_B, at(0ms));
  EXPECT_EQ(link.counters().overflowed_packets, 1000U - 699U);
}

TEST(DropHead, lets_the_oldest_waiting_packets_go) {
  auto link = ten_megabits({.packets = 3, .drop = DropPolicy::head});
  for (int packet = 1; packet <= 5; ++packet) link.accept(packet, 1250_B, at(0ms));  // 1 is in transmission: 2 and 3 go
  EXPECT_EQ(departures(link), (Departures{{1, 1ms}, {4, 2ms}, {5, 3ms}}));
  EXPECT_EQ(link.counters().overflowed_packets, 2U);
  EXPECT_EQ(link.counters().overflowed, 2500_B);
}

TEST(DropHead, drops_the_arriving_packet_where_no_other_can_go) {
  auto link = ten_megabits({.bytes = 2000_B, .drop = DropPolicy::head});
  link.accept(1, 1250_B, at(0ms));
  link.accept(2, 1250_B, at(0ms));
  EXPECT_EQ(departures(link), (Departures{{1, 1ms}}));
  EXPECT_EQ(link.counters().overflowed_packets, 1U);
}

std::vector<int> missing(const Departures& departures, int packets) {
  std::vector<int> left;
  std::size_t next = 0;
  for (int packet = 0; packet < packets; ++packet) {
    if (next < departures.size() && departures[next].first == packet) {
      ++next;
    } else {
      left.push_back(packet);
    }
  }
  return left;
}

// Packet k would begin at k ms, and have waited for as long. Packet 5 is the first to have waited for the target, so that from
// 105 ms on drops are due, at one more interval divided by the square root of their number each:
//   105 ms               packet 105 goes, 106 is sent
//   205 ms               one packet ahead: 206
//   205 + 70.71 = 275.71 at 276 ms, two ahead: 278
//   + 57.74 = 333.45     at 334 ms: 337
//   + 50    = 383.45     at 384 ms: 388;  + 44.72 is behind the last packet
TEST(Codel, drops_by_the_control_law_of_RFC_8289) {
  auto link = ten_megabits({.packets = 1000, .drop = DropPolicy::codel});
  for (int packet = 0; packet < 400; ++packet) link.accept(packet, 1250_B, at(0ms));
  EXPECT_EQ(missing(departures(link), 400), (std::vector<int>{105, 206, 278, 337, 388}));
  EXPECT_EQ(link.counters().codel_packets, 5U);
  EXPECT_EQ(link.counters().overflowed_packets, 0U);
}

// Five drops, one of which began it, are four more than at its last beginning: the second burst, within 16 intervals, begins with
// a count of 4. From 1105 ms on: 1105 -> 105; + 50 -> 1155: 156; + 44.72 -> 1199.72: 202; + 40.82 -> 1240.54: 244;
// + 37.80 -> 1278.34: 283; + 35.36 is behind the last packet.
TEST(Codel, begins_where_it_was_if_the_queue_is_soon_back) {
  auto link = ten_megabits({.packets = 1000, .drop = DropPolicy::codel});
  for (int packet = 0; packet < 400; ++packet) link.accept(packet, 1250_B, at(0ms));
  for (int packet = 400; packet < 700; ++packet) link.accept(packet, 1250_B, at(1s));
  const auto left = missing(departures(link), 700);
  EXPECT_EQ((std::vector<int>{left.begin() + 5, left.end()}), (std::vector<int>{505, 556, 602, 644, 683}));
}

TEST(Codel, leaves_a_short_queue_alone) {
  // Every 10 ms four packets: the last waits for 3 ms, below the target.
  auto link = ten_megabits({.drop = DropPolicy::codel});
  for (int packet = 0; packet < 4000; ++packet) link.accept(packet, 1250_B, at(packet / 4 * 10ms));
  EXPECT_EQ(departures(link).size(), 4000U);
}

TEST(Codel, leaves_a_queue_of_one_packet_alone_however_long_it_takes) {
  // 1250 bytes at 0.1 Mbit/s take 100 ms: the second waits for 100 ms, but nothing is left behind it.
  LinkQueue<int> link{{.rate = BitRate::bits_per_second(100'000), .queue = {.drop = DropPolicy::codel}}, seed};
  for (int packet = 0; packet < 100; ++packet) link.accept(packet, 1250_B, at(packet / 2 * 200ms));
  EXPECT_EQ(departures(link).size(), 100U);
}

TEST(Codel, keeps_the_limit_of_the_queue_too) {
  auto link = ten_megabits({.packets = 10, .drop = DropPolicy::codel});
  for (int packet = 0; packet < 20; ++packet) link.accept(packet, 1250_B, at(0ms));
  EXPECT_EQ(link.counters().overflowed_packets, 10U);
}

}  // namespace
}  // namespace continuo
