#include "simulate/shared_cpu.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

Instant at(Duration time) { return scenario_start + time; }

TEST(SharedCpu, gives_one_job_a_core_at_most) {
  SharedCpu cpu{2.0};
  cpu.start(7, 0.1, at(0ms));
  EXPECT_EQ(cpu.next_end(), at(100ms));
  EXPECT_EQ(cpu.end_next(at(100ms)), 7U);
  EXPECT_EQ(cpu.next_end(), std::nullopt);
  EXPECT_DOUBLE_EQ(cpu.done(at(200ms)), 0.1);
  EXPECT_DOUBLE_EQ(cpu.offered(at(200ms)), 0.4);
}

TEST(SharedCpu, stretches_a_job_by_a_quota_below_one_core) {
  SharedCpu cpu{0.25};
  cpu.start(1, 0.1, at(0ms));
  EXPECT_EQ(cpu.next_end(), at(400ms));
}

TEST(SharedCpu, shares_alike_among_the_jobs_that_are_there) {
  SharedCpu cpu{1.0};
  cpu.start(1, 0.1, at(0ms));
  // Half a core from 40 ms on: the first has 60 ms of work left, the second 20 ms.
  cpu.start(2, 0.02, at(40ms));
  EXPECT_EQ(cpu.next_end(), at(80ms));
  EXPECT_EQ(cpu.end_next(at(80ms)), 2U);
  EXPECT_EQ(cpu.next_end(), at(120ms));  // 40 ms of work left, alone
}

TEST(SharedCpu, goes_on_at_another_quota_when_it_changes) {
  SharedCpu cpu{1.0};
  cpu.start(1, 0.1, at(0ms));
  cpu.change(0.5, at(50ms));
  EXPECT_EQ(cpu.next_end(), at(150ms));
  cpu.stop(true, at(100ms));
  EXPECT_EQ(cpu.next_end(), std::nullopt);
  cpu.stop(false, at(200ms));
  EXPECT_EQ(cpu.next_end(), at(250ms));  // 100 ms of work, of which 50 + 25 are done
  EXPECT_EQ(cpu.drop_all(at(200ms)), std::vector<std::uint32_t>{1});
}

}  // namespace
}  // namespace continuo
