// Order, copies and flipped bits on the way; changes and cuts while packets are in the link; and every packet accounted for.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

#include "network/test_support/departures.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr Seed seed{7};

TEST(Overtaking, lets_the_share_asked_for_skip_the_delay) {
  LinkQueue<int> link{{.delay = 10ms, .overtake = Probability::of(0.3)}, seed};
  constexpr int packets = 10'000;
  for (int packet = 0; packet < packets; ++packet) link.accept(packet, 100_B, at(packet * 1ms));
  int overtaking = 0;
  for (const auto& [packet, arrival] : departures(link)) {
    const Duration delay = arrival - packet * 1ms;
    ASSERT_TRUE(delay == 0ms || delay == 10ms);
    overtaking += delay == 0ms ? 1 : 0;
  }
  // 99 % interval of a binomial distribution: sqrt(10000 * 0.3 * 0.7) = 45.8.
  EXPECT_NEAR(overtaking, 3000, 2.576 * 45.83);
}

TEST(Overtaking, is_part_of_the_spread_that_the_link_asks_for) {
  // A fifth at 0, the others at 50 ms with 5 ms: 0.8 (25 + 2500) - 40^2 = 420 ms^2.
  LinkQueue<int> link{{.delay = 50ms, .jitter = 5ms, .overtake = Probability::of(0.2)}, seed};
  link.accept(1, 100_B, at(0ms));
  const auto departure = link.depart(at(1s));
  ASSERT_TRUE(departure);
  EXPECT_EQ(departure->passage.asked_mean, 40ms);
  EXPECT_NEAR(to_milliseconds(departure->passage.asked_sd), 20.494, 0.001);
}

TEST(Overtaking, is_seen_at_its_time_though_others_were_there_before) {
  LinkQueue<int> link{{.delay = 10ms, .rate = 10_Mbps}, seed};
  link.accept(1, 1250_B, at(0ms));
  link.accept(2, 1250_B, at(0ms));
  link.change({.delay = 10ms, .overtake = Probability::always(), .rate = 10_Mbps}, at(0ms));
  EXPECT_EQ(link.next_departure(), at(1ms));  // 2 is sent then, and arrives at 2 ms
  EXPECT_EQ(departures(link), (Departures{{2, 2ms}, {1, 11ms}}));
}

TEST(Reordering, gives_each_packet_its_own_delay) {
  LinkQueue<int> link{{.delay = 10ms, .jitter = 3ms, .reorder = true}, seed};
  for (int packet = 0; packet < 1000; ++packet) link.accept(packet, 100_B, at(packet * 100us));
  const auto all = departures(link);
  ASSERT_EQ(all.size(), 1000U);
  const auto earlier = [](const auto& one, const auto& other) { return one.second < other.second; };
  EXPECT_TRUE(std::ranges::is_sorted(all, earlier));
  // Of neighbours sent 0.1 ms apart with delays that differ by sqrt(2) * 3 ms, half change places.
  EXPECT_FALSE(std::ranges::is_sorted(all, {}, &std::pair<int, Duration>::first));
}

TEST(Demand, is_the_time_that_all_offered_would_take_at_the_rates_when_it_was_offered) {
  LinkQueue<int> link{{.rate = 10_Mbps, .queue = {.packets = 1}}, seed};
  link.accept(1, 1250_B, at(0ms));  // 1 ms
  link.accept(2, 1250_B, at(0ms));  // as long, though there is no room
  EXPECT_EQ(link.counters().overflowed_packets, 1U);
  EXPECT_EQ(link.counters().demanded, 2ms);
  link.change({}, at(10ms));
  link.accept(3, 1250_B, at(10ms));
  EXPECT_EQ(link.counters().demanded, 2ms) << "an unlimited link takes no time";
  link.change({.rate = 1_Mbps}, at(20ms));
  link.accept(4, 1250_B, at(20ms));  // 10 ms
  link.change({.trace = trace_of({10ms, 20ms})}, at(40ms));
  link.accept(5, 1500_B, at(40ms));  // 3000 bytes in 20 ms: 10 ms
  EXPECT_EQ(link.counters().demanded, 22ms);
}

TEST(Duplication, hands_the_packet_over_twice) {
  LinkQueue<int> link{{.delay = 10ms, .duplicate = Probability::always()}, seed};
  link.accept(1, 100_B, at(0ms));
  EXPECT_EQ(link.packets_inside(), 2U);
  EXPECT_EQ(departures(link), (Departures{{1, 10ms}, {1, 10ms}}));
  EXPECT_EQ(link.counters().delivered_packets, 2U);
  EXPECT_EQ(link.counters().delivered, 200_B);
  EXPECT_EQ(link.counters().duplicated_packets, 1U);
}

