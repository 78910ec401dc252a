// Departures derived by hand from rate, delay and queue; loss and jitter by their moments.
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
  EXPECT_EQ(link.accept(1, 1500_B, at(3ms)), Fate::carried);
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
  EXPECT_EQ(link.packets_on_the_way(), 2U);
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
  LinkQueue<int> link{{.delay = 100ms, .rate = 10_Mbps, .queue_limit = 2500_B}, seed};
  EXPECT_EQ(link.accept(1, 1250_B, at(0ms)), Fate::carried);
  EXPECT_EQ(link.accept(2, 1250_B, at(0ms)), Fate::carried);
  EXPECT_EQ(link.accept(3, 1_B, at(999us)), Fate::overflowed);
  EXPECT_EQ(link.backlog(at(1ms)), 1250_B);
  EXPECT_EQ(link.accept(4, 1250_B, at(1ms)), Fate::carried);  // the first has been sent; its delay is not the queue's matter
  EXPECT_EQ(link.counters().overflowed_packets, 1U);
  EXPECT_EQ(link.counters().overflowed, 1_B);
  EXPECT_EQ(all_departures(link), (std::vector<Duration>{101ms, 102ms, 103ms}));
}

TEST(LinkQueue, bounds_what_a_long_link_without_a_rate_holds) {
  LinkQueue<int> link{{.delay = 1s, .held_limit = 3000_B}, seed};
  EXPECT_EQ(link.accept(1, 1500_B, at(0ms)), Fate::carried);
  EXPECT_EQ(link.accept(2, 1500_B, at(0ms)), Fate::carried);
  EXPECT_EQ(link.accept(3, 1500_B, at(0ms)), Fate::overflowed);
  EXPECT_TRUE(link.depart(at(1s)));
  EXPECT_EQ(link.accept(4, 1500_B, at(1s)), Fate::carried);
}

TEST(LinkQueue, loses_the_share_asked_for_and_spends_its_time_on_the_lost) {
  constexpr int packets = 100'000;
  constexpr double loss = 0.02;
  LinkQueue<int> link{{.rate = 10_Mbps, .loss = Probability::of(loss)}, seed};
  int lost = 0;
  for (int index = 0; index < packets; ++index) {
    lost += link.accept(index, 125_B, at(index * 100us)) == Fate::lost ? 1 : 0;
  }
  const double sd = std::sqrt(packets * loss * (1 - loss));
  EXPECT_NEAR(lost, packets * loss, 5 * sd);
  EXPECT_EQ(link.counters().lost_packets, static_cast<std::uint64_t>(lost));
  EXPECT_EQ(link.counters().transmitting, packets * 100us);
}

TEST(LinkQueue, accounts_for_every_packet) {
  LinkQueue<int> link{{.delay = 5ms, .jitter = 2ms, .rate = 10_Mbps, .loss = Probability::of(0.1), .queue_limit = 5000_B}, seed};
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
                                          link.packets_on_the_way());
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

TEST(LinkQueueOptions, hold_a_second_of_the_rate_within_bounds) {
  const auto limit = [](BitRate rate) { return link_queue_options({.rate = rate}).queue_limit; };
  EXPECT_EQ(limit(1_Mbps), 1_MiB);                 // 125 kB would drop single transfers
  EXPECT_EQ(limit(80_Mbps), Bytes::of(10'000'000));
  EXPECT_EQ(limit(1000_Mbps), 16_MiB);
}

// Variance of the mean of n samples of a process with correlation r^|i-j|: sd^2 / n * (1 + r) / (1 - r) for large n.
TEST(DelayProcess, has_the_mean_and_deviation_asked_for) {
  constexpr Duration mean = 45ms;
  constexpr Duration jitter = 5ms;
  constexpr int samples = 200'000;
  constexpr Duration step = 20ms;
  DelayProcess process{mean, jitter, seed};
  double sum = 0.0;
  double squares = 0.0;
  for (int index = 0; index < samples; ++index) {
    const double deviation = to_milliseconds(process.sample(at(index * step)) - mean);
    sum += deviation;
    squares += deviation * deviation;
  }
  const double r = std::exp(-to_seconds(step) / to_seconds(process.correlation_time()));
  const double mean_error = 5.0 / std::sqrt(samples) * std::sqrt((1 + r) / (1 - r));
  EXPECT_NEAR(sum / samples, 0.0, 5 * mean_error);
  // The squares of a Gaussian process have correlation r^2 and variance 2 sd^4.
  const double variance_error = std::sqrt(2.0) * 25.0 / std::sqrt(samples) * std::sqrt((1 + r * r) / (1 - r * r));
  EXPECT_NEAR(squares / samples, 25.0, 5 * variance_error);
}

TEST(DelayProcess, forgets_with_its_correlation_time) {
  constexpr int samples = 100'000;
  DelayProcess process{50ms, 1ms, seed};
  EXPECT_EQ(process.correlation_time(), 100ms);
  const Duration step = process.correlation_time();
  double previous = 0.0;
  double products = 0.0;
  for (int index = 0; index < samples; ++index) {
    const double deviation = to_milliseconds(process.sample(at(index * step)) - 50ms);
    products += index == 0 ? 0.0 : deviation * previous;
    previous = deviation;
  }
  EXPECT_NEAR(products / (samples - 1), std::exp(-1.0), 5 * 1.5 / std::sqrt(samples));
}

TEST(DelayProcess, clips_at_zero_and_says_by_how_much_that_lifts_the_mean) {
  // mean = sd: phi(1) - 1 * (1 - Phi(1)) = 0.24197 - 0.15866 = 0.08332.
  EXPECT_NEAR(to_milliseconds(DelayProcess::clipping_bias(10ms, 10ms)), 0.8332, 1e-3);
  EXPECT_EQ(DelayProcess::clipping_bias(10ms, 0ms), 0ms);
  EXPECT_LT(DelayProcess::clipping_bias(7500us, 2500us), 1us);
  DelayProcess process{1ms, 10ms, seed};
  for (int index = 0; index < 1000; ++index) {
    EXPECT_GE(process.sample(at(index * 10ms)), 0ms);
  }
}

}  // namespace
}  // namespace continuo
