#include "model/terms/work_found.hh"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace continuo {
namespace {

double mean_of(const WorkFound& found, double step, double until) {
  double mean = 0.0;
  for (double work = step / 2; work < until; work += step) mean += step * found.share_above(work);
  return mean;
}

TEST(WorkFound, is_that_of_M_D_1_at_work_below_one_service) {
  // rho = 0.8: nothing with chance 0.2, and P(V <= x) = 0.2 exp(0.8 x) up to one service time (Erlang 1909).
  const WorkFound found{std::array{PoissonWork{0.8, {.mean = 1.0}}}, 1.0};
  EXPECT_NEAR(found.share_above(0.0), 0.8, 1e-9);
  for (const double work : {0.1, 0.5, 0.9}) EXPECT_NEAR(found.share_above(work), 1 - 0.2 * std::exp(0.8 * work), 1e-4);
}

TEST(WorkFound, has_the_mean_of_Pollaczek_and_Khinchine) {
  // Services of 1 and 5: (0.6 * 1 + 0.06 * 25) / (2 * 0.1) = 10.5. With a deviation of 0.3 each square is 1.09 times as large.
  const std::array constant{PoissonWork{0.6, {.mean = 1.0}}, PoissonWork{0.06, {.mean = 5.0}}};
  EXPECT_NEAR(mean_of(WorkFound{constant, 1.0}, 0.05, 400), 10.5, 0.01);
  const std::array varied{PoissonWork{0.6, {.mean = 1.0, .sd = 0.3}}, PoissonWork{0.06, {.mean = 5.0, .sd = 1.5}}};
  EXPECT_NEAR(mean_of(WorkFound{varied, 1.0}, 0.05, 400), 1.09 * 10.5, 0.05);
}

TEST(WorkFound, counts_work_and_not_time) {
  // Twice as much at twice the speed: the same work is there.
  const WorkFound one{std::array{PoissonWork{0.8, {.mean = 1.0}}}, 1.0};
  const WorkFound two{std::array{PoissonWork{1.6, {.mean = 1.0}}}, 2.0};
  for (const double work : {0.0, 0.7, 3.0, 50.0}) EXPECT_NEAR(one.share_above(work), two.share_above(work), 1e-9);
}

TEST(WorkFound, has_an_exponential_tail_where_the_grid_ends) {
  // At a load of 0.99 of constant services the tail falls by exp(-z) a service, z = 0.99 (e^z - 1): 0.99 (1 + z / 2 + z^2 / 6) = 1, z = 0.020067.
  const WorkFound found{std::array{PoissonWork{0.99, {.mean = 1.0}}}, 1.0};
  EXPECT_NEAR(std::log(found.share_above(300) / found.share_above(400)) / 100, 0.020067, 2e-5);
}

}  // namespace
}  // namespace continuo
