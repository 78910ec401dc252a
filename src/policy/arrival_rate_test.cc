#include "policy/arrival_rate.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

TEST(ArrivalRate, is_that_of_arrivals_at_a_constant_rate) {
  ArrivalRate arrivals;
  for (Duration now = 20ms; now <= 20s; now += 20ms) arrivals.note(now);
  // A sum of exp(-k / 50) over k = 0, 1, ...: 1 / (1 - exp(-0.02)) = 50.5 just after one has come.
  EXPECT_NEAR(arrivals.per_second(20s), 50.502, 0.001);
}

TEST(ArrivalRate, fades_when_nothing_comes) {
  ArrivalRate arrivals;
  for (int request = 0; request < 10; ++request) arrivals.note(5s);
  EXPECT_DOUBLE_EQ(arrivals.per_second(5s), 10.0);
  EXPECT_NEAR(arrivals.per_second(6s), 3.679, 0.001);  // 10 / e
  EXPECT_DOUBLE_EQ(ArrivalRate{}.per_second(5s), 0.0);
}

TEST(ArrivalRate, takes_a_clock_that_goes_back_for_one_that_stands) {
  ArrivalRate arrivals;
  arrivals.note(5s);
  EXPECT_DOUBLE_EQ(arrivals.per_second(4s), 1.0);
}

}  // namespace
}  // namespace continuo
