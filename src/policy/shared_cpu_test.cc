#include "policy/shared_cpu.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

Instant at(Duration time) { return scenario_start + time; }

TEST(SharedCpu, gives_one_job_a_core_at_most) {
  SharedCpu cpu{2.0, 2};
  cpu.start(7, 0.1, at(0ms));
  EXPECT_EQ(cpu.next_end(), at(100ms));
  EXPECT_EQ(cpu.end_next(at(100ms)), 7U);
  EXPECT_EQ(cpu.next_end(), std::nullopt);
  EXPECT_DOUBLE_EQ(cpu.done(at(200ms)), 0.1);
  EXPECT_DOUBLE_EQ(cpu.offered(at(200ms)), 0.4);
}

// A period of 5 ms at 0.25 gives 1.25 ms. The first job comes in the middle of one. It is there for 5 ms of work: 1.25 at once, as much again
// after 2.5 ms, 7.5 ms and 12.5 ms.
TEST(SharedCpu, waits_for_the_quota_of_the_next_period) {
  SharedCpu cpu{0.25, 1};
  cpu.start(1, 0.005, at(0ms));
  EXPECT_EQ(cpu.next_end(), at(13'750us));
  EXPECT_DOUBLE_EQ(cpu.done(at(2ms)), 0.00125);
  EXPECT_DOUBLE_EQ(cpu.done(at(3ms)), 0.00175);
  EXPECT_EQ(cpu.next_end(), at(13'750us));
  EXPECT_EQ(cpu.end_next(at(13'750us)), 1U);
  EXPECT_DOUBLE_EQ(cpu.done(at(20ms)), 0.005);
  EXPECT_DOUBLE_EQ(cpu.offered(at(20ms)), 0.005);
}

TEST(SharedCpu, takes_what_follows_at_once_as_long_as_the_quota_says) {
  SharedCpu cpu{0.25, 1};
  cpu.start(1, 0.005, at(0ms));
  cpu.end_next(*cpu.next_end());
  // The period's quota is spent: 1.25 ms each from 17.5, 22.5, 27.5 and 32.5 on.
  cpu.start(2, 0.005, at(13'750us));
  EXPECT_EQ(cpu.next_end(), at(33'750us));
}

// 8 ms of work at 0.8 of a core, 4 ms a period. k = 1: 8 ms, and what is left of 1 ms when the place in the period is taken off. The mean over
// many places: 0.1 ms (quota_periods_test.cc).
TEST(SharedCpu, comes_anywhere_in_a_period) {
  SharedCpu cpu{0.8, 1};
  Duration all{};
  for (int job = 0; job < 1000; ++job) {
    const Instant start = at(std::chrono::milliseconds{100 * job});
    cpu.start(0, 0.008, start);
    const Instant end = *cpu.next_end();
    all += end - start;
    cpu.end_next(end);
  }
  EXPECT_NEAR(to_seconds(all) / 1000, 0.0081, 1e-6);
}

// Two cores, a quota of 1.6: 8 ms a period. Both run until the first period's is spent, 4 ms after it was 2.5 ms old; half a slice for each of
// both is kept at its end: 8 - 5 = 3 of 5 ms.
TEST(SharedCpu, runs_two_jobs_at_full_speed_until_the_quota_is_spent) {
  SharedCpu cpu{1.6, 2};
  cpu.start(1, 0.020, at(0ms));
  cpu.start(2, 0.020, at(0ms));
  // From 2.5: 3 + 8 = 11, of which 10 are spent until 7.5. Then 1 + 8: until 12, from 12.5 on 8 until 16.5, from 17.5 on the 2.5 + 5 + 4.5 + 4 = 16
  // of each that are done want 4 more.
  EXPECT_EQ(cpu.next_end(), at(21'500us));
  EXPECT_EQ(cpu.end_next(at(21'500us)), 1U);
  EXPECT_EQ(cpu.next_end(), at(21'500us));
}

TEST(SharedCpu, shares_alike_among_the_jobs_that_are_there) {
  SharedCpu cpu{1.0, 1};
  cpu.start(1, 0.1, at(0ms));
  // Half a core from 40 ms on: the first has 60 ms of work left, the second 20 ms.
  cpu.start(2, 0.02, at(40ms));
  EXPECT_EQ(cpu.next_end(), at(80ms));
  EXPECT_EQ(cpu.end_next(at(80ms)), 2U);
  EXPECT_EQ(cpu.next_end(), at(120ms));  // 40 ms of work left, alone
}

TEST(SharedCpu, goes_on_at_another_quota_when_it_changes) {
  SharedCpu cpu{1.0, 1};
  cpu.start(1, 0.1, at(0ms));
  cpu.change(0.5, at(50ms));
  // In the middle of a period: 2.5 ms at once, and from 52.5 ms on as much every 5 ms: for the twentieth time from 142.5 ms on.
  EXPECT_EQ(cpu.next_end(), at(145ms));
  cpu.stop(true, at(100ms));
  EXPECT_EQ(cpu.next_end(), std::nullopt);
  // 50 + 2.5 + 10 * 2.5 are done, the last of them at 100. The period ends while it stands still. The next one that it meets is 0.118 of its
  // length old (0.5 + 0.618 - 1): 2.5 ms at once, eight times as much from 204.41 ms on, the last of them at 239.41 + 2.5.
  cpu.stop(false, at(200ms));
  EXPECT_NEAR(to_seconds(*cpu.next_end() - scenario_start), 0.24191, 1e-5);
  EXPECT_EQ(cpu.drop_all(at(200ms)), std::vector<std::uint32_t>{1});
}

TEST(SharedCpu, is_never_faster_than_its_quota_for_long) {
  for (const double capacity : {0.1, 0.37, 0.8, 1.2, 1.6, 2.9}) {
    SharedCpu cpu{capacity, 3};
    for (std::uint32_t job = 0; job < 3; ++job) cpu.start(job, 1.0, at(0ms));
    // What was there at the beginning may come on top.
    EXPECT_NEAR(cpu.done(at(1s)), capacity, 2 * 0.005 * capacity + 1e-9) << capacity;
  }
}

}  // namespace
}  // namespace continuo
