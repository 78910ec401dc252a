// A picture has every fidelity that there are values of, the published ones, and says of what it is.
#include "sweep/figure/draw_figure.hh"

#include <gmock/gmock.h>

namespace continuo {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class DrawnFigure : public ::testing::Test {
 protected:
  void add(const std::string& x, const std::string& series, Fidelity fidelity, double mean, bool feasible = true) {
    FigureRow row{.key = {x, series, fidelity}, .scenario = "0", .seed = Seed{7}, .duration_s = 30};
    row.feasible = feasible;
    row.bottleneck = "edge-1 cpu";
    row.bottleneck_load = feasible ? 0.5 : 1.5;
    row.mean_ms = mean;
    row.stages_ms = {0, mean / 2, 0, mean / 2, 0};
    values_[row.key] = row;
  }
  Figure figure_{.title = "Scaling", .base = {}, .x = {"endpoints", {{"1"}, {"2"}}}, .series = {"tier", {{"cloud"}, {"edge"}}}};
  FigureValues values_;
};

TEST_F(DrawnFigure, says_unit_fidelities_durations_and_seed) {
  add("1", "cloud", Fidelity::model, 100);
  add("1", "cloud", Fidelity::emulate, 110);
  const std::string svg = draw_figure(figure_, values_);
  EXPECT_THAT(svg, HasSubstr(">Scaling: mean latency [ms]</text>"));
  EXPECT_THAT(svg, HasSubstr(">at model (30 s), emulate (30 s), seed 7</text>"));
  EXPECT_THAT(svg, AllOf(HasSubstr("cloud, 1, emulate: 110 ms; bottleneck edge-1 cpu at 50 %"), Not(HasSubstr(">simulate</text>"))));
}

TEST_F(DrawnFigure, says_how_many_emulations_are_invalid) {
  add("1", "cloud", Fidelity::emulate, 100);
  add("2", "cloud", Fidelity::emulate, 110);
  values_.begin()->second.valid = false;
  EXPECT_THAT(draw_figure(figure_, values_), HasSubstr(">at emulate (30 s; 1 invalid), seed 7</text>"));
}

TEST_F(DrawnFigure, has_a_panel_for_each_value_shown) {
  figure_.show = {FigureValue::stages, FigureValue::load};
  add("1", "cloud", Fidelity::model, 100);
  const std::string svg = draw_figure(figure_, values_);
  EXPECT_THAT(svg, AllOf(HasSubstr("Scaling: mean latency by stage [ms]"), HasSubstr("Scaling: load of the bottleneck [%]")));
  EXPECT_THAT(svg, AllOf(HasSubstr(">uplink</text>"), HasSubstr(">service</text>")));
}

TEST_F(DrawnFigure, hatches_what_is_overloaded) {
  add("1", "cloud", Fidelity::model, 100);
  add("2", "cloud", Fidelity::model, 12345, false);
  const std::string svg = draw_figure(figure_, values_);
  EXPECT_THAT(svg, AllOf(HasSubstr("class=\"c-hatch\""), Not(HasSubstr("12345")), HasSubstr("bottleneck edge-1 cpu at 150 %")));
}

TEST_F(DrawnFigure, labels_published_values_as_such) {
  figure_.published = {{"1", "cloud", FigureValue::mean, 191.23, 24.44}};
  figure_.published_by = "somebody";
  add("1", "cloud", Fidelity::model, 100);
  EXPECT_THAT(draw_figure(figure_, values_), AllOf(HasSubstr("published: 191 ms"), HasSubstr("published: somebody"), HasSubstr("class=\"c-published\"")));
  figure_.kind = FigureKind::lines;
  EXPECT_THAT(draw_figure(figure_, values_), AllOf(HasSubstr("published: 191 ms"), HasSubstr("class=\"c-published\"")));
}

TEST_F(DrawnFigure, draws_lines_over_numbers) {
  figure_.kind = FigureKind::lines;
  figure_.x.points = {{"0 ms"}, {"50 ms"}, {"100 ms"}};
  add("0 ms", "cloud", Fidelity::simulate, 50);
  add("50 ms", "cloud", Fidelity::simulate, 100);
  add("100 ms", "cloud", Fidelity::simulate, 150);
  // 0 to 108 across 800 units: 50 is at 72 + 370.4.
  EXPECT_THAT(draw_figure(figure_, values_), HasSubstr("442.4,"));
}

TEST_F(DrawnFigure, marks_stand_on_the_map_between_its_cells) {
  figure_ = {.title = "Map", .kind = FigureKind::heat_map, .show = {FigureValue::load}, .base = {}, .x = {"capacity", {{"1"}, {"2"}}},
             .series = {"demand", {{"1"}, {"2"}}}, .marks = {{.point = {"A"}, .x = 1.5, .y = 1}}};
  for (const char* x : {"1", "2"}) {
    for (const char* y : {"1", "2"}) add(x, y, Fidelity::model, 10);
  }
  add("", "A", Fidelity::simulate, 10);
  const std::string svg = draw_figure(figure_, values_);
  // Two columns on 620 units from 70, two rows on 480 up from 580: between the columns, in the middle of the lower row.
  EXPECT_THAT(svg, HasSubstr("<circle cx=\"380.0\" cy=\"460.0\" r=\"8.0\" class=\"c-spot\"/>"));
  EXPECT_THAT(svg, AllOf(HasSubstr(">simulate: 50.0 %</text>"), HasSubstr("Map, at model, seed 7")));
}

TEST_F(DrawnFigure, is_drawn_without_any_value) {
  for (const FigureKind kind : {FigureKind::bars, FigureKind::lines, FigureKind::heat_map}) {
    figure_.kind = kind;
    EXPECT_THAT(draw_figure(figure_, {}), HasSubstr("</svg>"));
  }
}

}  // namespace
}  // namespace continuo