TEST(Corruption, flips_one_bit_anywhere_in_the_packet) {
  LinkQueue<int> link{{.corrupt = Probability::of(0.5)}, seed};
  constexpr int packets = 10'000;
  std::map<std::uint64_t, int> bits;
  for (int packet = 0; packet < packets; ++packet) {
    link.accept(packet, 2_B, at(packet * 1ms));
    const auto departure = link.depart(at(packet * 1ms));
    if (departure->flipped_bit) ++bits[*departure->flipped_bit];
  }
  EXPECT_NEAR(static_cast<double>(link.counters().corrupted_packets), 5000, 2.576 * 50);
  EXPECT_EQ(bits.size(), 16U);
  EXPECT_EQ(bits.rbegin()->first, 15U);
}

TEST(Change, ends_what_is_in_transmission_as_it_began_and_sends_the_rest_at_the_new_rate) {
  LinkQueue<int> link{{.rate = 10_Mbps}, seed};
  for (int packet = 1; packet <= 3; ++packet) link.accept(packet, 1250_B, at(0ms));
  link.change({.rate = 1_Mbps}, at(500us));
  EXPECT_EQ(departures(link), (Departures{{1, 1ms}, {2, 11ms}, {3, 21ms}}));
}

TEST(Change, to_unlimited_lets_all_go_once_the_line_is_free) {
  LinkQueue<int> link{{.rate = 10_Mbps}, seed};
  for (int packet = 1; packet <= 3; ++packet) link.accept(packet, 1250_B, at(0ms));
  link.change({}, at(500us));
  EXPECT_EQ(departures(link), (Departures{{1, 1ms}, {2, 1ms}, {3, 1ms}}));
}

TEST(Change, of_the_delay_is_for_what_is_sent_from_then_on_and_keeps_the_order) {
  LinkQueue<int> link{{.delay = 50ms}, seed};
  link.accept(1, 100_B, at(0ms));
  link.change({.delay = 10ms}, at(20ms));
  link.accept(2, 100_B, at(20ms));  // would be there at 30 ms
  link.accept(3, 100_B, at(45ms));
  EXPECT_EQ(departures(link), (Departures{{1, 50ms}, {2, 50ms}, {3, 55ms}}));
}

TEST(Change, starts_a_new_trace_and_leaves_an_old_one_going) {
  const auto trace = trace_of({10ms, 100ms});
  LinkQueue<int> link{{.rate = 10_Mbps}, seed};
  link.accept(1, 1250_B, at(1995ms));  // until 1996 ms
  link.change({.trace = trace}, at(2s));
  link.change({.delay = 1ms, .trace = trace}, at(2050ms));
  link.accept(2, 1500_B, at(2050ms));  // the line at 10 ms has passed
  EXPECT_EQ(departures(link), (Departures{{1, 1996ms}, {2, 2101ms}}));
}

TEST(Change, of_the_limits_holds_for_what_comes) {
  LinkQueue<int> link{{.rate = 10_Mbps}, seed};
  for (int packet = 1; packet <= 4; ++packet) link.accept(packet, 1250_B, at(0ms));
  link.change({.rate = 10_Mbps, .queue = {.packets = 1}}, at(0ms));
  link.accept(5, 1250_B, at(1ms));
  link.accept(6, 1250_B, at(4ms));
  EXPECT_EQ(departures(link), (Departures{{1, 1ms}, {2, 2ms}, {3, 3ms}, {4, 4ms}, {6, 5ms}}));
}

TEST(Cut, drops_what_waits_and_what_comes_but_not_what_has_been_sent) {
  LinkQueue<int> link{{.delay = 10ms, .rate = 10_Mbps}, seed};
  for (int packet = 1; packet <= 3; ++packet) link.accept(packet, 1250_B, at(0ms));
  link.connect(false, at(500us));
  EXPECT_FALSE(link.is_connected());
  link.accept(4, 1250_B, at(2ms));
  link.connect(true, at(5ms));
  link.accept(5, 1250_B, at(6ms));
  EXPECT_EQ(departures(link), (Departures{{1, 11ms}, {5, 17ms}}));
  EXPECT_EQ(link.counters().cut_packets, 3U);
  EXPECT_EQ(link.counters().lost_packets, 0U);
}

