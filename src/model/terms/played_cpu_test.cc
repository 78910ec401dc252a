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

}  // namespace
}  // namespace continuo
