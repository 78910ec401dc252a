// Queues of limited length, by hand.
#include "model/terms/finite_queue.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace continuo {
namespace {

// 0.1 s each.
FiniteQueue queue(double rate, int workers, int places, double cs2 = 0.0) {
  return {.rate = rate, .service = 0.1, .cs2 = cs2, .workers = workers, .places = places};
}

TEST(FiniteQueue, refuses_whoever_finds_the_only_worker_busy_where_none_may_wait) {
  // M/G/1/1: busy for rho of each 1 + rho, whatever the distribution of the service time.
  EXPECT_NEAR(finite_queue(queue(8, 1, 0), false).refused, 0.8 / 1.8, 1e-12);
  EXPECT_NEAR(finite_queue(queue(8, 1, 0, 0.2), false).refused, 0.8 / 1.8, 1e-12);
  EXPECT_EQ(finite_queue(queue(8, 1, 0), true).wait.mean, 0.0);
}

TEST(FiniteQueue, has_erlangs_loss_with_several_workers) {
  const double offered = 1.6;
  const double erlang = offered * offered / 2 / (1 + offered + offered * offered / 2);
  EXPECT_NEAR(finite_queue(queue(16, 2, 0), false).refused, erlang, 1e-12);
}

TEST(FiniteQueue, is_exact_for_constant_service_and_one_place) {
  // M/D/1/2. None comes during a service with chance e^-rho, and then the one who is served leaves nobody behind: pi_0 = e^-rho, from whatever it
  // began with. A served request takes s and, after such a one, 1 / rate for the next: refused = 1 - 1 / (rho + pi_0).
  EXPECT_NEAR(finite_queue(queue(8, 1, 1), false).refused, 1 - 1 / (0.8 + std::exp(-0.8)), 1e-9);
}

TEST(FiniteQueue, is_exact_for_constant_service_and_two_places) {
  const double rho = 0.9;
  const double none = std::exp(-rho);  // comes during a service
  const double one = rho * none;
  // Left behind: pi_0 = none (pi_0 + pi_1), pi_1 = one (pi_0 + pi_1) + none pi_2.
  const double pi_1 = (1 - none) / none;  // times pi_0
  const double pi_2 = (pi_1 - one * (1 + pi_1)) / none;
  const double pi_0 = 1 / (1 + pi_1 + pi_2);
  const Admission admission = finite_queue(queue(9, 1, 2), false);
  EXPECT_NEAR(admission.refused, 1 - 1 / (rho + pi_0), 1e-9);
  EXPECT_NEAR(admission.wait.probability, 1 - pi_0, 1e-9) << "who is admitted finds what those who leave leave behind";
}

TEST(FiniteQueue, is_that_of_pollaczek_and_khinchine_when_it_is_long) {
  const Admission admission = finite_queue(queue(5, 1, 60, 0.01), false);
  EXPECT_NEAR(admission.refused, 0.0, 1e-9);
  EXPECT_NEAR(admission.wait.mean, 0.5 * 0.1 * 1.01 / (2 * 0.5), 1e-4);
  EXPECT_NEAR(admission.wait.probability, 0.5, 1e-6);
}

TEST(FiniteQueue, refuses_what_it_cannot_do_in_overload) {
  // Twice as many as it can serve: half of them; and the others wait behind a full queue, or nearly.
  const Admission admission = finite_queue(queue(40, 2, 200), false);
  EXPECT_NEAR(admission.refused, 0.5, 1e-9);
  EXPECT_NEAR(admission.wait.mean, 200 * 0.05, 0.05);
}

TEST(FiniteQueue, lets_none_wait_longer_than_it_is) {
  const Admission admission = finite_queue(queue(9, 1, 2), true);
  const std::vector<double>& seen = admission.wait.seen;
  ASSERT_FALSE(seen.empty());
  EXPECT_NEAR(std::accumulate(seen.begin(), seen.end(), 0.0) / static_cast<double>(seen.size()), admission.wait.mean, 0.001);
  EXPECT_EQ(seen.front(), 0.0);
  EXPECT_LE(seen.back(), 0.2) << "two services";
}

TEST(FiniteQueue, is_felt_where_it_is_short_or_nearly_full) {
  const auto felt = [](double load, int places) {
    QueueLoad of_one;
    of_one.add(10 * load, 0.1, 0.0);
    return may_refuse(of_one, 1, places);
  };
  EXPECT_TRUE(felt(0.1, 0));
  EXPECT_TRUE(felt(0.5, 4));
  EXPECT_FALSE(felt(0.95, 64)) << "0.05 e^-(2 * 0.05 * 64) = 0.00008";
  EXPECT_TRUE(felt(0.99, 64));
  EXPECT_TRUE(felt(1.5, 64));
  EXPECT_FALSE(felt(0.0, 0));
}

}  // namespace
}  // namespace continuo
