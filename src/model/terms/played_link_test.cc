#include "model/terms/played_link.hh"

#include <gtest/gtest.h>

#include <algorithm>
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

}  // namespace
}  // namespace continuo
