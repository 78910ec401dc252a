// Departures derived by hand from rate, delay and queue.
#include "network/link_queue.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr Seed seed{7};
constexpr Instant at(Duration since_start) { return scenario_start + since_start; }

std::vector<Duration> all_departures(LinkQueue<int>& link) {
  std::vector<Duration> times;
  while (const auto next = link.next_departure()) {
    EXPECT_FALSE(link.depart(*next - 1ns)) << "departed before its time";
    EXPECT_TRUE(link.depart(*next));
    times.push_back(*next - scenario_start);
  }
  return times;
}

TEST(LinkQueue, hands_over_at_once_what_no_property_delays) {
  LinkQueue<int> link{{}, seed};
  link.accept(1, 1500_B, at(3ms));
  EXPECT_EQ(link.next_departure(), at(3ms));
}

TEST(LinkQueue, sends_at_its_rate_one_packet_after_the_other) {
  // 1250 bytes = 10000 bits: 1 ms at 10 Mbit/s.
  LinkQueue<int> link{{.rate = 10_Mbps}, seed};
  link.accept(1, 1250_B, at(0ms));
  link.accept(2, 1250_B, at(0ms));     // waits for the first until 1 ms
  link.accept(3, 625_B, at(500us));    // half the size, waits until 2 ms
  link.accept(4, 1250_B, at(10ms));    // finds an idle link
  EXPECT_EQ(all_departures(link), (std::vector<Duration>{1ms, 2ms, 2500us, 11ms}));
  EXPECT_EQ(link.counters().transmitting, 3500us);
  EXPECT_EQ(link.counters().queueing, 0ms + 1ms + 1500us + 0ms);
}

TEST(LinkQueue, adds_the_delay_after_transmission_so_that_packets_overlap_on_the_way) {
  LinkQueue<int> link{{.delay = 45ms, .rate = 10_Mbps}, seed};
  link.accept(1, 1250_B, at(0ms));
  link.accept(2, 1250_B, at(0ms));
  EXPECT_EQ(link.packets_inside(), 2U);
  EXPECT_EQ(all_departures(link), (std::vector<Duration>{46ms, 47ms}));
}

TEST(LinkQueue, rounds_transmission_up_to_a_nanosecond) {
  // 1 byte at 7.21 Mbit/s: 8 / 7.21e6 s = 1109.57 ns.
  LinkQueue<int> link{{.rate = BitRate::bits_per_second(7'210'000)}, seed};
  link.accept(1, 1_B, at(0ms));
  link.accept(2, 1_B, at(0ms));
  EXPECT_EQ(all_departures(link), (std::vector<Duration>{1110ns, 2220ns}));
}

TEST(LinkQueue, shows_a_busy_link_by_a_transmission_that_starts_as_the_one_before_ends) {
  LinkQueue<int> link{{.rate = 10_Mbps}, seed};
  link.accept(1, 1250_B, at(0ms));
  link.accept(2, 1250_B, at(1ms));  // the very moment the first ends
  link.accept(3, 1250_B, at(3ms));
  EXPECT_EQ(link.depart(at(10ms))->passage.transmission_end, at(1ms));
  EXPECT_EQ(link.depart(at(10ms))->passage.transmission_start, at(1ms));
  EXPECT_EQ(link.depart(at(10ms))->passage.transmission_start, at(3ms));
}

TEST(LinkQueue, drops_what_does_not_fit_into_the_queue_and_takes_more_once_it_has_drained) {
  LinkQueue<int> link{{.delay = 100ms, .rate = 10_Mbps, .queue = {.bytes = 2500_B}}, seed};
  link.accept(1, 1250_B, at(0ms));
  link.accept(2, 1250_B, at(0ms));
  link.accept(3, 1_B, at(999us));
  EXPECT_EQ(link.counters().overflowed_packets, 1U);
  EXPECT_EQ(link.backlog(at(1ms)), 1250_B);
  link.accept(4, 1250_B, at(1ms));  // the first has been sent; its delay is not the queue's matter
  EXPECT_EQ(link.counters().overflowed_packets, 1U);
  EXPECT_EQ(link.counters().overflowed, 1_B);
  EXPECT_EQ(all_departures(link), (std::vector<Duration>{101ms, 102ms, 103ms}));
}

