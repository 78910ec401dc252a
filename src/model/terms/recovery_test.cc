#include "model/terms/recovery.hh"

#include <gtest/gtest.h>

#include "model/terms/slow_start.hh"

namespace continuo {
namespace {

Recovery one_flight(double segments, double round_trip, double spacing) {
  Recovery message;
  add_flight(message, segments, false, round_trip, spacing);
  return message;
}

double mean_seconds(const Recovery& message, double loss, double round_trip) {
  constexpr int points = 1'000'000;
  double sum = 0.0;
  for (int point = 0; point < points; ++point) sum += recovery_seconds(message, loss, round_trip, (point + 0.5) / points);
  return sum / points;
}

TEST(Recovery, waits_for_the_time_out_of_a_single_segment_and_twice_as_long_each_time_in_vain) {
  // T = 200 ms + 50 ms; k losses in a row take T (1 + 2 + ... + 2^(k-1)), with chance p^k (1 - p). At p = 1/10: 89.9 % none, then 9 %, 0.9 %.
  const Recovery message = one_flight(1, 0.05, 0.0);
  EXPECT_EQ(recovery_seconds(message, 0.1, 0.05, 0.899), 0.0);
  EXPECT_NEAR(recovery_seconds(message, 0.1, 0.05, 0.901), 0.25, 1e-12);
  EXPECT_NEAR(recovery_seconds(message, 0.1, 0.05, 0.989), 0.25, 1e-12);
  EXPECT_NEAR(recovery_seconds(message, 0.1, 0.05, 0.991), 0.75, 1e-12);
  EXPECT_NEAR(recovery_seconds(message, 0.1, 0.05, 0.9991), 1.75, 1e-12);
  // The sum of T (2^k - 1) p^k (1 - p) over k is T p / (1 - 2 p).
  EXPECT_NEAR(mean_seconds(message, 0.1, 0.05), 0.25 * 0.1 / 0.8, 2e-4);
}

TEST(Recovery, takes_a_round_trip_where_three_segments_follow) {
  // Of ten at once the last three have fewer than three behind them.
  const Recovery message = one_flight(10, 0.1, 0.0);
  EXPECT_EQ(message.untold, 3.0);
  EXPECT_EQ(message.told, 7.0);
  EXPECT_NEAR(message.told_seconds, 0.1, 1e-12);
  // p = 1 %: 2.97 % have a time-out, and 6.79 % of the others a round trip: 6.59 % of all.
  EXPECT_EQ(recovery_seconds(message, 0.01, 0.1, 0.904), 0.0);
  EXPECT_NEAR(recovery_seconds(message, 0.01, 0.1, 0.906), 0.1, 1e-12);
  EXPECT_NEAR(recovery_seconds(message, 0.01, 0.1, 0.972), 0.3, 1e-12);
}

TEST(Recovery, is_hidden_in_part_behind_what_the_link_has_yet_to_send) {
  // 10 ms a segment, a round trip of 100 ms: with 3, 4 ... 9 behind it one comes 70, 60 ... 10 ms after the last of these: 280 / 7 = 40 ms.
  EXPECT_NEAR(one_flight(10, 0.1, 0.01).told_seconds, 0.04, 1e-12);
  EXPECT_NEAR(one_flight(100, 0.01, 0.01).told_seconds, 0.0, 1e-12);
}

TEST(Recovery, of_a_flight_that_another_follows_counts_the_segment_whose_acknowledgement_releases_it) {
  Recovery message;
  add_flight(message, 10, true, 0.1, 0.0);
  EXPECT_EQ(message.told, 1.0);
  EXPECT_NEAR(message.told_seconds, 0.1, 1e-12);
  add_flight(message, 4, true, 0.1, 0.0);
  EXPECT_EQ(message.untold, 1.0) << "two behind it";
}

TEST(Recovery, adds_a_time_out_where_what_was_sent_again_is_lost_as_well) {
  Recovery message;
  message.told = 1.0;
  message.told_seconds = 0.1;
  EXPECT_NEAR(recovery_seconds(message, 0.1, 0.1, 0.95), 0.1, 1e-12);
  EXPECT_NEAR(recovery_seconds(message, 0.1, 0.1, 0.995), 0.1 + 0.3, 1e-12);
}

TEST(Recovery, counts_corrupted_packets_as_lost) {
  LinkProperties link;
  link.loss = Probability::of(0.1);
  link.corrupt = Probability::of(0.1);
  EXPECT_NEAR(packet_loss(link), 0.19, 1e-12);
}

// A window that has not lost anything yet is larger than it will be: rows are followed until losses have reduced it.
TEST(Recovery, follows_rows_until_windows_are_what_losses_leave_of_them) {
  SlowStart path{.message = 15'500_B, .rate = 20_Mbps, .round_trip = 0.024, .interval = 0.050, .exchange = 0.05, .loss = 0.01,
                 .followed = {.before = 12, .messages = 12, .rows = 200}};
  const double soon = mean_of(follow_row(path).stalls);
  path.followed.before = 2000;
  EXPECT_NEAR(soon / mean_of(follow_row(path).stalls), 1.0, 0.05);
}

}  // namespace
}  // namespace continuo
