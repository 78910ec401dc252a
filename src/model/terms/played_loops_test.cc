// Users of several services on one CPU, by hand where times are fixed.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "model/terms/played_loops.hh"

namespace continuo {
namespace {

double mean(const PlayedGroup& group, double PlayedTimes::*part) {
  double sum = 0.0;
  for (const PlayedTimes& one : group.times) sum += one.*part;
  return sum / static_cast<double>(group.times.size());
}

TEST(PlayedLoops, let_a_lone_user_wait_for_nobody) {
  const LoopStream user{.users = 1, .fixed = 0.08, .service = {.mean = 0.02}};
  const auto played = play_loops(std::vector{user}, {1.0, 1, 1}, 100);
  EXPECT_NEAR(mean(played[0], &PlayedTimes::served), 0.02, 1e-8);
  EXPECT_NEAR(mean(played[0], &PlayedTimes::worker), 0.0, 1e-8);
}

TEST(PlayedLoops, run_as_many_of_each_service_as_it_has_workers_at_their_part_of_the_cores) {
  // Two workers of each service always hold a request, on two cores: each runs at half speed. 30 users of 25 ms leave at 2 / 50 ms = 40 a
  // second, and come round in 30 / 40 s, 0.3 s of which they are away; those of 60 ms at 2 / 120 ms, and in 30 * 0.06 s, 0.5 s of it away.
  const std::vector<LoopStream> streams{{.users = 30, .varied = 0.3, .service = {.mean = 0.025}, .station = 0},
                                        {.users = 30, .varied = 0.5, .service = {.mean = 0.06}, .station = 1}};
  const auto played = play_loops(streams, {2.0, 2, 2}, 20'000);
  EXPECT_NEAR(mean(played[0], &PlayedTimes::served), 0.05, 1e-4);
  EXPECT_NEAR(mean(played[1], &PlayedTimes::served), 0.12, 1e-4);
  EXPECT_NEAR(mean(played[0], &PlayedTimes::worker), 0.75 - 0.3 - 0.05, 0.01);
  EXPECT_NEAR(mean(played[1], &PlayedTimes::worker), 1.8 - 0.5 - 0.12, 0.02);
}

TEST(PlayedLoops, share_a_core_with_one_user_of_each_service) {
  // Neither is ever away: both run all the time at half speed, and none waits.
  const std::vector<LoopStream> streams{{.users = 1, .service = {.mean = 0.01}, .station = 0}, {.users = 1, .service = {.mean = 0.03}, .station = 1}};
  const auto played = play_loops(streams, {1.0, 1, 1}, 400);
  EXPECT_NEAR(mean(played[0], &PlayedTimes::served), 0.02, 1e-6);
  EXPECT_NEAR(mean(played[1], &PlayedTimes::served), 0.06, 1e-6);
  EXPECT_NEAR(mean(played[0], &PlayedTimes::worker), 0.0, 1e-6);
}

TEST(PlayedLoops, make_two_users_wait_as_the_machine_repairman_has_it) {
  // Exponential times away of 20 ms and 20 ms of service: 20/e ms (terms/finite_source_test.cc).
  const LoopStream users{.users = 2, .varied = 0.02, .service = {.mean = 0.02}};
  const auto played = play_loops(std::vector{users}, {1.0, 1, 1}, 100'000);
  EXPECT_NEAR(mean(played[0], &PlayedTimes::worker), 0.02 * std::exp(-1.0), 1e-4);
}

TEST(PlayedLoops, let_an_open_stream_wait_as_poisson_arrivals_do) {
  // M/D/1 at half load: half a service. A user of another service who never comes back in time takes nothing.
  const std::vector<LoopStream> streams{{.rate = 25.0, .service = {.mean = 0.02}, .station = 0},
                                        {.users = 1, .fixed = 1e3, .service = {.mean = 0.001}, .station = 1}};
  const auto played = play_loops(streams, {1.0, 1, 1}, 200'000);
  EXPECT_NEAR(mean(played[0], &PlayedTimes::worker), 0.01, 3e-4);
}

}  // namespace
}  // namespace continuo
