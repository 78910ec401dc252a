// The distribution of the delay, by its moments and by the greatest distance to the distribution asked for; and how it drifts.
#include "network/delay_process.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr Seed seed{7};
constexpr Instant at(Duration since_start) { return scenario_start + since_start; }

// Variance of the mean of n samples of a process with correlation r^|i-j|: sd^2 / n * (1 + r) / (1 - r) for large n.
TEST(DelayProcess, has_the_mean_and_deviation_asked_for) {
  constexpr Duration mean = 45ms;
  constexpr Duration jitter = 5ms;
  constexpr int samples = 200'000;
  constexpr Duration step = 20ms;
  DelayProcess process{{.delay = mean, .jitter = jitter}, seed};
  double sum = 0.0;
  double squares = 0.0;
  for (int index = 0; index < samples; ++index) {
    const double deviation = to_milliseconds(process.sample(at(index * step)) - mean);
    sum += deviation;
    squares += deviation * deviation;
  }
  const double r = std::exp(-to_seconds(step) / to_seconds(process.correlation_time()));
  const double mean_error = 5.0 / std::sqrt(samples) * std::sqrt((1 + r) / (1 - r));
  EXPECT_NEAR(sum / samples, 0.0, 5 * mean_error);
  // The squares of a Gaussian process have correlation r^2 and variance 2 sd^4.
  const double variance_error = std::sqrt(2.0) * 25.0 / std::sqrt(samples) * std::sqrt((1 + r * r) / (1 - r * r));
  EXPECT_NEAR(squares / samples, 25.0, 5 * variance_error);
}

TEST(DelayProcess, forgets_with_its_correlation_time) {
  constexpr int samples = 100'000;
  DelayProcess process{{.delay = 50ms, .jitter = 1ms}, seed};
  EXPECT_EQ(process.correlation_time(), 100ms);
  const Duration step = process.correlation_time();
  double previous = 0.0;
  double products = 0.0;
  for (int index = 0; index < samples; ++index) {
    const double deviation = to_milliseconds(process.sample(at(index * step)) - 50ms);
    products += index == 0 ? 0.0 : deviation * previous;
    previous = deviation;
  }
  EXPECT_NEAR(products / (samples - 1), std::exp(-1.0), 5 * 1.5 / std::sqrt(samples));
}

TEST(DelayProcess, clips_at_zero_and_says_by_how_much_that_lifts_the_mean) {
  // mean = sd: phi(1) - 1 * (1 - Phi(1)) = 0.24197 - 0.15866 = 0.08332.
  EXPECT_NEAR(to_milliseconds(DelayProcess::clipping_bias(10ms, 10ms)), 0.8332, 1e-3);
  EXPECT_EQ(DelayProcess::clipping_bias(10ms, 0ms), 0ms);
  EXPECT_LT(DelayProcess::clipping_bias(7500us, 2500us), 1us);
  DelayProcess process{{.delay = 1ms, .jitter = 10ms}, seed};
  for (int index = 0; index < 1000; ++index) {
    EXPECT_GE(process.sample(at(index * 10ms)), 0ms);
  }
}

using Distribution = std::function<double(double milliseconds)>;

double normal_distribution(double milliseconds) { return std::erfc((20.0 - milliseconds) / 4.0 / std::numbers::sqrt2) / 2.0; }

// Kolmogorov and Smirnov: of n independent samples the greatest distance stays below 1.628 / sqrt(n) in 99 % of all cases.
void expect_distribution(const LinkProperties& link, Duration step, const Distribution& distribution) {
  constexpr int samples = 20'000;
  DelayProcess process{link, seed};
  std::vector<double> delays;
  for (int index = 0; index < samples; ++index) delays.push_back(to_milliseconds(process.sample(at(index * step))));
  std::ranges::sort(delays);
  double distance = 0.0;
  for (int index = 0; index < samples; ++index) {
    const double expected = distribution(delays[static_cast<std::size_t>(index)]);
    distance = std::max({distance, std::abs(expected - static_cast<double>(index) / samples),
                         std::abs(expected - static_cast<double>(index + 1) / samples)});
  }
  EXPECT_LT(distance, 1.628 / std::sqrt(samples));
}

