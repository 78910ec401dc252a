// The heat map shows the figure, who serves, and where it is not feasible.
#include "sweep/heat_map.hh"

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

SweepRow row(double p95, const std::string& tier, bool feasible) {
  SweepRow result;
  result.values = {"", ""};
  result.feasible = feasible;
  result.bottleneck = "edge-1 cpu";
  result.bottleneck_load = feasible ? 0.5 : 1.5;
  ServiceRow service;
  service.p95_ms = p95;
  service.tier = tier;
  result.services = {service};
  return result;
}

class HeatMapOfFour : public ::testing::Test {
 protected:
  std::string draw(const std::vector<std::optional<SweepRow>>& rows, SweepFigure figure = SweepFigure::p95) {
    const HeatMap map{.scenario = "two-tier", .axes = axes_, .tiers = {"cloud", "edge"}, .service = 0, .figure = figure};
    return draw_heat_map(map, head_, rows);
  }
  std::vector<Axis> axes_ = std::get<std::vector<Axis>>(
      parse_axes(std::vector<std::string>{"tiers.edge.quota=0.5,1", "workload[0].every=1s,2s"}));
  SweepHead head_{.parameters = {"tiers.edge.quota", "workload[0].every"}, .scenario = "0", .fidelity = Fidelity::model,
                  .seed = Seed{1}, .services = {"burn"}};
};

TEST_F(HeatMapOfFour, marks_the_tiers_and_the_border_between_them) {
  const std::string svg = draw({row(10, "cloud", true), row(12, "cloud", true), row(20, "edge", true), row(18, "edge", true)});
  EXPECT_THAT(svg, AllOf(HasSubstr(">cloud</text>"), HasSubstr(">edge</text>"), HasSubstr("95th percentile of latency of burn [ms]")));
  EXPECT_EQ(count(svg, "class=\"c-border\""), 2U);  // each row of cells is cut once
  EXPECT_THAT(svg, Not(HasSubstr("not feasible")));
}

TEST_F(HeatMapOfFour, hatches_what_is_not_feasible_and_keeps_its_latency_out_of_the_scale) {
  const std::string svg = draw({row(10, "cloud", true), row(12, "cloud", true), row(99999, "edge", false), row(18, "edge", true)});
  EXPECT_EQ(count(svg, "class=\"c-hatch\""), 2U);  // the cell and the legend
  EXPECT_THAT(svg, AllOf(HasSubstr(">not feasible</text>"), Not(HasSubstr(", logarithmic"))));
  EXPECT_THAT(svg, HasSubstr("tiers.edge.quota = 1, workload[0].every = 1s: not feasible, bottleneck edge-1 cpu at 150 %"));
}

TEST_F(HeatMapOfFour, is_drawn_without_points_with_errors_and_with_nothing_known) {
  SweepRow wrong = row(0, "", false);
  wrong.error = "quota <is> out of range";
  const std::string svg = draw({std::nullopt, wrong, std::nullopt, std::nullopt});
  EXPECT_THAT(svg, AllOf(HasSubstr("not a valid scenario"), HasSubstr("not known"), HasSubstr("quota &lt;is&gt; out of range")));
}

TEST_F(HeatMapOfFour, draws_the_load_of_infeasible_points_too) {
  const std::string svg = draw({row(10, "cloud", true), row(12, "cloud", true), row(20, "edge", false), row(18, "edge", true)},
                               SweepFigure::load);
  EXPECT_THAT(svg, HasSubstr("Load of the bottleneck [%]"));
  EXPECT_THAT(svg, HasSubstr("class=\"c-cell c-9\""));  // 150 % is the greatest
}

}  // namespace
}  // namespace continuo
