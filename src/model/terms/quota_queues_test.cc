#include "model/terms/quota_queues.hh"

#include <gtest/gtest.h>

#include <cmath>

namespace continuo {
namespace {

// Two requests of 5 ms each on a quota of 1.2 cores: 6 ms a period. The first period ends 2.5 ms after they come, for half of it is gone then. Both
// use 5 of its 6 ms until then; the next one brings 6 to the 1 that is left, and they need 5.
TEST(QuotaQueues, runs_at_full_speed_while_the_quota_lasts) {
  const ReplayedSource source{.period = 0.1, .service = {.mean = 0.005}};
  const ReplayedRow row{{{0.0, 0.005, 0, 0.0}, {0.0, 0.005, 0, 0.0}}, 0.0};
  const auto played = play_quota_queues(row, std::vector{source}, {.capacity = 1.2, .cores = 2, .workers = 2}, 1);
  ASSERT_EQ(played[0].times.size(), 2U);
  for (const PlayedTimes& one : played[0].times) EXPECT_NEAR(one.served, 0.005, 1e-9);
}

// As above, with 8 ms each: at 2.5 ms 1 ms is left, and 6 come. Both use these 7 ms in 3.5 ms, until 6 ms, and stand still until the period ends,
// at 7.5 ms. They have run for 6 ms then, and end with 2 ms of the next one, at 9.5 ms.
TEST(QuotaQueues, stands_still_when_the_quota_is_spent) {
  const ReplayedSource source{.period = 0.1, .service = {.mean = 0.008}};
  const ReplayedRow row{{{0.0, 0.008, 0, 0.0}, {0.0, 0.008, 0, 0.0}}, 0.0};
  const auto played = play_quota_queues(row, std::vector{source}, {.capacity = 1.2, .cores = 2, .workers = 2}, 1);
  ASSERT_EQ(played[0].times.size(), 2U);
  for (const PlayedTimes& one : played[0].times) EXPECT_NEAR(one.served, 0.0095, 1e-9);
}

// Of two services, one queue with as many workers each: the CPU of the simulator, which knows its time in whole nanoseconds.
TEST(QuotaQueues, share_the_simulators_cpu) {
  const LinkProperties path{.delay = std::chrono::milliseconds{5}, .jitter = std::chrono::milliseconds{1}};
  for (const auto& cpu : {PlayedCpu{0.4, 1, 1}, PlayedCpu{1.0, 1, 1}, PlayedCpu{1.2, 2, 2}, PlayedCpu{2.7, 4, 3}, PlayedCpu{3.9, 4, 4}, PlayedCpu{4.0, 4, 4}}) {
    for (const std::size_t stations : {1U, 2U}) {
      std::vector<ReplayedSource> sources;
      for (int number = 0; number < 12; ++number) {
        const std::size_t station = static_cast<std::size_t>(number) % stations;
        sources.push_back({.first = std::fmod(0.037 * number, 0.2), .period = 0.2, .path = &path,
                           .service = {.mean = (station == 0 ? 0.014 : 0.009) * cpu.capacity, .sd = 0.001}, .station = station, .group = station});
      }
      const ReplayedRow row = replayed_row(sources, 1000);
      const auto queues = play_quota_queues(row, sources, cpu, stations);
      const auto simulated = play_batches(row, sources, cpu, stations).of_group;
      for (std::size_t group = 0; group < stations; ++group) {
        ASSERT_EQ(queues[group].times.size(), simulated[group].times.size());
        double worker = 0.0;
        double simulated_worker = 0.0;
        for (std::size_t place = 0; place < queues[group].times.size(); ++place) {
          EXPECT_NEAR(queues[group].times[place].all(), simulated[group].times[place].all(), 1e-6);
          worker += queues[group].times[place].worker;
          simulated_worker += simulated[group].times[place].worker;
        }
        EXPECT_NEAR(worker, simulated_worker, 1e-6 * static_cast<double>(row.requests.size()));
      }
    }
  }
}

// Two workers, one place: of four requests that come at once the third waits and the last is refused.
TEST(QuotaQueues, refuses_who_finds_no_place_to_wait) {
  const ReplayedSource source{.period = 0.1, .service = {.mean = 0.005}, .places = 1};
  const ReplayedRow row{{{0.0, 0.005, 0, 0.0}, {0.0, 0.005, 0, 0.0}, {0.0, 0.005, 0, 0.0}, {0.0, 0.005, 0, 0.0}}, 0.0};
  const auto played = play_quota_queues(row, std::vector{source}, {.capacity = 2.0, .cores = 2, .workers = 2}, 1);
  EXPECT_NEAR(played[0].refused, 0.25, 1e-12);
  EXPECT_NEAR(played[0].times.back().worker, 0.005, 1e-9);
}

}  // namespace
}  // namespace continuo
