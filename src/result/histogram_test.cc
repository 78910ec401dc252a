// Percentiles by hand, the bound on their error over six decades, and merging.
#include "result/histogram.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "units/rng.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

TEST(Histogram, of_nothing_is_all_zero) {
  const Histogram empty;
  EXPECT_TRUE(empty.empty());
  EXPECT_EQ(empty.mean(), 0ns);
  EXPECT_EQ(empty.sd(), 0ns);
  EXPECT_EQ(empty.percentile(0.99), 0ns);
  EXPECT_EQ(empty.share_within(1s), 0.0);
  EXPECT_TRUE(empty.buckets().empty());
}

TEST(Histogram, gives_the_nearest_rank_of_small_values_exactly) {
  Histogram histogram;  // 1..100 ns: below 2048 ns every value has its own bucket
  for (int value = 100; value >= 1; --value) histogram.add(Duration{value});
  EXPECT_EQ(histogram.percentile(0.0), 1ns);
  EXPECT_EQ(histogram.percentile(0.07), 7ns);  // 0.07 * 100 > 7 in binary
  EXPECT_EQ(histogram.percentile(0.5), 50ns);
  EXPECT_EQ(histogram.percentile(0.501), 51ns);
  EXPECT_EQ(histogram.percentile(0.99), 99ns);
  EXPECT_EQ(histogram.percentile(1.0), 100ns);
  EXPECT_EQ(histogram.mean(), 51ns);  // 50.5, rounded to a nanosecond
  EXPECT_NEAR(histogram.summary().mean_ns, 50.5, 1e-9);
  EXPECT_NEAR(histogram.summary().sd_ns, std::sqrt((100.0 * 100.0 - 1) / 12), 1e-9);
}

TEST(Histogram, keeps_minimum_and_maximum_exactly) {
  Histogram histogram;
  histogram.add(123'456'789ns);
  histogram.add(1'987'654'321ns);
  EXPECT_EQ(histogram.min(), 123'456'789ns);
  EXPECT_EQ(histogram.max(), 1'987'654'321ns);
  EXPECT_EQ(histogram.percentile(1.0), 1'987'654'321ns);
}

TEST(Histogram, tells_what_was_added_since_a_former_copy) {
  Histogram histogram;
  histogram.add(5000ns, 7);
  const Histogram before = histogram;
  EXPECT_TRUE(histogram.since(before).empty());
  histogram.add(1ns, 3);
  histogram.add(10ns);
  const Histogram later = histogram.since(before);
  EXPECT_EQ(later.count(), 4U);
  EXPECT_EQ(later.percentile(0.75), 1ns);
  EXPECT_EQ(later.max(), 10ns);
  EXPECT_NEAR(later.summary().mean_ns, 13.0 / 4, 1e-9);
}

TEST(Histogram, never_errs_by_half_a_thousandth_in_a_percentile) {
  Rng rng{Seed{7}};
  for (int decade = 3; decade <= 12; ++decade) {
    Histogram histogram;
    std::vector<std::int64_t> values;
    for (int sample = 0; sample < 500; ++sample) {
      const auto value = static_cast<std::int64_t>(std::pow(10.0, decade - 1 + rng.uniform()));
      values.push_back(value);
      histogram.add(Duration{value});
    }
    std::sort(values.begin(), values.end());
    for (const double quantile : {0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.998}) {
      const auto rank = static_cast<std::size_t>(std::ceil(quantile * 500 - 1e-9));
      const double exact = static_cast<double>(values.at(rank - 1));
      const double given = static_cast<double>(histogram.percentile(quantile).count());
      EXPECT_LE(std::abs(given - exact) / exact, 0.0005) << "quantile " << quantile << " of about 1e" << decade << " ns";
    }
  }
}

TEST(Histogram, takes_what_is_out_of_range_as_the_end_of_the_range) {
  Histogram histogram;
  histogram.add(-5ms);
  histogram.add(100h);
  EXPECT_EQ(histogram.min(), 0ns);
  EXPECT_EQ(histogram.max(), 1h);
}

TEST(Histogram, merges_to_what_one_alone_would_hold) {
  Rng rng{Seed{11}};
  Histogram whole;
  Histogram left;
  Histogram right;
  for (int sample = 0; sample < 2000; ++sample) {
    const Duration value = rng.exponential(20ms);
    whole.add(value);
    (sample % 3 == 0 ? left : right).add(value);
  }
  left.merge(right);
  EXPECT_EQ(left.count(), whole.count());
  EXPECT_EQ(left.min(), whole.min());
  EXPECT_EQ(left.max(), whole.max());
  EXPECT_NEAR(left.summary().mean_ns, whole.summary().mean_ns, 1e-3);
  EXPECT_NEAR(left.summary().sd_ns, whole.summary().sd_ns, 1e-3);
  for (const double quantile : {0.5, 0.95, 0.99}) EXPECT_EQ(left.percentile(quantile), whole.percentile(quantile));
  Histogram empty;
  empty.merge(left);
  EXPECT_EQ(empty.percentile(0.95), whole.percentile(0.95));
}

TEST(Histogram, adding_many_times_equals_adding_often) {
  Histogram once;
  once.add(3ms, 3);
  once.add(9ms, 1);
  EXPECT_EQ(once.count(), 4U);
  EXPECT_EQ(once.mean(), 4500us);                              // (3 * 3 + 9) / 4
  EXPECT_NEAR(once.summary().sd_ns, std::sqrt(6.75) * 1e6, 1);  // (3 * 1.5^2 + 4.5^2) / 4 = 6.75 ms^2
}

TEST(Histogram, tells_the_share_within_a_bound) {
  Histogram histogram;
  for (int value = 1; value <= 10; ++value) histogram.add(value * 10ms);
  EXPECT_DOUBLE_EQ(histogram.share_within(9ms), 0.0);
  EXPECT_DOUBLE_EQ(histogram.share_within(10ms), 0.1);
  EXPECT_DOUBLE_EQ(histogram.share_within(75ms), 0.7);
  EXPECT_DOUBLE_EQ(histogram.share_within(100ms), 1.0);
}

TEST(Histogram, stays_within_its_memory) {
  Histogram histogram;
  histogram.add(1h);
  for (std::int64_t value = 1; value < 3'600'000'000'000; value += 1 + value / 3000) histogram.add(Duration{value});
  EXPECT_LE(histogram.buckets().size() * sizeof(std::uint64_t), 264U * 1024);
}

TEST(Histogram, comes_back_from_its_buckets_and_summary) {
  Rng rng{Seed{3}};
  Histogram histogram;
  for (int sample = 0; sample < 300; ++sample) histogram.add(5ms + rng.exponential(40ms));
  const Histogram again = Histogram::restore(histogram.summary(), histogram.buckets());
  EXPECT_EQ(again.count(), histogram.count());
  EXPECT_EQ(again.mean(), histogram.mean());
  EXPECT_EQ(again.sd(), histogram.sd());
  EXPECT_EQ(again.min(), histogram.min());
  EXPECT_EQ(again.max(), histogram.max());
  for (const double quantile : {0.5, 0.9, 0.999}) EXPECT_EQ(again.percentile(quantile), histogram.percentile(quantile));
}

}  // namespace
}  // namespace continuo
