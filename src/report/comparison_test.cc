// Predictions are paired with the right measurements, and errors are what one works out by hand.
#include "report/comparison.hh"

#include <gmock/gmock.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr double within = 1e-3;  // percentiles are read from buckets of 0.05 %

// Twenty requests: nineteen of `usual`, one of `slow`. Mean (19 usual + slow) / 20, p50 and p95 usual, p99 slow.
ServiceResult service(const std::string& name, Duration usual, Duration slow) {
  ServiceResult result;
  result.name = name;
  result.generated = 20;
  result.completed = 20;
  result.latency.add(usual, 19);
  result.latency.add(slow);
  return result;
}

Evaluation evaluation(const std::string& scenario, Fidelity fidelity, Duration usual, Duration slow) {
  Evaluation result;
  result.scenario = scenario;
  result.fidelity = fidelity;
  result.duration = 10s;
  result.services = {service("burn", usual, slow)};
  result.resources = {{.name = "edge-1 cpu", .kind = ResourceKind::cpu, .utilisation = 0.5, .offered_load = 0.5},
                      {.name = "edge-2 cpu", .kind = ResourceKind::cpu, .utilisation = 0.4, .offered_load = 0.4}};
  result.bottleneck = "edge-1 cpu";
  result.bottleneck_load = 0.5;
  return result;
}

TEST(Comparison, gives_the_error_of_each_figure_against_the_finest_fidelity) {
  Evaluation model = evaluation("a", Fidelity::model, 80ms, 480ms);      // mean (19 * 80 + 480) / 20 = 100 ms
  Evaluation run = evaluation("a", Fidelity::emulate, 100ms, 600ms);     // mean (19 * 100 + 600) / 20 = 125 ms
  model.services[0].completed = 18;                                      // 1.8 a second, not 2
  model.resources[0].offered_load = 0.6;                                 // 0.6 / 0.5 = 1.2
  model.energy = EnergyUse{};  // 27 / 18 = 1.5 J a request, and 36 / 18 = 2 J
  model.energy->services = {{"burn", 18, Energy::joules(20), Energy::joules(7)}};
  run.energy = model.energy;
  run.energy->services[0].links = Energy::joules(16);
  const Comparison comparison = compare(std::vector<EvaluationSource>{{"x.json", model}, {"x.json", run}}, {});
  ASSERT_THAT(comparison.pairs, SizeIs(1));
  const ComparedEvaluation& pair = comparison.pairs[0];
  EXPECT_EQ(pair.predicted_at, Fidelity::model);
  EXPECT_EQ(pair.measured_at, Fidelity::emulate);
  ASSERT_THAT(pair.services, SizeIs(1));
  const ComparedService& burn = pair.services[0];
  EXPECT_NEAR(burn.latency_ms.at(LatencyFigure::mean).error.value(), -0.20, within);
  EXPECT_NEAR(burn.latency_ms.at(LatencyFigure::p50).error.value(), -0.20, within);
  EXPECT_NEAR(burn.latency_ms.at(LatencyFigure::p95).error.value(), -0.20, within);
  EXPECT_NEAR(burn.latency_ms.at(LatencyFigure::p99).measured.value(), 600.0, 0.5);
  EXPECT_NEAR(burn.throughput.error.value(), -0.10, 1e-9);
  EXPECT_NEAR(burn.energy_j.error.value(), -0.25, 1e-9);
  EXPECT_NEAR(comparison.all.mape_energy.value(), 0.25, 1e-9);
  EXPECT_NEAR(pair.bottleneck_load.error.value(), 0.20, 1e-9);
  EXPECT_TRUE(pair.bottleneck_right);
}

TEST(Comparison, averages_the_sizes_of_errors_over_services_and_bottlenecks_over_evaluations) {
  const std::vector<EvaluationSource> sources{{"a.json", evaluation("a", Fidelity::model, 110ms, 110ms)},
                                              {"a.json", evaluation("a", Fidelity::emulate, 100ms, 100ms)},
                                              {"b.json", evaluation("b", Fidelity::model, 70ms, 70ms)},
                                              {"b.json", evaluation("b", Fidelity::emulate, 100ms, 100ms)}};
  auto changed = sources;
  changed[2].evaluation.bottleneck = "cloud-1 cpu";
  changed[2].evaluation.feasible = false;
  const Comparison comparison = compare(changed, {});
  EXPECT_NEAR(comparison.all.mape_mean.value(), 0.20, within);  // (10 % + 30 %) / 2
  EXPECT_NEAR(comparison.all.mape_p95.value(), 0.20, within);
  EXPECT_DOUBLE_EQ(comparison.all.right_bottlenecks.value(), 0.5);
  EXPECT_DOUBLE_EQ(comparison.all.right_feasible.value(), 0.5);
  const auto worst = worst_points(comparison, LatencyFigure::mean, 3);
  ASSERT_THAT(worst, SizeIs(2));
  EXPECT_EQ(name_of(comparison, worst[0]), "b / burn, model");
}

