// Traces of both forms as people have them, and what is said about those that are none.
#include "scenario/capacity_trace.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

CapacityTrace good(std::string_view text) {
  auto parsed = parse_capacity_trace(text);
  if (const auto* wrong = std::get_if<std::string>(&parsed)) throw std::runtime_error{*wrong};
  return std::get<CapacityTrace>(std::move(parsed));
}

std::string wrong_with(std::string_view text) {
  const auto parsed = parse_capacity_trace(text);
  const auto* wrong = std::get_if<std::string>(&parsed);
  return wrong != nullptr ? *wrong : "it was accepted";
}

TEST(CapacityTrace, reads_opportunities_of_mahimahi) {
  const CapacityTrace trace = good("# of a drive\n0\n5\n5\n\n10\r\n");
  EXPECT_EQ(std::get<Opportunities>(trace.form()).at, (std::vector<Duration>{0ms, 5ms, 5ms, 10ms}));
  EXPECT_EQ(trace.period(), 10ms);
  EXPECT_EQ(trace.mean().bits_per_second(), 4 * 1500 * 8 * 100);  // four opportunities every 10 ms
}

TEST(CapacityTrace, reads_rates_over_time) {
  const CapacityTrace trace = good("0 8\n1.5, 0  # a tunnel\n2 0.5");
  const auto& steps = std::get<RateSteps>(trace.form());
  ASSERT_EQ(steps.steps.size(), 3U);
  EXPECT_EQ(steps.steps[0].rate, 8_Mbps);
  EXPECT_EQ(steps.steps[1].from, 1500ms);
  EXPECT_FALSE(steps.steps[1].rate);
  EXPECT_EQ(steps.steps[2].rate, BitRate::bits_per_second(500'000));
  EXPECT_EQ(trace.period(), 3s);  // the others hold for 1 s in the mean, and so does the last
  EXPECT_EQ(trace.mean().bits_per_second(), (12'000'000 + 500'000) / 3 + 1);  // 12.5 Mbit in 3 s, to the nearest bit/s
}

TEST(CapacityTrace, may_have_a_mean_of_one_bit_a_second) {
  EXPECT_EQ(good("0 0.000002\n1 0\n").mean(), BitRate::bits_per_second(1));
}

TEST(CapacityTrace, a_single_rate_holds_for_a_second) {
  EXPECT_EQ(good("0 8").period(), 1s);
  EXPECT_EQ(good("0 8").mean(), 8_Mbps);
}

TEST(CapacityTrace, says_with_its_line_what_is_wrong) {
  EXPECT_EQ(wrong_with("1\n5\n\n3\n"), "line 4: 3 ms comes after 5 ms: times must not descend");
  EXPECT_EQ(wrong_with("1\n2.5\n"), "line 2: \"2.5\" is no whole number of milliseconds, as the lines before are");
  EXPECT_EQ(wrong_with("1\n2 3\n"), "line 2: a line of several words is no whole number of milliseconds, as the lines before are");
  EXPECT_EQ(wrong_with("1\n-2\n"), "line 2: -2 ms is out of range: write 0 to 3600000000");
  EXPECT_EQ(wrong_with("0 5\n1 -2\n"), "line 2: -2 Mbit/s is out of range: write 0, or 0.000001 to 1000000");
  EXPECT_EQ(wrong_with("0 5\n1 nan\n"), "line 2: nan Mbit/s is out of range: write 0, or 0.000001 to 1000000");
  EXPECT_EQ(wrong_with("0 5\n2 6\n2 7\n"), "line 3: 2 s does not come after 2 s: times must ascend");
  EXPECT_EQ(wrong_with("3 5\n"), "line 1: the trace begins at 3 s: its first line must be at 0 s");
  EXPECT_EQ(wrong_with("0 5\n1\n"), "line 2: this is not a line of two numbers, seconds and Mbit/s, as the lines before are");
}

TEST(CapacityTrace, refuses_what_carries_nothing_or_is_no_text) {
  EXPECT_EQ(wrong_with(""), "the file has no line with numbers");
  EXPECT_EQ(wrong_with("# nothing\n \n"), "the file has no line with numbers");
  EXPECT_EQ(wrong_with("0\n0\n"), "the last time is 0 ms, so that the trace takes no time: it must be above 0");
  EXPECT_EQ(wrong_with("0 0\n5 0\n"), "every rate is 0: a link that never carries anything is a partition");
  EXPECT_EQ(wrong_with("0 0.000001\n1 0\n"), "the mean of the rates is below 1 bit/s");
  EXPECT_EQ(wrong_with(std::string_view{"\x7f" "ELF\0\1", 6}), "this is not a text file");
  EXPECT_TRUE(wrong_with("hello world\n").starts_with("line 1: \"hello\" begins neither")) << wrong_with("hello world\n");
}

TEST(CapacityTrace, answers_a_hundred_megabytes_of_one_line_or_of_too_many) {
  EXPECT_TRUE(wrong_with(std::string(100'000'000, '7')).starts_with("line 1: \"7777"));
  std::string many;
  many.reserve(20'000'002);
  while (many.size() < 20'000'002) many += "1\n";
  EXPECT_EQ(wrong_with(many), "line 10000001: more than 10000000 lines");
  EXPECT_EQ(wrong_with(std::string((std::size_t{128} << 20) + 1, '1')), "the file is larger than 128 MiB");
}

}  // namespace
}  // namespace continuo
