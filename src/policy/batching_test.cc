// When a batch is run, decided by hand.
#include "policy/batching.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr Batching eight_after_5ms{.most = 8, .wait = 5ms};

TEST(Batching, runs_nothing_where_nothing_waits) {
  EXPECT_EQ(decide_batch(0, 1h, eight_after_5ms).take, 0U);
  EXPECT_EQ(decide_batch(0, 1h, eight_after_5ms).look_again, 0ns) << "a request has to come first";
}

TEST(Batching, without_batches_runs_one_at_once) {
  EXPECT_EQ(decide_batch(1, 0ns, {}).take, 1U);
  EXPECT_EQ(decide_batch(100, 0ns, {}).take, 1U);
}

TEST(Batching, that_does_not_wait_takes_what_there_is) {
  EXPECT_EQ(decide_batch(1, 0ns, {.most = 8}).take, 1U);
  EXPECT_EQ(decide_batch(5, 0ns, {.most = 8}).take, 5U);
}

TEST(Batching, never_takes_more_than_the_most) {
  EXPECT_EQ(decide_batch(8, 0ns, eight_after_5ms).take, 8U);
  EXPECT_EQ(decide_batch(9, 1s, eight_after_5ms).take, 8U);
}

TEST(Batching, waits_for_more_until_the_oldest_has_waited_long_enough) {
  const BatchDecision early = decide_batch(3, 2ms, eight_after_5ms);
  EXPECT_EQ(early.take, 0U);
  EXPECT_EQ(early.look_again, 3ms);
  EXPECT_EQ(decide_batch(3, 5ms, eight_after_5ms).take, 3U);
  EXPECT_EQ(decide_batch(3, 6ms, eight_after_5ms).take, 3U);
}

TEST(Batching, a_full_batch_takes_as_long_as_its_requests_add) {
  // 20 ms, and 2 ms for each of seven more: 34 ms, 4.25 ms each.
  EXPECT_DOUBLE_EQ(20 * batch_times(8, 0.1), 34.0);
  EXPECT_DOUBLE_EQ(20 * fullest_share(8, 0.1), 4.25);
  EXPECT_DOUBLE_EQ(fullest_share(8, 1.0), 1.0) << "one after the other: nothing is gained";
}

TEST(FullQueue, takes_as_many_beside_its_places_as_free_workers_may_run_at_once) {
  const Batching four{.most = 4, .wait = std::chrono::milliseconds{5}};
  EXPECT_TRUE(may_wait(1, 2, 2, 2, four));
  EXPECT_FALSE(may_wait(2, 2, 2, 2, four)) << "two places, and nobody is free";
  EXPECT_TRUE(may_wait(5, 1, 2, 2, four)) << "a free worker gathers";
  EXPECT_FALSE(may_wait(6, 1, 2, 2, four));
  EXPECT_TRUE(may_wait(0, 0, 1, 0, {})) << "none may wait, and one may run";
  EXPECT_FALSE(may_wait(0, 1, 1, 0, {}));
}

}  // namespace
}  // namespace continuo
