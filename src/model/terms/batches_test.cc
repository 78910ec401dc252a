// Batches of requests that come at random, against what is known of them in closed form.
#include "model/terms/batches.hh"

#include <gtest/gtest.h>

#include <numeric>

namespace continuo {
namespace {

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// A second of latency: wait and service.
double latency_of(const Batches& batches) { return mean_of(batches.waiting.seen) + mean_of(batches.waiting.served); }

TEST(Batches, of_one_are_the_queue_of_pollaczek_and_khinchine) {
  // 20 ms each, 40 a second: a load of 0.8, and a wait of 0.8 * 20 / (2 * 0.2) = 40 ms.
  const BatchQueue queue{.rate = 40, .alone = 0.020, .next = 1.0, .most = 1};
  ASSERT_TRUE(can_chain_batches(queue));
  const Batches batches = chain_batches(queue, 20'000);
  EXPECT_NEAR(batches.waiting.mean, 0.040, 0.0004);
  EXPECT_NEAR(batches.size, 1.0, 1e-9);
  EXPECT_NEAR(mean_of(batches.waiting.served), 0.020, 1e-9);
}

TEST(Batches, whose_times_vary_wait_as_pollaczek_and_khinchine_have_it) {
  // c = 0.3: (1 + 0.09) times as long.
  const Batches batches = chain_batches({.rate = 40, .alone = 0.020, .sd = 0.006, .next = 1.0, .most = 1}, 20'000);
  EXPECT_NEAR(batches.waiting.mean, 0.0436, 0.0005);
}

TEST(Batches, without_a_limit_take_as_long_as_inoue_has_it) {
  for (const double share : {0.1, 0.5, 1.0}) {
    for (const double load : {0.1, 0.3, 0.6, 0.8}) {
      const double tau0 = 0.020;
      const double alpha = share * tau0;
      const double one = tau0 + alpha;
      const BatchQueue queue{.rate = load / alpha, .alone = one, .next = alpha / one, .most = 1024};
      if (!can_chain_batches(queue)) continue;
      const double exact = latency_of(chain_batches(queue, 40'000));
      const double bound = inoue_latency(queue.rate, tau0, alpha);
      EXPECT_GE(bound, 0.99 * exact) << "alpha/tau0 " << share << ", load " << load;
      EXPECT_LE(bound, 1.09 * exact) << "alpha/tau0 " << share << ", load " << load;
    }
  }
}

TEST(Batches, that_idle_workers_wait_with_take_that_long_at_no_load) {
  const Batches batches = chain_batches({.rate = 0.01, .alone = 0.020, .next = 0.1, .most = 8, .wait = 0.005}, 20'000);
  EXPECT_NEAR(batches.waiting.mean, 0.005, 0.0001);
  EXPECT_NEAR(batches.size, 1.0, 0.001);
}

TEST(Batches, are_full_where_no_more_can_be_carried) {
  // 20 + 3 * 2 ms for four: 6.5 ms each, so 150 a second are a load of 0.975.
  const Batches batches = chain_batches({.rate = 150, .alone = 0.020, .next = 0.1, .most = 4}, 20'000);
  EXPECT_GT(batches.size, 3.8);
  EXPECT_LT(batches.size, 4.0);
}

TEST(Batches, are_not_chained_where_they_wait_longer_than_they_run) {
  EXPECT_FALSE(can_chain_batches({.rate = 10, .alone = 0.001, .next = 0.1, .most = 4, .wait = 0.1}));
}

}  // namespace
}  // namespace continuo
