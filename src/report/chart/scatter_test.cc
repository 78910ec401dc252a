// A scatter plot has its points where their values say, a diagonal with its band, and the worst points in a list.
#include "report/chart/scatter.hh"

#include <gmock/gmock.h>

#include <limits>

namespace continuo {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t found = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

Scatter four_points() {
  return {.words = {"Latency [ms]", "4 points, seed 1"}, .across = "measured [ms]", .up = "predicted [ms]", .unit = "ms",
          .series = {{"model", fidelity_style(Fidelity::model), {"MAPE 20 %"}}, {"simulate", fidelity_style(Fidelity::simulate)}},
          .points = {{100, 104, 0, "small"}, {100, 130, 0, "far"}, {50, 40, 1, "low"}, {80, 80, 1, "right <on> it"}}};
}

TEST(Scatter, places_points_by_their_values) {
  Scatter scatter = four_points();
  scatter.points = {{0.0, 0.0, 0, "origin"}, {100.0, 50.0, 0, "half"}};
  // The axes: 8 % of the span is added above, and nothing below 0, so 108 is the end of 560 units, and 50 is at 259.3.
  const std::string svg = draw_scatter(scatter);
  EXPECT_THAT(svg, HasSubstr("<circle cx=\"84.0\" cy=\"662.0\" r=\"5.5\" class=\"c-model\">"));
  EXPECT_THAT(svg, HasSubstr("<circle cx=\"602.5\" cy=\"402.7\" r=\"5.5\" class=\"c-model\">"));
}

TEST(Scatter, names_so_many_of_the_worst_with_their_errors) {
  Scatter scatter = four_points();
  scatter.named = 2;
  const std::string svg = draw_scatter(scatter);
  EXPECT_THAT(svg, AllOf(HasSubstr(">far</text>"), HasSubstr("+30.0 %: 130 against 100 ms"), HasSubstr(">low</text>"),
                         HasSubstr("-20.0 %: 40.0 against 50.0 ms"), Not(HasSubstr(">small</text>"))));
  EXPECT_EQ(count(svg, "class=\"c-ring\""), 2U);
}

TEST(Scatter, has_a_diagonal_and_a_band_of_the_share_asked_for) {
  Scatter scatter = four_points();
  scatter.band = 0.05;
  EXPECT_THAT(draw_scatter(scatter), AllOf(HasSubstr(">5 % off</text>"), HasSubstr("class=\"c-diagonal\"")));
  scatter.band = std::nullopt;
  EXPECT_THAT(draw_scatter(scatter), AllOf(Not(HasSubstr("class=\"c-diagonal\"")), Not(HasSubstr("furthest off"))));
}

TEST(Scatter, says_where_it_is_logarithmic) {
  Scatter scatter = four_points();
  EXPECT_THAT(draw_scatter(scatter), Not(HasSubstr("logarithmic")));  // 40 to 130: within a decade
  scatter.scale = AxisScale::logarithmic;
  EXPECT_THAT(draw_scatter(scatter), AllOf(HasSubstr("measured [ms], logarithmic"), HasSubstr("predicted [ms], logarithmic")));
}

TEST(Scatter, leaves_out_what_is_not_finite_and_draws_nothing_at_all) {
  Scatter scatter = four_points();
  scatter.points = {{std::numeric_limits<double>::quiet_NaN(), 1, 0, "nan"}, {1, std::numeric_limits<double>::infinity(), 0, "inf"}};
  const std::string svg = draw_scatter(scatter);
  EXPECT_EQ(count(svg, "r=\"5.5\""), 0U);
  EXPECT_THAT(svg, AllOf(Not(HasSubstr("nan\"")), Not(HasSubstr("inf\"")), HasSubstr("</svg>")));
}

TEST(Scatter, keeps_digits_of_points_in_one_place_apart) {
  Scatter scatter = four_points();
  scatter.points = {{100, 150, 0, "a"}, {100, 150, 0, "b"}, {100, 150, 0, "c"}, {10, 10, 0, "d"}};
  const std::string svg = draw_scatter(scatter);
  std::vector<std::string> places;
  for (const char* digit : {">1</text>", ">2</text>", ">3</text>"}) {
    const auto end = svg.find(digit);
    places.push_back(svg.substr(svg.rfind("<text", end), 32));
  }
  EXPECT_NE(places[0], places[1]);
  EXPECT_NE(places[1], places[2]);
  EXPECT_NE(places[0], places[2]);
}

TEST(Scatter, escapes_its_words_and_carries_the_title) {
  const std::string svg = draw_scatter(four_points());
  EXPECT_THAT(svg, AllOf(HasSubstr("right &lt;on&gt; it"), HasSubstr(">Latency [ms]</text>"), HasSubstr("seed 1"),
                         HasSubstr("MAPE 20 %")));
}

}  // namespace
}  // namespace continuo
