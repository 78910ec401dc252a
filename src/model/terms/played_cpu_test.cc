#include "model/terms/played_cpu.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

ReplayedSource source(double first, double work, std::size_t station) {
  return {.first = first, .period = 0.1, .service = {.mean = work}, .station = station, .group = station};
}

// Two services on one core, 30 ms of work each, the second 10 ms after the first: 10 ms alone, then half a core for each until the first has
// its other 20, at 50 ms; the second has 20 by then, and its last 10 alone, at 60 ms.
TEST(PlayedCpu, shares_the_core_among_services) {
  const auto played = play_cpu(std::vector{source(0.0, 0.03, 0), source(0.01, 0.03, 1)}, {}, 2);
  for (const PlayedTimes& one : played[0].times) EXPECT_NEAR(one.served, 0.05, 1e-8);
  for (const PlayedTimes& one : played[1].times) EXPECT_NEAR(one.served, 0.05, 1e-8);
  EXPECT_FALSE(played[0].times.empty());
}

// The same two in one queue with one worker: the second waits 20 ms for the first.
TEST(PlayedCpu, has_requests_of_one_service_queue_for_its_worker) {
  std::vector sources{source(0.0, 0.03, 0), source(0.01, 0.03, 0)};
  sources[1].group = 1;
  const auto played = play_cpu(sources, {}, 2);
  for (const PlayedTimes& one : played[0].times) EXPECT_NEAR(one.all(), 0.03, 1e-8);
  for (const PlayedTimes& one : played[1].times) {
    EXPECT_NEAR(one.worker, 0.02, 1e-8);
    EXPECT_NEAR(one.served, 0.03, 1e-8);
  }
}

// Two cores without a quota, two workers: nobody slows the other down.
TEST(PlayedCpu, leaves_alone_who_has_a_core) {
  const auto played = play_cpu(std::vector{source(0.0, 0.03, 0), source(0.01, 0.03, 1)}, {.capacity = 2.0, .cores = 2, .workers = 2}, 2);
  for (const auto& of_group : played) {
    for (const PlayedTimes& one : of_group.times) EXPECT_NEAR(one.all(), 0.03, 1e-8);
  }
}

// In batches of two: the first waits 10 ms for the second, then both take 30 ms and half of 30.
TEST(PlayedCpu, runs_batches_that_wait_for_more) {
  std::vector sources{source(0.0, 0.03, 0), source(0.01, 0.03, 0)};
  sources[1].group = 1;
  const Batching pairs{.most = 2, .wait = std::chrono::milliseconds{15}};
  const PlayedBatches played = play_batches(replayed_row(sources, 100), sources, {.stations = {{.batching = pairs, .next = 0.5}}}, 2);
  ASSERT_FALSE(played.of_group[0].times.empty());
  for (const PlayedTimes& one : played.of_group[0].times) EXPECT_NEAR(one.worker, 0.01, 1e-8);
  for (const PlayedTimes& one : played.of_group[1].times) EXPECT_NEAR(one.worker, 0.0, 1e-8);
  for (const auto& of_group : played.of_group) {
    for (const PlayedTimes& one : of_group.times) EXPECT_NEAR(one.served, 0.045, 1e-8);
  }
  EXPECT_DOUBLE_EQ(played.sizes.at(0), 2.0);
}

TEST(PlayedCpu, draws_arrivals_at_the_rates_of_their_sources) {
  std::vector sources{source(0.0, 0.03, 0), source(0.0, 0.03, 1)};
  sources[1].period = 0.3;  // a third as often
  const ReplayedRow row = random_row(sources, 40'000);
  double of_first = 0;
  for (const ReplayedRequest& request : row.requests) of_first += request.source == 0 ? 1 : 0;
  EXPECT_NEAR(of_first / 40'000, 0.75, 0.01);
  EXPECT_NEAR(row.requests.back().arrived, 40'000 * 0.075, 60);  // a standard deviation is 15 s
}

}  // namespace
}  // namespace continuo