TEST(Comparison, keeps_the_fidelities_of_predictions_apart) {
  const std::vector<EvaluationSource> sources{{"a.json", evaluation("a", Fidelity::model, 140ms, 140ms)},
                                              {"a.json", evaluation("a", Fidelity::simulate, 102ms, 102ms)},
                                              {"a.json", evaluation("a", Fidelity::emulate, 100ms, 100ms)}};
  const Comparison comparison = compare(sources, {});
  EXPECT_NEAR(comparison.by_fidelity.at(Fidelity::model).mape_mean.value(), 0.40, within);
  EXPECT_NEAR(comparison.by_fidelity.at(Fidelity::simulate).mape_mean.value(), 0.02, within);
  EXPECT_NEAR(comparison.all.mape_mean.value(), 0.21, within);
  const Comparison against_simulation = compare(sources, {.reference = Fidelity::simulate});
  EXPECT_THAT(against_simulation.pairs, SizeIs(2));
}

TEST(Comparison, prefers_the_reference_of_the_same_file_then_of_the_same_seed) {
  std::vector<EvaluationSource> sources{{"1.json", evaluation("a", Fidelity::emulate, 100ms, 100ms)},
                                        {"2.json", evaluation("a", Fidelity::emulate, 200ms, 200ms)},
                                        {"2.json", evaluation("a", Fidelity::model, 200ms, 200ms)},
                                        {"3.json", evaluation("a", Fidelity::model, 300ms, 300ms)}};
  sources[1].evaluation.seed = Seed{2};
  sources[3].evaluation.seed = Seed{2};
  const Comparison comparison = compare(sources, {});
  ASSERT_THAT(comparison.pairs, SizeIs(2));
  EXPECT_EQ(comparison.pairs[0].measured_file, "2.json");
  EXPECT_EQ(comparison.pairs[1].measured_file, "2.json");
}

TEST(Comparison, compares_two_runs_at_one_fidelity_with_the_first) {
  const std::vector<EvaluationSource> sources{{"old.json", evaluation("a", Fidelity::model, 100ms, 100ms)},
                                              {"new.json", evaluation("a", Fidelity::model, 150ms, 150ms)}};
  const Comparison comparison = compare(sources, {});
  ASSERT_THAT(comparison.pairs, SizeIs(1));
  EXPECT_EQ(comparison.pairs[0].measured_file, "old.json");
  EXPECT_NEAR(comparison.all.mape_mean.value(), 0.50, within);
}

TEST(Comparison, counts_a_bottleneck_on_another_node_of_the_tier_as_right) {
  Evaluation model = evaluation("a", Fidelity::model, 100ms, 100ms);
  model.bottleneck = "edge-2 cpu";
  model.resources.erase(model.resources.begin());  // only edge-2 is told, at 0.4: 0.4 / 0.5 = 0.8
  const Evaluation run = evaluation("a", Fidelity::emulate, 100ms, 100ms);
  const Comparison comparison = compare(std::vector<EvaluationSource>{{"x", model}, {"x", run}}, {});
  EXPECT_TRUE(comparison.pairs.at(0).bottleneck_right);
  EXPECT_NEAR(comparison.pairs[0].bottleneck_load.error.value(), -0.2, 1e-9);
  model.bottleneck = "edge-gpu cpu";
  EXPECT_FALSE(compare(std::vector<EvaluationSource>{{"x", model}, {"x", run}}, {}).pairs.at(0).bottleneck_right);
}

TEST(Comparison, lets_an_invalid_run_count_only_if_asked) {
  Evaluation run = evaluation("a", Fidelity::emulate, 100ms, 100ms);
  run.valid = false;
  run.invalid_because = {"delay endpoint to edge"};
  const std::vector<EvaluationSource> sources{{"x", evaluation("a", Fidelity::model, 150ms, 150ms)}, {"x", run}};
  const Comparison comparison = compare(sources, {});
  EXPECT_EQ(comparison.pairs.at(0).left_out, "the reference is invalid: delay endpoint to edge");
  EXPECT_FALSE(comparison.all.mape_mean.has_value());
  EXPECT_THAT(worst_points(comparison, LatencyFigure::p95, 3), IsEmpty());
  EXPECT_NEAR(compare(sources, {.with_invalid = true}).all.mape_mean.value(), 0.5, within);
}

TEST(Comparison, gives_no_error_where_one_would_say_nothing) {
  Evaluation model = evaluation("a", Fidelity::model, 20us, 20us);
  Evaluation run = evaluation("a", Fidelity::emulate, 40us, 40us);  // below 0.05 ms
  const Comparison tiny = compare(std::vector<EvaluationSource>{{"x", model}, {"x", run}}, {});
  EXPECT_FALSE(tiny.pairs.at(0).services.at(0).latency_ms.at(LatencyFigure::mean).error.has_value());
  run.services[0].latency = Histogram{};  // nothing was completed
  const Comparison nothing = compare(std::vector<EvaluationSource>{{"x", model}, {"x", run}}, {});
  EXPECT_FALSE(nothing.pairs.at(0).services.at(0).latency_ms.at(LatencyFigure::p95).measured.has_value());
}

TEST(Comparison, tells_what_has_nothing_to_be_compared_with) {
  const std::vector<EvaluationSource> sources{{"x", evaluation("a", Fidelity::model, 1ms, 1ms)}};
  EXPECT_THAT(compare(sources, {}).alone, ElementsAre("a: has only one evaluation, at model"));
  EXPECT_THAT(compare(sources, {.reference = Fidelity::emulate}).alone, ElementsAre("a: was not evaluated at emulate"));
}

}  // namespace
}  // namespace continuo
