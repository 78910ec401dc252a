#include "model/terms/row_memory.hh"

#include <gtest/gtest.h>

#include <cmath>

namespace continuo {
namespace {

SlowStart poisson_row(double exchange) {
  return {.message = 65'280_B, .rate = 20_Mbps, .round_trip = 0.05, .jitter = 0.002, .interval = 0.25, .periodic = false,
          .exchange = exchange, .followed = {.before = 12, .messages = 12, .rows = 2}};
}

TEST(RowMemory, gives_what_following_the_row_would_whatever_was_asked_before) {
  RowMemory memory;
  for (int step = 0; step < 200; ++step) {
    const double exchange = 0.06 + 0.001 * (step * 37 % 200);
    EXPECT_EQ(memory.row(poisson_row(exchange), false).stalls, slow_start_stalls(poisson_row(exchange))) << exchange;
  }
}

TEST(RowMemory, knows_that_a_row_of_which_no_exchanges_meet_stays_the_same) {
  // Every 250 ms a message whose exchange takes 60 ms beside at most three round trips: one connection, whatever it takes up to 250 - 150 ms.
  SlowStart path = poisson_row(0.06);
  path.periodic = true;
  path.jitter = 0.0;
  const FollowedRow row = follow_row(path);
  EXPECT_LT(row.exchange_above, 0.0);
  EXPECT_GE(row.exchange_most, 0.1);
  EXPECT_LE(row.exchange_most, 0.25);
}

TEST(RowMemory, takes_an_interval_to_a_neighbouring_one_only_where_it_may) {
  RowMemory memory;
  SlowStart path = poisson_row(0.06);
  path.periodic = true;
  path.interval = 0.2;  // 200 ms and the round trip are the time-out: the window is taken back by an interval just longer
  const auto exact = memory.row(path, false).stalls;
  EXPECT_EQ(exact, slow_start_stalls(path));
  path.interval = std::exp2(-2.0);
  EXPECT_EQ(memory.row(path, true).stalls, slow_start_stalls(path)) << "a quarter of a second is one of 16 an octave";
}

TEST(RowMemory, tells_messages_that_fit_the_first_window_what_opening_takes) {
  RowMemory memory;
  SlowStart path = poisson_row(0.06);
  path.message = 1000_B;
  EXPECT_EQ(memory.row(path, true).stalls, std::vector{0.0});
}

}  // namespace
}  // namespace continuo