// What a link may be, drawn at random.
LinkProperties any_link(Rng& rng) {
  const auto sometimes = [&](double most) { return Probability::of(rng.below(2) == 0 ? 0.0 : most * rng.uniform()); };
  LinkProperties link;
  link.delay = std::chrono::microseconds{rng.below(20'000)};
  link.jitter = link.delay / 3;
  link.shape = rng.below(3) == 0 ? DelayShape::uniform : rng.below(2) == 0 ? DelayShape::pareto : DelayShape::normal;
  link.reorder = rng.below(3) == 0;
  link.overtake = sometimes(0.3);
  static const auto opportunities = trace_of({1ms, 1ms, 2ms, 7ms});
  static const auto steps = std::make_shared<const CapacityTrace>(RateSteps{{{0s, 5_Mbps}, {9ms, std::nullopt}, {11ms, 50_Mbps}}, 20ms});
  const auto capacity = rng.below(4);
  if (capacity == 1) link.rate = BitRate::bits_per_second(100'000 + static_cast<std::int64_t>(rng.below(50'000'000)));
  if (capacity == 2) link.trace = opportunities;
  if (capacity == 3) link.trace = steps;
  link.loss = sometimes(0.2);
  if (rng.below(3) == 0) link.bursts = LossBursts{Probability::of(0.05), Probability::of(0.3), Probability::of(0.8)};
  link.duplicate = sometimes(0.2);
  link.corrupt = sometimes(0.2);
  if (rng.below(2) == 0) link.queue.packets = 1 + rng.below(20);
  if (rng.below(3) == 0) link.queue.bytes = Bytes::of(1500 + static_cast<std::int64_t>(rng.below(20'000)));
  if (rng.below(3) == 0) link.queue.time = std::chrono::microseconds{1 + rng.below(20'000)};
  link.queue.drop = std::array{DropPolicy::tail, DropPolicy::head, DropPolicy::codel}[rng.below(3)];
  link.queue.codel_target = 500us;
  link.queue.codel_interval = 3ms;
  return link;
}

void expect_all_accounted_for(const LinkQueue<int>& link) {
  const LinkCounters& counters = link.counters();
  ASSERT_EQ(counters.offered_packets + counters.duplicated_packets,
            counters.delivered_packets + counters.dropped_packets() + link.packets_inside());
}

// A thousand random operations; what leaves the link, and its counters at the end. `asks`: how often it is asked in between.
std::pair<Departures, LinkCounters> live_through(std::uint64_t life, std::uint64_t asks) {
  Rng rng{Seed{life}};
  Rng asking{Seed{asks}};
  LinkQueue<int> link{any_link(rng), Seed{life}};
  Departures all;
  Duration now{};
  const auto collect = [&](Duration until) {
    for (auto& departure : departures(link, until)) all.push_back(departure);
  };
  for (int step = 0; step < 1000; ++step) {
    now += std::chrono::microseconds{rng.below(8) == 0 ? rng.below(30'000) : rng.below(300)};
    if (asks != 0 && asking.below(3) == 0) collect(now);
    const auto what = rng.below(100);
    if (what == 0) link.change(any_link(rng), at(now));
    if (what == 1) link.connect(false, at(now));
    if (what == 2) link.connect(true, at(now));
    if (what == 3) link.start_trace(at(now));
    if (what > 3) link.accept(step, Bytes::of(1 + static_cast<std::int64_t>(rng.below(3000))), at(now));
    expect_all_accounted_for(link);
  }
  collect(now + 1h);
  expect_all_accounted_for(link);
  EXPECT_EQ(link.packets_inside(), 0U);
  EXPECT_FALSE(link.next_departure());
  std::ranges::sort(all);
  return {all, link.counters()};
}

TEST(LinkQueue, accounts_for_every_packet_whatever_happens_and_whenever_it_is_asked) {
  LinkCounters sum;
  for (std::uint64_t life = 1; life <= 200; ++life) {
    const auto [departed, counters] = live_through(life, 0);
    for (std::uint64_t asks = 1; asks <= 2; ++asks) {
      const auto [others, other_counters] = live_through(life, asks);
      ASSERT_EQ(departed, others) << "life " << life;
      ASSERT_EQ(counters.queueing, other_counters.queueing) << "life " << life;
    }
    sum.lost_packets += counters.lost_packets;
    sum.overflowed_packets += counters.overflowed_packets;
    sum.codel_packets += counters.codel_packets;
    sum.cut_packets += counters.cut_packets;
    sum.duplicated_packets += counters.duplicated_packets;
  }
  // Each cause has been met.
  EXPECT_GT(sum.lost_packets, 100U);
  EXPECT_GT(sum.overflowed_packets, 100U);
  EXPECT_GT(sum.codel_packets, 100U);
  EXPECT_GT(sum.cut_packets, 100U);
  EXPECT_GT(sum.duplicated_packets, 100U);
}

TEST(Change, marks_what_it_holds_behind_slower_packets_and_tells_each_packet_what_was_asked_at_its_time) {
  LinkQueue<int> link{{.delay = 600ms}, seed};
  link.accept(1, 100_B, at(0ms));
  link.change({.delay = 20ms, .jitter = 4ms}, at(100ms));
  link.accept(2, 100_B, at(101ms));  // would arrive at some 121 ms, and waits for the first
  const auto first = link.depart(at(600ms));
  const auto second = link.depart(at(600ms));
  link.accept(3, 100_B, at(601ms));
  const auto third = link.depart(at(700ms));
  ASSERT_TRUE(first && second && third);
  EXPECT_EQ(first->passage.asked_mean, 600ms);
  EXPECT_FALSE(first->passage.behind_change);
  EXPECT_EQ(second->passage.due, at(600ms));
  EXPECT_EQ(second->passage.asked_mean, 20ms);
  EXPECT_EQ(second->passage.asked_sd, 4ms);
  EXPECT_TRUE(second->passage.behind_change);
  EXPECT_FALSE(third->passage.behind_change);
}

}  // namespace
}  // namespace continuo
