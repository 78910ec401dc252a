#include "scenario/delay_table.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

std::string wrong_with(std::string_view text) {
  const auto parsed = parse_delay_table(text);
  const auto* wrong = std::get_if<std::string>(&parsed);
  return wrong != nullptr ? *wrong : "it was accepted";
}

TEST(DelayTable, draws_between_its_delays_by_straight_lines) {
  const DelayTable table{{30ms, 10ms, 11ms}};
  EXPECT_EQ(table.quantile(0.0), 10ms);
  EXPECT_EQ(table.quantile(0.25), 10500us);
  EXPECT_EQ(table.quantile(0.5), 11ms);
  EXPECT_EQ(table.quantile(0.75), 20500us);
  EXPECT_EQ(table.quantile(1.0), 30ms);
}

TEST(DelayTable, has_the_mean_and_deviation_of_what_it_draws) {
  // Uniform from 0 to 12 ms: 6 ms, and 12 / sqrt(12) = 3.4641 ms.
  const DelayTable uniform{{0ms, 12ms}};
  EXPECT_EQ(uniform.mean(), 6ms);
  EXPECT_NEAR(to_milliseconds(uniform.sd()), 3.4641016, 1e-6);
  // Half uniform on [10, 11], half on [11, 30]: mean (10.5 + 20.5) / 2.
  EXPECT_EQ((DelayTable{{30ms, 10ms, 11ms}}.mean()), 15500us);
  const DelayTable constant{{7ms}};
  EXPECT_EQ(constant.mean(), 7ms);
  EXPECT_EQ(constant.sd(), 0ms);
  EXPECT_EQ(constant.quantile(0.3), 7ms);
}

TEST(DelayTable, is_read_from_lines_of_milliseconds) {
  const auto parsed = parse_delay_table("# ping\n1.5\n\n2\n");
  EXPECT_EQ(std::get<DelayTable>(parsed).quantile(0.0), 1500us);
  EXPECT_EQ(wrong_with(""), "the file has no line with a number");
  EXPECT_EQ(wrong_with("1\nx\n"), "line 2: \"x\" is not one number of milliseconds");
  EXPECT_EQ(wrong_with("1\n2 3\n"), "line 2: a line of several words is not one number of milliseconds");
  EXPECT_EQ(wrong_with("-1\n"), "line 1: -1 ms is out of range: write 0 to 60000");
  EXPECT_EQ(wrong_with("inf\n"), "line 1: inf ms is out of range: write 0 to 60000");
  EXPECT_EQ(wrong_with(std::string_view{"1\0\n", 3}), "this is not a text file");
}

}  // namespace
}  // namespace continuo
