#include "policy/quota_periods.hh"

#include <gtest/gtest.h>

#include <cmath>

namespace continuo {
namespace {

// 20 ms of work at half a core: the first 2.5 ms are there, seven more are waited for. Seven times 2.5 ms of standing still, less the
// 0 to 5 ms that the first period had gone on for: 20 + 17.5 - 2.5.
TEST(QuotaPeriods, a_request_alone_finds_a_quota_unspent) {
  const AloneTime time = alone_on_quota(0.020, 0.5);
  EXPECT_NEAR(time.mean, 0.035, 1e-12);
  EXPECT_NEAR(time.sd, 0.005 / std::sqrt(12.0), 1e-12);
}

// One refill, that comes 1 ms after the quota of 4 ms is spent at most: with phi below 1 ms, 1 ms - phi. Mean 1^2 / (2 * 5), mean square 1^3 / (3 * 5).
TEST(QuotaPeriods, a_short_request_mostly_does_not_stall) {
  const AloneTime time = alone_on_quota(0.008, 0.8);
  EXPECT_NEAR(time.mean, 0.0081, 1e-12);
  EXPECT_NEAR(time.sd, 1e-3 * std::sqrt(1.0 / 15 - 0.01), 1e-12);
  EXPECT_EQ(alone_on_quota(0.0024, 0.5).mean, 0.0024);
}

TEST(QuotaPeriods, a_whole_core_never_stalls) {
  EXPECT_EQ(alone_on_quota(0.020, 1.0).mean, 0.020);
  EXPECT_EQ(alone_on_quota(0.020, 1.6).mean, 0.020);
  EXPECT_EQ(work_of_alone(0.020, 0.001, 1.6).mean, 0.020);
}

// 34.5 ms at half a core: 19.5 + 7 * 2.5 - 2.5, far from where k changes (17.5 and 20).
TEST(QuotaPeriods, the_work_is_found_from_the_time_alone) {
  EXPECT_NEAR(work_of_alone(0.0345, 0.0, 0.5).mean, 0.0195, 1e-5);
  EXPECT_NEAR(work_of_alone(0.001, 0.0, 0.5).mean, 0.001, 1e-5);
}

TEST(QuotaPeriods, work_and_time_belong_together_at_every_quota) {
  for (const double cpu : {0.1, 0.2, 0.3, 0.5, 0.75, 0.9, 0.99}) {
    for (double alone = 0.0005; alone < 0.2; alone *= 1.3) {
      const Work work = work_of_alone(alone, 0.0, cpu);
      EXPECT_LE(work.mean, alone);
      EXPECT_GE(work.mean, cpu * alone);
      // Within one of eight steps, where k changes.
      EXPECT_NEAR(alone_on_quota(work.mean, work.sd, cpu).mean, alone, 0.0007) << alone << " at " << cpu;
    }
  }
}

TEST(QuotaPeriods, what_varies_is_the_mean_over_it) {
  // From 18 to 22 ms of work at half a core k is 7 or 8 as often: 20 + 7.5 * 2.5 - 2.5.
  EXPECT_NEAR(alone_on_quota(0.020, 0.0012, 0.5).mean, 0.03625, 3e-4);
}

}  // namespace
}  // namespace continuo
