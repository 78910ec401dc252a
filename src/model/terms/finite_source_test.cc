#include "model/terms/finite_source.hh"

#include <gtest/gtest.h>

#include <cmath>

namespace continuo {
namespace {

double throughput(const FiniteSource& source) {
  return source.users / (source.away + source.service + finite_source_waiting(source, false).mean);
}

TEST(FiniteSource, never_lets_a_single_user_wait) {
  EXPECT_EQ(finite_source_waiting({.users = 1, .away = 0.0, .service = 1.0}, true).mean, 0.0);
  EXPECT_EQ(finite_source_waiting({.users = 2, .away = 0.1, .service = 1.0, .workers = 2}, true).mean, 0.0);
  EXPECT_EQ(finite_source_waiting({.users = 1, .away = 0.1, .service = 1.0, .varies = 0}, true).mean, 0.0);
}

TEST(FiniteSource, is_the_machine_repairmans_for_exponential_service) {
  // Two users away for 2 s, service 1 s. By mean value analysis: R(1) = 1, X(1) = 1/3, Q(1) = 1/3; R(2) = 1 + 1/3, so the wait is 1/3.
  EXPECT_NEAR(finite_source_waiting({.users = 2, .away = 2, .service = 1, .cs2 = 1}, false).mean, 1.0 / 3, 1e-12);
  // Three: X(2) = 2 / (2 + 4/3) = 0.6, Q(2) = 0.8, so the wait is 0.8 and R(3) = 1.8; four: X(3) = 3 / 3.8, Q(3) = 5.4 / 3.8.
  EXPECT_NEAR(finite_source_waiting({.users = 3, .away = 2, .service = 1, .cs2 = 1}, false).mean, 0.8, 1e-12);
  EXPECT_NEAR(finite_source_waiting({.users = 4, .away = 2, .service = 1, .cs2 = 1}, false).mean, 5.4 / 3.8, 1e-12);
  // Two workers, three users, away for 1 s as service takes: the others are both there with probability 1/4, and one is done in 1/2 s.
  EXPECT_NEAR(finite_source_waiting({.users = 3, .away = 1, .service = 1, .cs2 = 1, .workers = 2}, false).mean, 0.125, 1e-12);
}

TEST(FiniteSource, is_exact_for_constant_service_on_one_worker) {
  // Two users, away for 1 s, service 1 s: one that is served leaves the other behind if that came meanwhile, with probability
  // p = 1 - 1/e whether it was there (and has been served before) or comes first. So pi_0 = 1/e, and a cycle is
  // 2 (1 + pi_0 / 2): the wait is 2 + 1/e - 2 = 1/e.
  EXPECT_NEAR(finite_source_waiting({.users = 2, .away = 1, .service = 1}, false).mean, std::exp(-1.0), 1e-12);
  EXPECT_NEAR(finite_source_waiting({.users = 2, .away = 1, .service = 1}, false).probability, 1 - std::exp(-1.0), 1e-12);
}

void expect_bounds(const FiniteSource& source) {
  const Waiting wait = finite_source_waiting(source, true);
  SCOPED_TRACE(testing::Message() << source.users << " users, away " << source.away << ", c^2 " << source.cs2 << ", workers " << source.workers);
  ASSERT_TRUE(std::isfinite(wait.mean) && wait.mean >= 0.0);
  ASSERT_TRUE(wait.probability >= 0.0 && wait.probability <= 1.0);
  ASSERT_TRUE(std::ranges::is_sorted(wait.seen));
  double sum = 0.0;
  for (const double seen : wait.seen) sum += seen;
  if (!wait.seen.empty()) {
    EXPECT_NEAR(sum / static_cast<double>(wait.seen.size()), wait.mean, 1e-6 * (1 + wait.mean));
  }
  if (source.varies > 0) {
    EXPECT_LE(throughput(source), std::min(source.users / (source.away + 1), source.workers / 1.0) * (1 + 1e-6));
  }
}

TEST(FiniteSource, keeps_the_bounds_of_a_closed_network) {
  for (const double users : {1., 2., 3., 8., 30., 64., 500., 3000.}) {
    for (const double away : {0., 1e-3, 0.3, 1., 7., 60., 1000.}) {
      for (const int workers : {1, 2, 4, 16}) {
        for (const double cs2 : {0., 0.04, 1., 3.}) {
          expect_bounds({.users = users, .away = away, .service = 1, .cs2 = cs2, .workers = workers});
          if (users > 64) continue;
          expect_bounds({.users = users, .away = away, .service = 1, .cs2 = cs2, .workers = workers, .varies = 0, .played = 500});
        }
      }
    }
  }
}

TEST(FiniteSource, lets_users_who_think_alike_fall_into_step) {
  // Four users, away for 3 s and more: nobody meets another. Away for 1 s: each waits for the other three but its time away.
  EXPECT_EQ(finite_source_waiting({.users = 4, .away = 3.5, .service = 1, .varies = 0}, false).mean, 0.0);
  EXPECT_NEAR(finite_source_waiting({.users = 4, .away = 1, .service = 1, .varies = 0}, false).mean, 2.0, 1e-9);
}

}  // namespace
}  // namespace continuo
