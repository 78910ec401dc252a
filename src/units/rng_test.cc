#include "units/rng.hh"

#include <gtest/gtest.h>

#include <cmath>

namespace continuo {
namespace {

using namespace std::chrono_literals;

TEST(Rng, gives_the_same_numbers_for_the_same_seed) {
  Rng one{Seed{7}};
  Rng other{Seed{7}};
  for (int draw = 0; draw < 100; ++draw) EXPECT_EQ(one.next(), other.next());
}

TEST(Rng, streams_of_different_names_differ_and_do_not_shift_each_other) {
  const Seed seed{1};
  EXPECT_NE(seed.derive("arrivals/camera-1"), seed.derive("arrivals/camera-2"));
  EXPECT_NE(seed.derive("arrivals/camera-1"), Seed{2}.derive("arrivals/camera-1"));
  EXPECT_EQ(seed.derive("arrivals/camera-1"), Seed{1}.derive("arrivals/camera-1"));
}

// The tolerances below are 5 standard errors of n = 100 000 draws: the seed is fixed, so the test never flickers.
TEST(Rng, uniform_has_mean_one_half) {
  Rng rng{Seed{1}};
  double sum = 0.0;
  for (int draw = 0; draw < 100'000; ++draw) {
    const double value = rng.uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    sum += value;
  }
  EXPECT_NEAR(sum / 1e5, 0.5, 5 * 0.288675 / std::sqrt(1e5));
}

TEST(Rng, normal_has_mean_zero_and_variance_one) {
  Rng rng{Seed{2}};
  double sum = 0.0;
  double squares = 0.0;
  for (int draw = 0; draw < 100'000; ++draw) {
    const double value = rng.normal();
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / 1e5, 0.0, 5 / std::sqrt(1e5));
  EXPECT_NEAR(squares / 1e5, 1.0, 5 * std::sqrt(2.0 / 1e5));
}

TEST(Rng, exponential_has_the_mean_it_was_asked_for) {
  Rng rng{Seed{3}};
  double sum = 0.0;
  for (int draw = 0; draw < 100'000; ++draw) sum += to_seconds(rng.exponential(200ms));
  EXPECT_NEAR(sum / 1e5, 0.2, 5 * 0.2 / std::sqrt(1e5));
}

TEST(Rng, below_stays_below_and_reaches_every_value) {
  Rng rng{Seed{4}};
  std::array<int, 3> seen{};
  for (int draw = 0; draw < 300; ++draw) ++seen.at(rng.below(3));
  for (const int count : seen) EXPECT_GT(count, 50);
}

}  // namespace
}  // namespace continuo
