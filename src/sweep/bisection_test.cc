// The search ends at the last value that holds, from either side.
#include "sweep/bisection.hh"

#include <gmock/gmock.h>

namespace continuo {
namespace {

const Interval whole_numbers{.least = 1, .greatest = 100, .whole = true};
const Interval milliseconds{.least = 1, .greatest = 1000, .unit = "ms", .spacing = Spacing::geometric};

std::function<Verdict(double)> up_to(double last) {
  return [last](double value) { return Verdict{value <= last, "too much"}; };
}

TEST(Limit, of_whole_numbers_is_exact) {
  const Limit limit = find_limit(whole_numbers, {}, up_to(37));
  EXPECT_EQ(limit.holds, 37.0);
  EXPECT_EQ(limit.fails, 38.0);
  EXPECT_EQ(limit.reason, "too much");
  EXPECT_LE(limit.evaluations, 2 + 7);  // both ends, then 99 halved seven times
}

TEST(Limit, of_a_duration_is_as_narrow_as_asked) {
  const Limit limit = find_limit(milliseconds, {.sought = Sought::largest, .precision = 0.01}, up_to(50));
  ASSERT_TRUE(limit.holds && limit.fails);
  EXPECT_LE(*limit.holds, 50.0);
  EXPECT_GT(*limit.fails, 50.0);
  EXPECT_LE(*limit.fails - *limit.holds, 0.01 * *limit.fails);
  EXPECT_LE(milliseconds.text(*limit.holds).size(), std::string{"49.876 ms"}.size());  // no more digits than it knows
}

TEST(Limit, may_be_the_smallest_that_holds) {
  const auto from_twelve = [](double value) { return Verdict{value >= 12, "too slow"}; };
  const Limit limit = find_limit(whole_numbers, {.sought = Sought::smallest}, from_twelve);
  EXPECT_EQ(limit.holds, 12.0);
  EXPECT_EQ(limit.fails, 11.0);
}

TEST(Limit, may_lie_outside_the_range) {
  const Limit all = find_limit(whole_numbers, {}, up_to(1000));
  EXPECT_EQ(all.holds, 100.0);
  EXPECT_FALSE(all.fails.has_value());
  const Limit none = find_limit(whole_numbers, {}, up_to(0));
  EXPECT_FALSE(none.holds.has_value());
  EXPECT_EQ(none.fails, 1.0);
  EXPECT_EQ(none.evaluations, 1);
}

TEST(Limit, gives_up_narrowing_after_so_many_evaluations) {
  const Limit limit = find_limit(milliseconds, {.sought = Sought::largest, .precision = 0.0, .evaluations_max = 20}, up_to(50));
  EXPECT_EQ(limit.evaluations, 20);
}

}  // namespace
}  // namespace continuo
