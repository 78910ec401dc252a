// Departures from links that follow a trace, each derived by hand.
#include "network/transmitter.hh"

#include <gtest/gtest.h>

#include "network/test_support/departures.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr Seed seed{7};

TEST(TraceOfOpportunities, sends_a_full_packet_with_each) {
  LinkQueue<int> link{{.trace = trace_of({10ms, 20ms, 20ms, 30ms})}, seed};
  for (int packet = 1; packet <= 5; ++packet) link.accept(packet, 1500_B, at(0ms));
  // The fifth waits for the first of the next round: 30 + 10.
  EXPECT_EQ(departures(link), (Departures{{1, 10ms}, {2, 20ms}, {3, 20ms}, {4, 30ms}, {5, 40ms}}));
}

TEST(TraceOfOpportunities, lets_small_packets_share_one) {
  LinkQueue<int> link{{.trace = trace_of({10ms, 20ms})}, seed};
  for (int packet = 1; packet <= 4; ++packet) link.accept(packet, 500_B, at(0ms));
  EXPECT_EQ(departures(link), (Departures{{1, 10ms}, {2, 10ms}, {3, 10ms}, {4, 20ms}}));
}

TEST(TraceOfOpportunities, lets_a_large_packet_span_several_and_the_next_use_the_rest) {
  LinkQueue<int> link{{.trace = trace_of({10ms, 20ms, 30ms})}, seed};
  link.accept(1, 2000_B, at(0ms));  // 1500 at 10 ms, 500 at 20 ms
  link.accept(2, 1000_B, at(0ms));  // the other 1000 at 20 ms
  link.accept(3, 1_B, at(0ms));
  EXPECT_EQ(departures(link), (Departures{{1, 20ms}, {2, 20ms}, {3, 30ms}}));
}

TEST(TraceOfOpportunities, gives_no_credit_for_what_was_not_used) {
  LinkQueue<int> link{{.trace = trace_of({10ms, 20ms, 30ms, 40ms})}, seed};
  link.accept(1, 500_B, at(0ms));
  link.accept(2, 1000_B, at(10ms));  // at the very moment: mahimahi lets the opportunity go first
  link.accept(3, 1500_B, at(25ms));
  EXPECT_EQ(departures(link), (Departures{{1, 10ms}, {2, 20ms}, {3, 30ms}}));
}

TEST(TraceOfOpportunities, starts_again_after_its_last_line) {
  LinkQueue<int> link{{.trace = trace_of({10ms, 30ms})}, seed};
  link.accept(1, 1500_B, at(30ms));  // the line at 30 ms has passed
  link.accept(2, 1500_B, at(95ms));  // 90 ms are three rounds
  EXPECT_EQ(departures(link), (Departures{{1, 40ms}, {2, 100ms}}));
}

TEST(TraceOfOpportunities, has_two_where_one_round_ends_and_the_next_begins_at_zero) {
  LinkQueue<int> link{{.trace = trace_of({0ms, 5ms})}, seed};
  for (int packet = 1; packet <= 3; ++packet) link.accept(packet, 1500_B, at(1ms));
  EXPECT_EQ(departures(link), (Departures{{1, 5ms}, {2, 5ms}, {3, 10ms}}));
}

TEST(TraceOfOpportunities, carries_its_capacity_and_departs_at_its_lines_when_saturated) {
  Rng rng{seed};
  std::vector<Duration> lines;
  Duration line{};
  for (int index = 0; index < 1000; ++index) lines.push_back(line += std::chrono::milliseconds{rng.below(3)});
  lines.push_back(line + 1ms);
  const std::size_t count = lines.size();
  LinkQueue<int> link{{.trace = trace_of(lines), .queue = {.packets = 1'000'000}}, seed};
  for (std::size_t packet = 0; packet < 30 * count; ++packet) link.accept(0, 150_B, at(0ms));  // ten to an opportunity
  const auto all = departures(link, 3 * lines.back() - 1ns);
  // Lines at 0 ms have passed when the packets come, in the first round; the last line of the third is 1 ns away.
  const auto passed = static_cast<std::size_t>(std::ranges::count(lines, Duration::zero()));
  ASSERT_EQ(all.size(), 10 * (3 * count - passed - 1));
  for (std::size_t index = 0; index < all.size(); ++index) {
    const std::size_t opportunity = index / 10 + passed;
    ASSERT_EQ(all[index].second, static_cast<int>(opportunity / count) * lines.back() + lines[opportunity % count]);
  }
}

