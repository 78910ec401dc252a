#include "model/terms/tandem.hh"

#include <gtest/gtest.h>

#include <array>
#include <numeric>

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr double requests = 200'000;
constexpr PlayedCpu one_core{1.0, 1, 1, {}};

TandemSource source(double rate, double there, double service, double back) {
  return {.period = 1 / rate, .service = {.mean = service, .sd = 0.0}, .there = {0, there}, .back = {1, back}};
}

struct Means {
  double there = 0.0;
  double worker = 0.0;
  double back = 0.0;
};

Means means_of(const std::vector<TandemTimes>& times) {
  Means means;
  for (const TandemTimes& one : times) {
    means.there += one.there / static_cast<double>(times.size());
    means.worker += one.worker / static_cast<double>(times.size());
    means.back += one.back / static_cast<double>(times.size());
  }
  return means;
}

// M/D/1 (Pollaczek and Khinchine).
double waits(double rate, double time) { return rate * time * time / (2 * (1 - rate * time)); }

// Friedman 1965: where all times are constant, waits together are those for the slowest, wherever it is; and each queue's are those for the slowest up to
// there without those for the slowest before.
TEST(Tandem, makes_requests_wait_for_the_slowest_of_constant_times_only) {
  const auto in_order = means_of(play_tandem(std::array{source(20, 0.010, 0.020, 0.030)}, one_core, 1, requests).at(0));
  EXPECT_NEAR(in_order.there / waits(20, 0.010), 1.0, 0.03);
  EXPECT_NEAR(in_order.worker / (waits(20, 0.020) - waits(20, 0.010)), 1.0, 0.03);
  EXPECT_NEAR(in_order.back / (waits(20, 0.030) - waits(20, 0.020)), 1.0, 0.03);
  const auto slowest_first = means_of(play_tandem(std::array{source(20, 0.030, 0.020, 0.010)}, one_core, 1, requests).at(0));
  EXPECT_NEAR(slowest_first.there / waits(20, 0.030), 1.0, 0.03);
  EXPECT_NEAR(slowest_first.worker, 0.0, 1e-9);
  EXPECT_NEAR(slowest_first.back, 0.0, 1e-9);
}

TEST(Tandem, of_links_that_take_no_time_is_m_d_1) {
  const auto alone = means_of(play_tandem(std::array{source(25, 0.0, 0.020, 0.0)}, one_core, 1, requests).at(0));
  EXPECT_EQ(alone.there, 0.0);
  EXPECT_NEAR(alone.worker / waits(25, 0.020), 1.0, 0.03);
  EXPECT_EQ(alone.back, 0.0);
}

// Two streams that share a link wait there for each other: as one of both rates.
TEST(Tandem, lets_streams_of_one_link_wait_for_each_other) {
  TandemSource other = source(10, 0.030, 0.001, 0.0);
  other.group = 1;
  const auto times = play_tandem(std::array{source(10, 0.030, 0.001, 0.0), other}, one_core, 2, requests);
  for (const auto& group : times) EXPECT_NEAR(means_of(group).there / waits(20, 0.030), 1.0, 0.04);
}

TEST(Tandem, takes_departures_that_are_known_as_they_are) {
  TandemSource known = source(1, 0.0, 0.020, 0.0);
  // Every second three at once, far into the play: they wait 0, 20 and 40 ms for the worker.
  for (int second = 50; second < 150; ++second) known.left.insert(known.left.end(), 3, {.at = static_cast<double>(second), .taken = 0.005});
  const auto times = play_tandem(std::array{known}, one_core, 1, 150).at(0);
  ASSERT_EQ(times.size(), 300U);
  EXPECT_NEAR(means_of(times).worker, 0.020, 1e-9);
  EXPECT_NEAR(means_of(times).there, 0.005, 1e-12);
  EXPECT_NEAR(times.front().worker, 0.0, 1e-9) << "ascending by their sums";
  EXPECT_NEAR(times.back().worker, 0.040, 1e-9);
}

}  // namespace
}  // namespace continuo
