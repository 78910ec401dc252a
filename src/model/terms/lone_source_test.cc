// A source that sends at fixed intervals, and waits for itself where its service times vary past them.
#include <gtest/gtest.h>

#include <cmath>

#include "model/terms/lone_source.hh"
#include "units/rng.hh"

namespace continuo {
namespace {

struct Walked {
  double mean = 0.0;
  double probability = 0.0;
};

// Lindley: what is left of the last one's wait and service when the next one comes.
Walked walked(const LoneSource& source) {
  constexpr int requests = 4'000'000;
  Rng rng{Seed{7}};
  double wait = 0.0;
  double last_late = 0.0;
  double sum = 0.0;
  double waited = 0.0;
  for (int request = 0; request < requests; ++request) {
    const double service = source.service + source.sd * rng.normal() - (wait > 0.0 ? 0.0 : source.sooner);
    const double late = source.jitter > 0.0 ? source.jitter * rng.normal() : 0.0;
    wait = std::max(0.0, wait + service - source.interval - late + last_late);
    last_late = late;
    sum += wait;
    waited += wait > 0.0 ? 1.0 : 0.0;
  }
  return {sum / requests, waited / requests};
}

TEST(LoneSource, waits_for_nothing_where_times_do_not_vary) {
  EXPECT_FALSE(may_meet_itself({.interval = 0.026, .service = 0.025, .sd = 0.0}));
  EXPECT_EQ(lone_source_waiting({.interval = 0.026, .service = 0.025, .sd = 0.0}).mean, 0.0);
}

TEST(LoneSource, may_meet_itself_where_three_standard_deviations_reach_past_the_interval) {
  EXPECT_TRUE(may_meet_itself({.interval = 0.048, .service = 0.025, .sd = 0.008}));
  EXPECT_FALSE(may_meet_itself({.interval = 0.050, .service = 0.025, .sd = 0.008}));
}

TEST(LoneSource, waits_as_the_largest_of_a_gaussian_walk) {
  // Exact; the rest is the scatter of the walk that is played, at a load of 0.96 most.
  for (const double interval : {0.026, 0.028, 0.030, 0.033, 0.040}) {
    SCOPED_TRACE(interval);
    const LoneSource source{.interval = interval, .service = 0.025, .sd = 0.008};
    const Walked seen = walked(source);
    const Waiting wait = lone_source_waiting(source);
    EXPECT_NEAR(wait.mean, seen.mean, 0.02 * seen.mean);
    EXPECT_NEAR(wait.probability, seen.probability, 0.005);
  }
}

TEST(LoneSource, waits_the_same_by_the_series_and_by_the_sum) {
  const double at = 0.008 * 0.5;
  const Waiting series = lone_source_waiting({.interval = 0.025 + at * (1 - 1e-9), .service = 0.025, .sd = 0.008});
  const Waiting sum = lone_source_waiting({.interval = 0.025 + at * (1 + 1e-9), .service = 0.025, .sd = 0.008});
  EXPECT_NEAR(series.mean, sum.mean, 2e-5 * sum.mean);
  EXPECT_NEAR(series.probability, sum.probability, 2e-5);
}

TEST(LoneSource, waits_for_half_the_variance_over_the_drift_in_heavy_traffic) {
  // Kingman: sd^2 / (2 (T - s)), here 32 ms, less 0.5826 sd of a discrete walk (4.66 ms) and a bit.
  EXPECT_NEAR(lone_source_waiting({.interval = 0.026, .service = 0.025, .sd = 0.008}).mean, 0.032 - 0.00466 + 0.00025, 0.0001);
}

TEST(LoneSource, waits_longer_for_jitter_and_less_where_the_first_is_sooner) {
  for (const LoneSource& source : {LoneSource{.interval = 0.030, .service = 0.025, .sd = 0.008, .jitter = 0.003},
                                   LoneSource{.interval = 0.060, .service = 0.050, .sd = 0.016, .sooner = 0.0037}}) {
    const Walked seen = walked(source);
    const Waiting wait = lone_source_waiting(source);
    EXPECT_NEAR(wait.mean, seen.mean, 0.06 * seen.mean) << "to first order";
    EXPECT_NEAR(wait.probability, seen.probability, 0.02);
  }
}

}  // namespace
}  // namespace continuo
