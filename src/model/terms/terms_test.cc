// Each term alone, against values worked out by hand or stated in the literature.
#include <gtest/gtest.h>

#include <cmath>

#include "model/terms/points.hh"
#include "model/terms/propagation.hh"
#include "model/terms/serialisation.hh"
#include "policy/service_time.hh"
#include "model/terms/slow_start.hh"
#include "model/terms/waiting.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

QueueLoad load_of(double rate, double mean, double sd) {
  QueueLoad load;
  load.add(rate, mean, sd);
  return load;
}

TEST(Serialisation, counts_one_packet_on_each_link_beside_the_slowest) {
  // 14 480 bytes are 15 000 on the wire: 120 ms at 1 Mbit/s, and the last packet of 1500 bytes 6 ms more at 2 Mbit/s.
  EXPECT_NEAR(serialisation_seconds(14'480_B, 1_Mbps, 0.5e-6), 0.126, 1e-9);
  EXPECT_NEAR(serialisation_seconds(698_B, 1_Mbps, 0.5e-6), 0.006 + 0.003, 1e-9) << "750 bytes, half a packet: whole on both";
}

TEST(Serialisation, counts_headers_of_every_packet) {
  // 1448 B of payload make a packet of 1500 B: 12,000 bits at 12 Mbit/s take 1 ms.
  EXPECT_NEAR(serialisation_seconds(1448_B, 12_Mbps), 0.001, 1e-12);
  EXPECT_NEAR(serialisation_seconds(1449_B, 12_Mbps), (1500 + 53) * 8 / 12e6, 1e-12) << "a byte more makes a packet more";
  EXPECT_EQ(serialisation_seconds(1448_B, std::nullopt), 0.0);
}

TEST(Propagation, never_goes_back_in_time) {
  const LinkProperties link{.delay = 10ms, .jitter = 5ms};
  EXPECT_NEAR(propagation_seconds(link, 0), 0.010, 1e-12);
  EXPECT_NEAR(propagation_seconds(link, 2), 0.020, 1e-12);
  EXPECT_EQ(propagation_seconds(link, -3), 0.0);
}

TEST(Service, runs_on_one_core_at_most) {
  EXPECT_EQ(core_speed(4 * 0.75), 1.0);
  EXPECT_EQ(core_speed(1 * 0.25), 0.25);
  EXPECT_NEAR(service_seconds({0.1, 0.02}, 1), 0.12, 1e-12);
  EXPECT_NEAR(service_seconds({0.1, 0.05}, -4), 0.01, 1e-12);
}

TEST(SlowStart, costs_nothing_where_the_first_window_fills_the_path) {
  // Ten segments at 7.21 Mbit/s take 16.07 ms: more than the round trip of 15 ms.
  EXPECT_NEAR(slow_start_seconds({.message = 65'280_B, .rate = 7.21_Mbps, .round_trip = 0.0145, .interval = 10.0}), 0.0, 1e-9);
}

TEST(SlowStart, stalls_once_a_round_trip_until_the_window_fills_the_path) {
  // 65,280 B are 46 segments, round trip 90 ms, unlimited rate: flights of 10, 20 and 16; two stalls of 90 ms.
  EXPECT_NEAR(slow_start_seconds({.message = 65'280_B, .round_trip = 0.090, .interval = 20.0}), 0.180, 1e-9);
  // At 7.21 Mbit/s a segment takes 1.6644 ms. A flight leaves with the acknowledgement of the first segment of the one before: the link rests
  // for 90 ms less nine segments, and less nineteen.
  EXPECT_NEAR(slow_start_seconds({.message = 65'280_B, .rate = 7.21_Mbps, .round_trip = 0.090, .interval = 20.0}), 0.180 - 28 * 0.00166436,
              1e-6);
}

TEST(SlowStart, is_over_on_a_connection_in_use) {
  // Idle for less than a time-out of 290 ms.
  EXPECT_EQ(slow_start_seconds({.message = 65'280_B, .round_trip = 0.090, .interval = 0.2}), 0.0);
}


TEST(SlowStart, comes_with_the_opening_of_a_connection_after_half_a_minute_of_silence) {
  // Two stalls of 90 ms, and 90 ms to open a connection for each message.
  EXPECT_NEAR(slow_start_seconds({.message = 65'280_B, .round_trip = 0.090, .interval = 100.0}), 0.270, 1e-9);
  EXPECT_NEAR(slow_start_seconds({.message = 1000_B, .round_trip = 0.090, .interval = 100.0}), 0.090, 1e-9);
}

TEST(SlowStart, of_a_short_row_counts_the_opening_of_the_connection) {
  // Ten messages that fit the first window: one of them waits a round trip more.
  const std::vector<double> stalls = slow_start_stalls({.message = 1000_B, .round_trip = 0.090, .interval = 1.0, .messages = 10});
  ASSERT_EQ(stalls.size(), 10U);
  EXPECT_DOUBLE_EQ(stalls.front(), 0.090);
  EXPECT_DOUBLE_EQ(stalls.back(), 0.0);
}

TEST(Waiting, of_poisson_arrivals_follows_pollaczek_and_khinchine) {
  // M/D/1 at rho = 0.5: s / 2. M/M/1 at rho = 0.5: s.
  EXPECT_NEAR(poisson_waiting(load_of(5, 0.1, 0.0), 1).mean, 0.05, 1e-12);
  EXPECT_NEAR(poisson_waiting(load_of(5, 0.1, 0.1), 1).mean, 0.1, 1e-12);
  EXPECT_NEAR(poisson_waiting(load_of(5, 0.1, 0.1), 1).probability, 0.5, 1e-12);
}

TEST(Waiting, of_two_servers_follows_erlang) {
  // M/M/2 with a = 1: C = 1/3, W = C s / (2 (1 - 1/2)) = s / 3. Whitt's factor is 1 for M/M/c.
  const Waiting exponential = poisson_waiting(load_of(10, 0.1, 0.1), 2);
  EXPECT_NEAR(exponential.probability, 1.0 / 3, 1e-12);
  EXPECT_NEAR(exponential.mean, 0.1 / 3, 1e-12);
  // M/D/2: half of that times 1 + gamma, gamma = 0.5 * 1 * (sqrt(14) - 2) / (16 * 2 * 0.5) = 0.054427.
  EXPECT_NEAR(poisson_waiting(load_of(10, 0.1, 0.0), 2).mean, 0.1 / 6 * 1.054427, 1e-6);
}

TEST(Waiting, of_periodic_sources_is_far_below_that_of_poisson_arrivals) {
  // Two sources, a period of D service times: the other's job is in service with probability 1/D, and half of it is left:
  // E[W] = 1 / (2 D), whatever the load.
  EXPECT_NEAR(periodic_waiting(2, 4).mean, 0.125, 1e-3);
  EXPECT_NEAR(periodic_waiting(2, 4).probability, 0.25, 1e-9);
  EXPECT_EQ(periodic_waiting(1, 2).mean, 0.0);
  // Simulated: M/D/1 is 107 % too high for N = 4 and 4 % for N = 100 at rho = 0.5, where it is 0.5 service times.
  EXPECT_NEAR(0.5 / periodic_waiting(4, 8).mean, 2.07, 0.03);
  EXPECT_NEAR(0.5 / periodic_waiting(100, 200).mean, 1.04, 0.01);
}

TEST(Waiting, has_an_exponential_tail_for_those_who_wait) {
  const Waiting wait{.mean = 0.05, .probability = 0.5};  // those who wait: 0.1 on average
  EXPECT_EQ(wait.at(0.5), 0.0);
  EXPECT_NEAR(wait.at(0.95), 0.1 * std::log(10), 1e-9);  // P(W > t) = 0.5 exp(-t / 0.1) = 0.05
}

TEST(Points, give_what_comes_last_along_one_coordinate_no_more_weight_than_its_share) {
  // The last sixteenth of the gaps, which has the longest stalls.
  for (const double wanted : {256.0, 1024.0, 4096.0}) {
    const Points& points = points_of(wanted);
    double by_queue = 0.0;
    double by_link = 0.0;
    for (std::size_t point = 0; point < points.count; ++point) {
      if (points.gap[point] < 15.0 / 16) continue;
      by_queue += points.queue_weight[point] / static_cast<double>(points.count);
      by_link += points.link_weight[point] / static_cast<double>(points.count);
    }
    EXPECT_NEAR(by_queue, 1.0 / 16, 0.006) << points.count;
    EXPECT_NEAR(by_link, 1.0 / 16, 0.006) << points.count;
  }
}

TEST(Points, of_the_whole_evaluation_lie_evenly_where_long_stalls_meet_long_waits_for_the_way_back) {
  const Points& points = points_of(4096.0);
  const double late = -std::log(1.0 / 16);  // of an exponential wait, one in sixteen is longer
  int both = 0;
  for (std::size_t point = 0; point < points.count; ++point) both += points.gap[point] > 15.0 / 16 && points.link_back_tail[point] > late ? 1 : 0;
  EXPECT_NEAR(both, 4096 / 256, 2);
}

}  // namespace
}  // namespace continuo