TEST(LinkQueue, bounds_what_a_long_link_without_a_rate_holds) {
  LinkQueue<int> link{{.delay = 1s}, seed, {.held = 3000_B}};
  link.accept(1, 1500_B, at(0ms));
  link.accept(2, 1500_B, at(0ms));
  link.accept(3, 1500_B, at(0ms));
  EXPECT_EQ(link.counters().held_packets, 1U);
  EXPECT_TRUE(link.depart(at(1s)));
  link.accept(4, 1500_B, at(1s));
  EXPECT_EQ(link.counters().held_packets, 1U);
}

TEST(LinkQueue, loses_the_share_asked_for_and_spends_its_time_on_the_lost) {
  constexpr int packets = 100'000;
  constexpr double loss = 0.02;
  LinkQueue<int> link{{.rate = 10_Mbps, .loss = Probability::of(loss)}, seed};
  for (int index = 0; index < packets; ++index) {
    link.accept(index, 125_B, at(index * 100us));
  }
  const double sd = std::sqrt(packets * loss * (1 - loss));
  EXPECT_NEAR(static_cast<double>(link.counters().lost_packets), packets * loss, 2.576 * sd);  // 99 % of all seeds
  EXPECT_EQ(link.counters().transmitting, packets * 100us);
}

TEST(LinkQueue, accounts_for_every_packet) {
  LinkQueue<int> link{{.delay = 5ms, .jitter = 2ms, .rate = 10_Mbps, .loss = Probability::of(0.1), .queue = {.bytes = 5000_B}}, seed};
  Rng rng{Seed{3}};
  Instant now = scenario_start;
  for (int index = 0; index < 20'000; ++index) {
    now += rng.exponential(700us);
    link.accept(index, Bytes::of(1 + static_cast<std::int64_t>(rng.below(1500))), now);
    while (link.depart(now)) {
    }
  }
  const LinkCounters& counters = link.counters();
  EXPECT_GT(counters.overflowed_packets, 0U);
  EXPECT_EQ(counters.offered_packets, counters.delivered_packets + counters.lost_packets + counters.overflowed_packets +
                                          link.packets_inside());
}

TEST(LinkQueue, keeps_packets_in_order_whatever_the_jitter) {
  LinkQueue<int> link{{.delay = 5ms, .jitter = 5ms}, seed};
  for (int index = 0; index < 10'000; ++index) {
    link.accept(index, 100_B, at(index * 50us));
  }
  Instant last = scenario_start;
  for (int index = 0; index < 10'000; ++index) {
    const auto departure = link.depart(at(1h));
    ASSERT_TRUE(departure);
    EXPECT_EQ(departure->packet, index);
    EXPECT_GE(departure->passage.due, last);
    last = departure->passage.due;
  }
}

TEST(LinkQueue, gives_the_same_departures_to_the_same_seed_only) {
  const auto departures = [](Seed of) {
    LinkQueue<int> link{{.delay = 5ms, .jitter = 1ms}, of};
    for (int index = 0; index < 50; ++index) {
      link.accept(index, 100_B, at(index * 10ms));
    }
    return all_departures(link);
  };
  EXPECT_EQ(departures(seed), departures(seed));
  EXPECT_NE(departures(seed), departures(Seed{8}));
}

TEST(LinkQueue, holds_a_second_of_the_rate_within_bounds_where_no_limit_is_said) {
  EXPECT_EQ(default_queue_size(1_Mbps), 1_MiB);                 // 125 kB would drop single transfers
  EXPECT_EQ(default_queue_size(80_Mbps), Bytes::of(10'000'000));
  EXPECT_EQ(default_queue_size(1000_Mbps), 16_MiB);
}

}  // namespace
}  // namespace continuo