// Each packet on its own, and a drift that is looked at so seldom that samples are as good as independent.
void expect_distribution_both_ways(LinkProperties link, const Distribution& distribution) {
  expect_distribution(link, 10 * DelayProcess::correlation_time_of(link), distribution);
  link.reorder = true;
  expect_distribution(link, 1us, distribution);
}

TEST(DelayShape, normal_is_Gaussian) { expect_distribution_both_ways({.delay = 20ms, .jitter = 4ms}, normal_distribution); }

TEST(DelayShape, uniform_reaches_the_root_of_three_times_the_jitter_to_either_side) {
  const double reach = 4.0 * std::numbers::sqrt3;
  expect_distribution_both_ways({.delay = 20ms, .jitter = 4ms, .shape = DelayShape::uniform}, [reach](double milliseconds) {
    return std::clamp((milliseconds - (20.0 - reach)) / (2.0 * reach), 0.0, 1.0);
  });
}

// P(X > x) = (s / (x + s - least))^3, with s = 2 / sqrt(3) jitter and the least value at the mean - s / 2.
TEST(DelayShape, pareto_has_a_least_value_and_a_long_tail) {
  const double scale = 2.0 / std::numbers::sqrt3 * 4.0;
  expect_distribution_both_ways({.delay = 20ms, .jitter = 4ms, .shape = DelayShape::pareto}, [scale](double milliseconds) {
    const double beyond = milliseconds - (20.0 - scale / 2.0);
    return beyond <= 0.0 ? 0.0 : 1.0 - std::pow(scale / (scale + beyond), 3.0);
  });
}

TEST(DelayShape, table_is_that_of_the_file_with_the_delay_added) {
  // Half of 10 to 11 ms, half of 11 to 30 ms.
  const auto table = std::make_shared<const DelayTable>(std::vector<Duration>{10ms, 11ms, 30ms});
  const LinkProperties link{.delay = 5ms, .shape = DelayShape::table, .table = table};
  expect_distribution_both_ways(link, [](double milliseconds) {
    const double own = milliseconds - 5.0;
    return own < 11.0 ? std::max(0.0, (own - 10.0) / 2.0) : std::min(1.0, 0.5 + (own - 11.0) / 38.0);
  });
  EXPECT_EQ(link.mean_delay(), 20500us);
}

// Mean and standard deviation of 200 000 independent samples; the error of a deviation depends on the fourth moment, which a Pareto
// distribution of shape 3 does not have: only its mean is looked at.
TEST(DelayShape, has_the_mean_and_the_deviation_asked_for) {
  for (const DelayShape shape : {DelayShape::normal, DelayShape::uniform, DelayShape::pareto}) {
    DelayProcess process{{.delay = 20ms, .jitter = 4ms, .shape = shape, .reorder = true}, seed};
    constexpr int samples = 200'000;
    double sum = 0.0;
    double squares = 0.0;
    for (int index = 0; index < samples; ++index) {
      const double deviation = to_milliseconds(process.sample(at(index * 1us))) - 20.0;
      sum += deviation;
      squares += deviation * deviation;
    }
    EXPECT_NEAR(sum / samples, 0.0, 2.576 * 4.0 / std::sqrt(samples));
    if (shape != DelayShape::pareto) {
      EXPECT_NEAR(squares / samples, 16.0, 2.576 * 16.0 * std::sqrt(2.0 / samples));
    }
  }
}

TEST(DelayProcess, goes_on_from_where_it_was_when_the_link_changes) {
  DelayProcess process{{.delay = 20ms, .jitter = 4ms}, seed};
  const Duration before = process.sample(at(0ms));
  process.change({.delay = 50ms, .jitter = 8ms});
  EXPECT_NEAR(to_milliseconds(process.sample(at(0ms)) - 50ms), 2 * to_milliseconds(before - 20ms), 1e-5);
  process.change({.delay = 30ms});
  EXPECT_EQ(process.sample(at(1ms)), 30ms);
}

}  // namespace
}  // namespace continuo
