// Ranges become the values that one would write by hand.
#include "sweep/range.hh"

#include <gmock/gmock.h>

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> values(const std::string& text) {
  auto parsed = parse_values(text);
  if (const auto* wrong = std::get_if<AskedWrongly>(&parsed)) return {"wrong: " + wrong->message};
  return std::get<std::vector<std::string>>(parsed);
}

TEST(Range, steps_from_end_to_end_without_the_noise_of_binary_fractions) {
  EXPECT_THAT(values("0.1..1:0.1"), ElementsAre("0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1"));
  EXPECT_THAT(values("0..10:4"), ElementsAre("0", "4", "8"));
}

TEST(Range, keeps_the_unit_of_its_first_end) {
  EXPECT_THAT(values("10 ms..30ms:10"), ElementsAre("10 ms", "20 ms", "30 ms"));
  EXPECT_THAT(values("500ms..1s:250ms"), ElementsAre("500 ms", "750 ms", "1000 ms"));
  EXPECT_THAT(values("10..30%:10"), ElementsAre("10 %", "20 %", "30 %"));
  EXPECT_THAT(values("256MiB..1GiB:256MiB"), ElementsAre("256 MiB", "512 MiB", "768 MiB", "1024 MiB"));
}

TEST(Range, spaces_times_and_rates_over_more_than_a_decade_geometrically) {
  // 1 to 1000 in 9 steps: each 1000^(1/9) = 2.1544 times the one before; three steps make 10.
  EXPECT_THAT(values("1ms..1s"), ElementsAre("1 ms", "2.154 ms", "4.642 ms", "10 ms", "21.54 ms", "46.42 ms", "100 ms",
                                             "215.4 ms", "464.2 ms", "1000 ms"));
  EXPECT_THAT(values("1..512 Hz"), ElementsAre("1 Hz", "2 Hz", "4 Hz", "8 Hz", "16 Hz", "32 Hz", "64 Hz", "128 Hz", "256 Hz",
                                               "512 Hz"));
  EXPECT_THAT(values("10ms..100ms"), ElementsAre("10 ms", "20 ms", "30 ms", "40 ms", "50 ms", "60 ms", "70 ms", "80 ms",
                                                 "90 ms", "100 ms"));
}

TEST(Range, of_whole_ends_without_a_unit_has_whole_values_and_none_twice) {
  EXPECT_THAT(values("1..4"), ElementsAre("1", "2", "3", "4"));
  EXPECT_THAT(values("1..100"), ElementsAre("1", "12", "23", "34", "45", "56", "67", "78", "89", "100"));
}

TEST(Range, takes_a_list_as_it_is_written) {
  EXPECT_THAT(values("auto, edge,cloud"), ElementsAre("auto", "edge", "cloud"));
  EXPECT_THAT(values("7.5 ms"), ElementsAre("7.5 ms"));
}

TEST(Range, says_what_is_wrong) {
  EXPECT_THAT(values("1s..20ms"), ElementsAre(HasSubstr("does not grow")));
  EXPECT_THAT(values("1ms..2MiB"), ElementsAre(HasSubstr("different kinds")));
  EXPECT_THAT(values("1..2 parsec"), ElementsAre(HasSubstr("\"parsec\" of 1..2 parsec is no unit")));
  EXPECT_THAT(values("a..b"), ElementsAre(HasSubstr("\"a\" of a..b is not a number")));
  EXPECT_THAT(values("1..2:0"), ElementsAre(HasSubstr("not above 0")));
  EXPECT_THAT(values("1..2:-1"), ElementsAre(HasSubstr("not above 0")));
  EXPECT_THAT(values("1..1000000:1"), ElementsAre(HasSubstr("more than 10000 values")));
  EXPECT_THAT(values("1,,2"), ElementsAre(HasSubstr("a value is missing")));
  EXPECT_THAT(values("1,1"), ElementsAre(HasSubstr("listed twice")));
  EXPECT_THAT(values("nan..inf"), ElementsAre(HasSubstr("is not a number")));
}

TEST(Range, writes_values_as_a_scenario_takes_them) {
  const Interval milliseconds{.least = 0, .greatest = 1, .unit = "ms"};
  EXPECT_EQ(milliseconds.text(0.00001), "0.00001 ms");
  EXPECT_EQ(milliseconds.text(1'000'000), "1000000 ms");
  EXPECT_EQ(milliseconds.text(0.1 + 0.2), "0.3 ms");
}

}  // namespace
}  // namespace continuo
