#include "model/terms/played_link.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

namespace continuo {
namespace {

// At 12 Mbit/s a segment of 1448 bytes and its headers take 1 ms.
constexpr double drawn = 200;
PlayedLink link() { return {.rate = BitRate::megabits_per_second(12), .stack = {}, .streams = {}, .rows = 1}; }

// A second apart, which is silence enough for the window to begin anew at ten segments each time.
LinkStream periodic(int segments, double first, std::size_t pool) {
  return {.message = Bytes::of(1448 * segments), .interval = 1.0, .periodic = true, .first = {first},
          .round_trip = 0.040, .busy = 0.05, .pool = pool};
}

double mean(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()); }

TEST(PlayedLink, stalls_a_lone_message_that_does_not_fit_the_window) {
  // Ten segments leave at once; the other four when two are acknowledged, after 2 + 40 ms, by which time the link has idled for 32 ms.
  PlayedLink one = link();
  one.streams = {periodic(14, 0.0, 0)};
  const auto taken = play_link(one, drawn);
  ASSERT_FALSE(taken[0].empty());
  EXPECT_NEAR(taken[0].front(), 0.032, 1e-6);
  EXPECT_NEAR(taken[0].back(), 0.032, 1e-6);
}

TEST(PlayedLink, lets_small_messages_slip_between_the_flights_of_a_large_one) {
  // The large one is on the link from 0 to 10 ms and from 42 to 46 ms. One that comes at 5 ms waits for 5 ms, one at 20 ms for nothing though
  // the large one is under way, and one at 41.5 ms makes the second flight wait for half a millisecond.
  PlayedLink one = link();
  one.streams = {periodic(14, 0.0, 0), periodic(1, 0.005, 1), periodic(1, 0.020, 2), periodic(1, 0.0415, 3)};
  const auto taken = play_link(one, drawn);
  EXPECT_NEAR(taken[0].back(), 0.0325, 1e-6);
  EXPECT_NEAR(taken[1].back(), 0.005, 1e-6);
  EXPECT_NEAR(taken[2].back(), 0.0, 1e-6);
  EXPECT_NEAR(taken[3].back(), 0.0, 1e-6);
}

TEST(PlayedLink, makes_messages_of_one_packet_wait_as_in_m_d_1) {
  // Two streams of Poisson messages of 1 ms, together a load of 0.5: half a millisecond.
  PlayedLink one = link();
  for (const std::size_t pool : {0, 1}) {
    one.streams.push_back({.message = Bytes::of(1448), .interval = 0.004, .periodic = false, .round_trip = 0.001, .busy = 0.001, .pool = pool});
  }
  const auto taken = play_link(one, 50'000);
  EXPECT_NEAR(mean(taken[0]), 0.0005, 0.00005);
  EXPECT_NEAR(mean(taken[1]), 0.0005, 0.00005);
}

TEST(PlayedLink, takes_the_connection_that_became_free_last) {
  // Twelve exchanges at once on a link without a limit: with one every 10 ms that lasts 115 ms,
  // the next takes the one that has become free 5 ms ago, and nothing is opened.
  PlayedLink one = link();
  one.rate.reset();
  one.streams = {periodic(5, 0.0, 0)};
  one.streams[0].interval = 0.010;
  one.streams[0].busy = 0.115;
  const auto taken = play_link(one, 2000);
  EXPECT_NEAR(mean(taken[0]), 0.0, 1e-9);
}

TEST(PlayedLink, counts_all_messages_of_a_stream_that_has_few) {
  PlayedLink one = link();
  one.streams = {periodic(1, 0.0, 0)};
  one.streams[0].messages = 20;
  const auto taken = play_link(one, 20);
  EXPECT_EQ(taken[0].size(), 20U);
  EXPECT_NEAR(taken[0].front(), 0.040, 1e-6) << "the first one opens its connection";
  EXPECT_NEAR(taken[0][1], 0.0, 1e-6);
}

TEST(PlayedLink, plays_streams_that_are_not_much_longer_than_what_is_drawn_to_their_last_message) {
  // Of 200 messages the first two, which open connections, do not count.
  PlayedLink one = link();
  one.streams = {periodic(14, 0.0, 0)};
  one.streams[0].messages = 200;
  EXPECT_EQ(play_link(one, 100)[0].size(), 198U);
}

TEST(PlayedLink, lets_delays_drift_so_that_a_late_message_is_followed_by_others) {
  // Ten segments leave at once and keep the link busy for 10 ms, the other four when two are acknowledged, after 2 + 400 ms and what the delay
  // is longer by. With a standard deviation of 50 ms their correlation is exp(-1) after two seconds, which is the interval.
  PlayedLink one = link();
  LinkProperties there;
  there.delay = std::chrono::milliseconds{200};
  there.jitter = std::chrono::milliseconds{50};
  one.streams = {periodic(14, 0.0, 0)};
  one.streams[0].interval = 2.0;
  one.streams[0].round_trip = 0.400;
  one.streams[0].there = &there;
  const auto taken = play_link(one, 20'000);
  const double middle = mean(taken[0]);
  double squares = 0.0;
  double products = 0.0;
  for (std::size_t message = 1; message < taken[0].size(); ++message) {
    squares += (taken[0][message] - middle) * (taken[0][message] - middle);
    products += (taken[0][message] - middle) * (taken[0][message - 1] - middle);
  }
  EXPECT_NEAR(middle, 0.392, 0.002);
  EXPECT_NEAR(std::sqrt(squares / static_cast<double>(taken[0].size())), 0.050, 0.002);
  EXPECT_NEAR(products / squares, std::exp(-1.0), 0.03);
}

TEST(PlayedLink, plays_a_link_again_until_the_mean_of_what_chance_decides_is_known) {
  // 200 messages of M/D/1 at a load of 0.5 are too few for their mean wait of half a millisecond; those of a lone periodic stream are enough.
  PlayedLink one = link();
  one.streams = {{.message = Bytes::of(1448), .interval = 0.002, .periodic = false, .round_trip = 0.001, .busy = 0.001}};
  EXPECT_GT(play_link(one, drawn)[0].size(), 1000U);
  one.streams = {periodic(14, 0.0, 0)};
  EXPECT_LT(play_link(one, drawn)[0].size(), 250U);
}

}  // namespace
}  // namespace continuo
