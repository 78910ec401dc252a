// Powers of two.
#include "emulate/fabric/waiting_times.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

TEST(WaitingTimes, count_by_powers_of_two_of_a_microsecond) {
  EXPECT_EQ(WaitingTimes::bucket_of(0ns), 0U);
  EXPECT_EQ(WaitingTimes::bucket_of(999ns), 0U);
  EXPECT_EQ(WaitingTimes::bucket_of(1us), 1U);
  EXPECT_EQ(WaitingTimes::bucket_of(2us), 2U);
  EXPECT_EQ(WaitingTimes::bucket_of(3us), 2U);
  EXPECT_EQ(WaitingTimes::bucket_of(1ms), 10U);  // 512 us to 1024 us
  EXPECT_EQ(WaitingTimes::bucket_of(std::chrono::hours{24}), WaitingTimes::buckets - 1);
}

TEST(WaitingTimes, add_up_and_tell_what_came_later) {
  WaitingTimes first;
  first.add(3us);
  WaitingTimes both = first;
  both.add(3us);
  both.add(1ms);
  const WaitingTimes later = both.since(first);
  EXPECT_EQ(later.counts()[2], 1U);
  EXPECT_EQ(later.counts()[10], 1U);
  WaitingTimes sum = first;
  sum += later;
  EXPECT_EQ(sum.counts(), both.counts());
}

TEST(WaitingTimes, bound_a_quantile_from_above) {
  WaitingTimes times;
  EXPECT_EQ(times.below(0.5), 0ns);
  for (int packet = 0; packet < 99; ++packet) {
    times.add(3us);
  }
  times.add(1ms);
  EXPECT_EQ(times.below(0.5), 4us);
  EXPECT_EQ(times.below(0.99), 4us);
  EXPECT_EQ(times.below(1.0), 1024us);
}

}  // namespace
}  // namespace continuo
