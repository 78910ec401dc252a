// A Comparison as text, JSON and drawing: what people and programs look for is there.
#include "report/comparison_report.hh"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "result/test_support/sample_evaluation.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Evaluation one_service(const std::string& scenario, Fidelity fidelity, Duration latency) {
  Evaluation evaluation;
  evaluation.scenario = scenario;
  evaluation.fidelity = fidelity;
  evaluation.duration = 10s;
  evaluation.bottleneck = "edge-1 cpu";
  evaluation.bottleneck_load = 0.5;
  ServiceResult service;
  service.name = "burn";
  service.completed = 10;
  service.latency.add(latency, 10);
  evaluation.services = {service};
  return evaluation;
}

Comparison four_scenarios() {
  std::vector<EvaluationSource> sources;
  for (const auto& [name, predicted, measured] :
       {std::tuple{"one", 11ms, 10ms}, {"two", 30ms, 20ms}, {"three", 30ms, 40ms}, {"four", 404ms, 400ms}}) {
    sources.push_back({"runs.json", one_service(name, Fidelity::model, predicted)});
    sources.push_back({"runs.json", one_service(name, Fidelity::emulate, measured)});
  }
  return compare(sources, {});
}

TEST(ComparisonReport, says_errors_and_the_worst_points_in_words) {
  const std::string text = render_comparison_text(four_scenarios(), LatencyFigure::p95, {});
  EXPECT_THAT(text, AllOf(HasSubstr("+10.0 %"), HasSubstr("+50.0 %"), HasSubstr("-25.0 %"), HasSubstr("+1.0 %")));
  EXPECT_THAT(text, HasSubstr("same: edge-1 cpu"));
  EXPECT_THAT(text, HasSubstr("furthest off at p95: two / burn, model: +50.0 % (30.0 ms, measured 20.0 ms)"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b[")));
}

TEST(ComparisonReport, says_how_far_off_the_energy_of_a_request_is) {
  EvaluationSource predicted{"x", one_service("one", Fidelity::model, 10ms)};
  EvaluationSource measured{"x", one_service("one", Fidelity::emulate, 10ms)};
  predicted.evaluation.energy = EnergyUse{};
  predicted.evaluation.energy->services = {{"burn", 10, Energy::joules(12), Energy::joules(0)}};
  measured.evaluation.energy = EnergyUse{};
  measured.evaluation.energy->services = {{"burn", 10, Energy::joules(10), Energy::joules(0)}};
  const Comparison comparison = compare(std::vector{predicted, measured}, {});
  EXPECT_THAT(render_comparison_text(comparison, LatencyFigure::mean, {}), HasSubstr("+20.0 %"));
  EXPECT_NEAR(boost::json::parse(render_comparison_json(comparison, LatencyFigure::mean)).at("mape_energy").as_double(), 0.2, 1e-9);
}

TEST(ComparisonReport, writes_figures_that_programs_read) {
  const auto document = boost::json::parse(render_comparison_json(four_scenarios(), LatencyFigure::mean));
  EXPECT_EQ(document.at("schema").as_string(), "continuo.comparison/1");
  EXPECT_NEAR(document.at("mape_mean").as_double(), 0.215, 1e-3);  // (10 + 50 + 25 + 1) / 4 = 21.5 %
  EXPECT_EQ(document.at("right_bottlenecks").to_number<double>(), 1.0);
  EXPECT_EQ(document.at("worst").at(0).at("scenario").as_string(), "two");
  EXPECT_EQ(document.at("pairs").as_array().size(), 4U);
  EXPECT_NEAR(document.at("by_fidelity").at("model").at("mape_p95").as_double(), 0.215, 1e-3);
}

TEST(ComparisonReport, draws_a_point_for_each_and_names_the_worst_three) {
  const std::string svg = render_comparison_svg(four_scenarios(), LatencyFigure::p95);
  EXPECT_THAT(svg, AllOf(HasSubstr("two / burn, model"), HasSubstr("three / burn, model"), HasSubstr("one / burn, model")));
  EXPECT_THAT(svg, Not(HasSubstr(">four / burn, model</text>")));  // only while the pointer is over it
  EXPECT_THAT(svg, HasSubstr("measured p95 [ms], logarithmic"));  // 10 ms to 404 ms
}

TEST(ComparisonReport, draws_even_if_nothing_can_be_compared) {
  const Comparison nothing = compare({}, {});
  EXPECT_THAT(render_comparison_svg(nothing, LatencyFigure::mean), HasSubstr("0 points"));
  EXPECT_THAT(render_comparison_html(nothing, LatencyFigure::mean), HasSubstr("</html>"));
  EXPECT_THAT(render_comparison_json(nothing, LatencyFigure::mean), HasSubstr("\"mape_mean\": null"));
}

TEST(ComparisonReport, escapes_names_in_pages) {
  const std::vector<EvaluationSource> sources{{"x", one_service("<b>", Fidelity::model, 30ms)},
                                              {"x", one_service("<b>", Fidelity::emulate, 20ms)}};
  EXPECT_THAT(render_comparison_html(compare(sources, {}), LatencyFigure::p95), Not(HasSubstr("<b>")));
}

}  // namespace
}  // namespace continuo
