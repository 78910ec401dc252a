#include "model/terms/replay.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace continuo {
namespace {

using namespace std::chrono_literals;

ReplayedSource source(double first, double period, double service, std::size_t group) {
  return {.first = first, .period = period, .path = nullptr, .service = {service, 0.0}, .group = group, .shared = 0.0, .feeding = 0.0};
}

TEST(Replay, lets_who_comes_later_wait_for_who_came_before) {
  // Each 100 ms three requests of 30 ms come, 10 ms apart: the second waits 20 ms, the third 40 ms.
  const std::array sources{source(0.00, 0.1, 0.03, 0), source(0.01, 0.1, 0.03, 1), source(0.02, 0.1, 0.03, 2)};
  const auto played = replay_waits(sources, 1, 3);
  for (const ReplayedWait& wait : played[0].waits) EXPECT_NEAR(wait.worker, 0.0, 1e-12);
  for (const ReplayedWait& wait : played[1].waits) EXPECT_NEAR(wait.worker, 0.02, 1e-12);
  for (const ReplayedWait& wait : played[2].waits) EXPECT_NEAR(wait.worker, 0.04, 1e-12);
  EXPECT_EQ(played[0].waits.size(), 6U) << "eight periods, of which two warm up";
}

TEST(Replay, finds_no_wait_where_there_is_a_worker_for_each_source) {
  const std::array sources{source(0.00, 0.1, 0.09, 0), source(0.01, 0.1, 0.09, 0)};
  const auto played = replay_waits(sources, 2, 1);
  ASSERT_FALSE(played[0].waits.empty());
  EXPECT_EQ(played[0].waits.back().worker, 0.0);
}

TEST(Replay, refuses_who_finds_no_place_to_wait) {
  // As above, with one place: the second has it until 30 ms, and the third comes at 20 ms.
  std::array sources{source(0.00, 0.1, 0.03, 0), source(0.01, 0.1, 0.03, 1), source(0.02, 0.1, 0.03, 2)};
  for (ReplayedSource& one : sources) one.places = 1;
  const auto played = replay_waits(sources, 1, 3);
  EXPECT_EQ(played[0].refused, 0.0);
  EXPECT_EQ(played[1].refused, 0.0);
  EXPECT_EQ(played[2].refused, 1.0);
  EXPECT_NEAR(played[1].waits.back().worker, 0.02, 1e-12);
  EXPECT_TRUE(played[2].waits.empty());
}

TEST(Replay, wraps_around_the_end_of_a_period) {
  // The one at 90 ms is in service until 120 ms, 20 ms into the next period: the one at 0 ms waits 20 ms.
  const std::array sources{source(0.00, 0.1, 0.03, 0), source(0.09, 0.1, 0.03, 1)};
  EXPECT_NEAR(replay_waits(sources, 1, 2)[0].waits.front().worker, 0.02, 1e-12);
}

TEST(Replay, spaces_out_on_a_shared_link_what_would_have_met_at_the_station) {
  // Two messages of 20 ms on the link begin at 0 and 5 ms: the second waits 15 ms for it, and comes 20 ms after the first, which
  // has been served for 10 ms by then. Without the link it would have waited 5 ms for the worker.
  std::array sources{source(0.020, 0.1, 0.01, 0), source(0.025, 0.1, 0.01, 1)};
  for (ReplayedSource& one : sources) one.shared = 0.02;
  const auto played = replay_waits(sources, 1, 2);
  EXPECT_NEAR(played[0].waits.front().all(), 0.0, 1e-12);
  EXPECT_NEAR(played[1].waits.front().shared, 0.015, 1e-12);
  EXPECT_NEAR(played[1].waits.front().worker, 0.0, 1e-12);
}

TEST(Replay, lets_messages_that_come_slowly_pass_a_shared_link_side_by_side) {
  // Two messages take 20 ms on the shared link and 25 ms to come there, from 0 and from 10 ms on. From 10 to 25 ms they bring 0.8 each and
  // 1 leaves: 9 ms are left when the last bit of the first is there, and waits for them. Then 0.8 come: 7 ms are left at 35 ms.
  std::array sources{source(0.025, 0.1, 0.001, 0), source(0.035, 0.1, 0.001, 1)};
  for (ReplayedSource& one : sources) {
    one.shared = 0.020;
    one.feeding = 0.025;
  }
  const auto played = replay_waits(sources, 1, 2);
  EXPECT_NEAR(played[0].waits.front().shared, 0.009, 1e-12);
  EXPECT_NEAR(played[1].waits.front().shared, 0.007, 1e-12);
}

TEST(Replay, says_how_many_requests_it_would_play) {
  const std::array alike{source(0.0, 0.1, 0.03, 0), source(0.01, 0.1, 0.03, 0)};
  EXPECT_DOUBLE_EQ(replayed_requests(alike), 16.0);  // eight periods of two
  const std::array unlike{source(0.0, 3600.0, 0.03, 0), source(0.0, 0.001, 0.0001, 0)};
  EXPECT_GT(replayed_requests(unlike), 2e7);
}

TEST(Replay, draws_many_requests_where_delays_vary) {
  // 20 ms apart on the average, 30 ms of service, a delay of 5 ms standard deviation: the second waits 10 ms in the mean.
  const LinkProperties path{.delay = 40ms, .jitter = 5ms};
  std::array sources{source(0.00, 1.0, 0.03, 0), source(0.02, 1.0, 0.03, 1)};
  sources[1].path = &path;
  const auto waits = replay_waits(sources, 1, 2)[1].waits;
  EXPECT_GT(waits.size(), 1500U);
  double sum = 0.0;
  for (const ReplayedWait& wait : waits) sum += wait.worker;
  EXPECT_NEAR(sum / static_cast<double>(waits.size()), 0.01, 0.0003);
  EXPECT_TRUE(std::ranges::is_sorted(waits, {}, &ReplayedWait::all));
}

ReplayedSource poisson(double gap, double service, std::size_t group) {
  ReplayedSource drawn = source(0.0, gap, service, group);
  drawn.poisson = true;
  return drawn;
}

double mean_wait(const std::vector<ReplayedWait>& waits) {
  double sum = 0.0;
  for (const ReplayedWait& wait : waits) sum += wait.worker;
  return sum / static_cast<double>(waits.size());
}

TEST(Replay, makes_poisson_sources_wait_as_in_m_d_1) {
  // A load of 0.5: half a service time. That of 35,000 requests varies by a percent or two.
  const std::array sources{poisson(0.02, 0.01, 0)};
  EXPECT_NEAR(mean_wait(replay_waits(sources, 1, 1)[0].waits), 0.005, 0.0002);
}

TEST(Replay, lets_requests_at_random_meet_a_periodic_one_as_often_as_it_is_there) {
  // One of 40 ms every 100 ms: who comes at a random moment meets it with chance 0.4, and waits 20 ms then. It meets hardly any of them.
  const std::array sources{source(0.0, 0.1, 0.04, 0), poisson(0.01, 1e-9, 1)};
  const auto waits = replay_waits(sources, 1, 2);
  EXPECT_NEAR(mean_wait(waits[0].waits), 0.0, 1e-8);
  EXPECT_NEAR(mean_wait(waits[1].waits), 0.008, 0.0002);
}

}  // namespace
}  // namespace continuo
