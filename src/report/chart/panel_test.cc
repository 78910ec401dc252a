// Bars are as high as their values, stacked or whole, and lines pass through theirs; what has no bounds is said, not drawn.
#include "report/chart/panel.hh"

#include <gmock/gmock.h>

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

std::string draw(const Panel& panel) { return draw_panels(std::vector{panel}, "test"); }

BarChart two_groups() {
  BarChart chart{.words = {"Latency [ms]", "seed 1"}, .up = "mean [ms]", .across = "endpoints", .unit = "ms",
                 .series = {{"model", "c-model", "M"}, {"simulate", "c-simulate", "S"}}, .parts = {}, .whiskers = "p5 to p95",
                 .boundless = "overloaded", .sections = {}};
  chart.sections = {{"", {{"one", {Bar{{100}}, Bar{{50}, 20, 90}}}, {"two", {Bar{{200}}, std::nullopt}}}}};
  return chart;
}

TEST(Bars, are_as_high_as_their_values) {
  // The axis goes from 0 to 250 (204 is the greatest with its room; steps of 50), and the plot has 320 units.
  const std::string svg = draw(two_groups());
  EXPECT_THAT(svg, HasSubstr("height=\"128.0\" rx=\"0.0\" class=\"c-model\""));    // 100 of 250
  EXPECT_THAT(svg, HasSubstr("height=\"64.0\" rx=\"0.0\" class=\"c-simulate\""));  // 50
  EXPECT_THAT(svg, HasSubstr("height=\"256.0\" rx=\"0.0\" class=\"c-model\""));    // 200
}

TEST(Bars, have_whiskers_from_their_low_to_their_high_end) {
  // 20 and 90 of 250 on 320 units above y = 416: 390.4 and 300.8.
  EXPECT_THAT(draw(two_groups()), AllOf(HasSubstr("y1=\"390.4\""), HasSubstr("y2=\"300.8\""), HasSubstr(">p5 to p95</text>")));
}

TEST(Bars, are_stacked_of_parts_and_told_apart_by_letters) {
  BarChart chart = two_groups();
  chart.parts = {"uplink", "service"};
  chart.sections = {{"cloud", {{"one", {Bar{{100, 100}}, Bar{{50, 25}}}}}}};
  const std::string svg = draw(chart);
  EXPECT_EQ(count(svg, "height=\"128.0\" rx=\"0.0\" class=\"c-part-"), 2U);
  EXPECT_THAT(svg, AllOf(HasSubstr(">M</text>"), HasSubstr(">S</text>"), HasSubstr(">service</text>"), HasSubstr(">cloud</text>")));
}

TEST(Bars, without_bounds_are_hatched_and_do_not_stretch_the_axis) {
  BarChart chart = two_groups();
  chart.sections[0].groups[1].bars[0] = Bar{.parts = {99999}, .boundless = true};
  const std::string svg = draw(chart);
  EXPECT_THAT(svg, AllOf(HasSubstr("class=\"c-hatch\""), HasSubstr(">overloaded</text>"), Not(HasSubstr("99999"))));
  EXPECT_THAT(draw(two_groups()), Not(HasSubstr("class=\"c-hatch\"")));
}

LineChart one_line() {
  return {.words = {"Latency [ms]", "seed 1"}, .across = "delay [ms]", .up = "mean [ms]", .up_scale = AxisScale::linear,
          .series = {"1 core"}, .kinds = {{"model", Stroke::dashed, Marking::none}, {"emulate", Stroke::none, Marking::ring}},
          .lines = {{0, 0, {{0, 50}, {50, 100}, {100, 200}}}}};
}

TEST(Lines, pass_through_their_points) {
  // Across: 0 to 108 (8 % room above) on 800 units from 72; up: 0 to 250 on 320 units from 416.
  EXPECT_THAT(draw(one_line()), HasSubstr("points=\"72.0,352.0 442.4,288.0 812.7,160.0 \" class=\"c-curve c-line-0 c-dashed\""));
}

TEST(Lines, break_where_a_value_has_no_bounds) {
  LineChart chart = one_line();
  chart.lines[0].points = {{0, 50}, {50, 100}, {.x = 75, .y = 1e9, .low = {}, .high = {}, .boundless = true, .hover = {}}, {100, 200}};
  const std::string svg = draw(chart);
  EXPECT_THAT(svg, AllOf(HasSubstr("points=\"72.0,352.0 442.4,288.0 \""), HasSubstr(">overloaded</text>")));
}

TEST(Lines, have_names_across_instead_of_numbers) {
  LineChart chart = one_line();
  chart.names = {"cloud", "edge", "mist"};
  chart.lines[0].points = {{0, 50}, {1, 100}, {2, 200}};
  const std::string svg = draw(chart);
  EXPECT_THAT(svg, AllOf(HasSubstr(">cloud</text>"), HasSubstr(">mist</text>")));
  EXPECT_THAT(svg, HasSubstr("472.0,288.0"));  // the second of three is in the middle
}

TEST(Lines, show_marks_where_the_kind_has_them) {
  LineChart chart = one_line();
  chart.lines.push_back({0, 1, {{.x = 50, .y = 90, .low = 80, .high = 95, .boundless = false, .hover = "edge <1>"}}});
  EXPECT_THAT(draw(chart), AllOf(HasSubstr("class=\"c-mark c-line-0\"><title>edge &lt;1&gt;</title>"), HasSubstr("class=\"c-curve c-line-0\"/>")));
}

TEST(Panels, stand_one_above_the_other) {
  const std::string svg = draw_panels(std::vector<Panel>{two_groups(), one_line()}, "both");
  EXPECT_THAT(svg, AllOf(HasSubstr("height=\"1000\""), HasSubstr("y=\"530.0\" text-anchor=\"start\" class=\"c-title\"")));
}

TEST(Panels, are_drawn_without_anything_in_them) {
  EXPECT_THAT(draw_panels({}, "none"), HasSubstr("</svg>"));
  EXPECT_THAT(draw(BarChart{}), HasSubstr("</svg>"));
  EXPECT_THAT(draw(LineChart{}), HasSubstr("</svg>"));
}

}  // namespace
}  // namespace continuo