TEST(TraceOfRates, sends_at_the_rate_of_the_moment_and_through_an_outage) {
  const auto trace = std::make_shared<const CapacityTrace>(
      RateSteps{{{0s, 8_Mbps}, {1s, std::nullopt}, {2s, BitRate::bits_per_second(800'000)}}, 3s});
  LinkQueue<int> link{{.trace = trace}, seed};
  link.accept(1, 1000_B, at(0ms));      // 8000 bit: 1 ms
  link.accept(2, 1000_B, at(999500us));  // 4000 bit until 1 s, the others from 2 s on, in 5 ms
  link.accept(3, 1000_B, at(2999ms));   // 800 bit in 1 ms, and 7200 of the next round in 0.9 ms
  EXPECT_EQ(departures(link), (Departures{{1, 1ms}, {2, 2005ms}, {3, 3000900us}}));
}

TEST(TraceOfRates, may_take_many_rounds_for_a_packet) {
  // 1000 bit a round: 12000 bit end with the twelfth.
  const auto trace = std::make_shared<const CapacityTrace>(RateSteps{{{0s, BitRate::bits_per_second(1000)}, {1s, std::nullopt}}, 2s});
  LinkQueue<int> link{{.trace = trace}, seed};
  link.accept(1, 1500_B, at(0ms));
  EXPECT_EQ(departures(link), (Departures{{1, 23s}}));
}

TEST(TraceOfRates, takes_as_long_over_many_rounds_from_the_middle_of_one) {
  // 4000 bit a round of 3 s.
  const auto trace = std::make_shared<const CapacityTrace>(
      RateSteps{{{0s, BitRate::bits_per_second(1000)}, {1s, BitRate::bits_per_second(3000)}, {2s, std::nullopt}}, 3s});
  LinkQueue<int> link{{.trace = trace}, seed};
  link.accept(1, 1500_B, at(500ms));  // 12000 bit: 3500 until 3 s, 8000 in the two rounds until 9 s, and 500 at 1000 bit/s
  link.accept(2, 1500_B, at(1s));     // from 9.5 s on the same again
  link.accept(3, 1000_B, at(21s));    // 8000 bit from the beginning of a round: the second round's last bit goes 2 s into it
  link.accept(4, 2001_B, at(30s));    // 16008 bit: four rounds, and 8 bit in 8 ms
  EXPECT_EQ(departures(link), (Departures{{1, 9500ms}, {2, 18500ms}, {3, 26s}, {4, 42008ms}}));
}

TEST(TraceOfRates, may_have_rounds_of_two_nanoseconds) {
  // A billionth of a bit in the first of the two: 12000 bit take 12e12 rounds, the last without its second nanosecond.
  const auto trace = std::make_shared<const CapacityTrace>(RateSteps{{{0s, BitRate::bits_per_second(1)}, {1ns, std::nullopt}}, 2ns});
  LinkQueue<int> link{{.trace = trace}, seed};
  link.accept(1, 1500_B, at(0ms));
  EXPECT_EQ(departures(link, 7h), (Departures{{1, 24000s - 1ns}}));
}

TEST(Trace, begins_when_it_is_told_to) {
  LinkQueue<int> link{{.trace = trace_of({10ms, 100ms})}, seed, {.trace_start = at(3ms)}};
  link.accept(1, 1500_B, at(0ms));
  EXPECT_EQ(link.next_departure(), at(13ms));
  link.start_trace(at(4ms));
  EXPECT_EQ(departures(link), (Departures{{1, 14ms}}));
}

}  // namespace
}  // namespace continuo
