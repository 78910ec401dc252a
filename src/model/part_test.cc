// Streams that start or end at different times: the run is taken interval by interval.
#include "model/part.hh"

#include <gmock/gmock.h>

#include "model/answer.hh"
#include "model/explain.hh"
#include "model/model.hh"
#include "model/sample_scenario.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

struct Span {
  Duration start{};
  Duration duration{};
  double rate = 24.0;  // requests a second
};

// Streams x and y of one endpoint; at 24 Hz and 25 ms each asks an edge of one core for 60 %.
Scenario of_two(const Span& x, const Span& y) {
  Scenario scenario = sample_scenario({.edge = {1, 1, 1.0}, .service_time = 25ms, .rate = 24.0, .input = 1000_B, .link = {.delay = 5ms}});
  scenario.workload.push_back(scenario.workload[0]);
  scenario.workload[0].name = "x";
  scenario.workload[1].name = "y";
  for (StreamIndex stream = 0; stream < 2; ++stream) {
    const Span& span = stream == 0 ? x : y;
    scenario.workload[stream].start = span.start;
    scenario.workload[stream].duration = span.duration;
    scenario.workload[stream].arrivals = Periodic{from_seconds(1 / span.rate)};
  }
  return scenario;
}

double load_of(const Evaluation& evaluation, const std::string& name) {
  const auto found = std::ranges::find(evaluation.resources, name, &ResourceLoad::name);
  return found == evaluation.resources.end() ? -1.0 : found->offered_load;
}

TEST(Part, streams_apart_do_not_add_up) {
  const Scenario apart = of_two({0s, 100s}, {500s, 100s});
  const Evaluation evaluation = evaluate(apart, {});
  EXPECT_TRUE(evaluation.feasible);
  EXPECT_EQ(evaluation.bottleneck, "edge-1 cpu");
  EXPECT_NEAR(evaluation.bottleneck_load, 0.6, 1e-6);             // 24 x 0.025
  EXPECT_NEAR(load_of(evaluation, "edge-1 cpu"), 0.2, 1e-6);      // for 200 of 600 s
  EXPECT_EQ(evaluation.services[0].generated, 4800U);             // 2 x 24 x 100
  EXPECT_EQ(evaluation.services[0].completed, 4800U);
  EXPECT_THAT(evaluation.notes, Contains(HasSubstr("edge-1 cpu is asked for most, 60 % of what it can do, from 0 s to 100 s, when x sends alone")));
  // Neither waits for the other: all latencies are 1 request's own.
  EXPECT_EQ(evaluation.services[0].stages.queue.max(), Duration::zero());
  EXPECT_EQ(evaluation.services[0].stages.service.mean(), 25ms);
}

TEST(Part, streams_together_are_taken_as_ever) {
  const Evaluation evaluation = evaluate(of_two({0s, 100s}, {0s, 100s}), {});
  EXPECT_FALSE(evaluation.feasible);
  EXPECT_NEAR(evaluation.bottleneck_load, 1.2, 1e-6);
  EXPECT_THAT(evaluation.notes, Not(Contains(HasSubstr("different times"))));
}

TEST(Part, latencies_are_weighted_by_requests) {
  // x sends 10 Hz for 100 s, y after it 30 Hz: 1000 and 3000 requests, whose messages are 1 kB and 20 kB on 10 Mbit/s.
  Scenario both = of_two({0s, 100s, 10.0}, {100s, 100s, 30.0});
  for (Link& link : both.links) link.properties = {.delay = 5ms, .rate = 10_Mbps};
  both.workload[1].input_size = 20'000_B;
  const auto alone = [&](StreamIndex stream) {
    Scenario one = both;
    one.workload = {both.workload[stream]};
    return evaluate(one, {});
  };
  const double x = to_seconds(alone(0).services[0].latency.mean());
  const double y = to_seconds(alone(1).services[0].latency.mean());
  ASSERT_GT(y, 1.1 * x);
  EXPECT_NEAR(to_seconds(evaluate(both, {}).services[0].latency.mean()), (x + 3 * y) / 4, 1e-4 * y);
}

TEST(Part, is_not_feasible_if_one_interval_is_not) {
  const Evaluation evaluation = evaluate(of_two({0s, 100s}, {40s, 20s}), {});
  EXPECT_FALSE(evaluation.feasible);
  EXPECT_NEAR(evaluation.bottleneck_load, 1.2, 1e-6);
  EXPECT_NEAR(load_of(evaluation, "edge-1 cpu"), 0.72, 1e-6);  // 0.6 + 0.6 x 20 / 100
  EXPECT_EQ(evaluation.services[0].generated, 2880U);          // 2400 + 480
  EXPECT_EQ(evaluation.services[0].completed, 2720U);          // of the 960 together 960 / 1.2 = 800
  EXPECT_TRUE(evaluation.services[0].latency.empty());
  EXPECT_THAT(evaluation.notes, Contains(HasSubstr("overloaded: edge-1 cpu is asked for most, 120 % of what it can do, from 40 s to 60 s, when x and y send together")));
  for (const Inequality& one : evaluation.inequalities) EXPECT_EQ(one.holds, one.name.find("worker compute") == std::string::npos) << one.name;
}

TEST(Part, energy_is_of_the_whole_run) {
  const Evaluation evaluation = evaluate(of_two({0s, 100s}, {500s, 100s}), {});
  EXPECT_EQ(evaluation.energy->time, 600s);
  const auto edge = std::ranges::find(evaluation.energy->tiers, "edge", &TierEnergy::name);
  EXPECT_NEAR(edge->idle.joules(), 41.6 * 600, 1.0);
  EXPECT_NEAR(edge->dynamic.joules(), (113 - 41.6) * 4800 * 0.025, 1.0);  // one core, so many seconds of it
}

TEST(Part, points_of_a_sweep_are_taken_by_intervals_too) {
  for (const Scenario& scenario : {of_two({0s, 100s}, {500s, 100s}), of_two({0s, 100s}, {40s, 20s}), of_two({0s, 100s, 9.0}, {50s, 100s, 11.0})}) {
    const Evaluation evaluation = evaluate(scenario, {});
    const Answer figures = answer(scenario, {});
    EXPECT_EQ(figures.feasible, evaluation.feasible);
    EXPECT_EQ(figures.bottleneck, evaluation.bottleneck);
    EXPECT_NEAR(figures.bottleneck_load, evaluation.bottleneck_load, 1e-9);
    EXPECT_NEAR(figures.services[0].completed, static_cast<double>(evaluation.services[0].completed), 1.0);
    ASSERT_EQ(figures.services[0].latency.has_value(), !evaluation.services[0].latency.empty());
    if (!figures.services[0].latency) continue;
    EXPECT_NEAR(figures.services[0].latency->mean / to_seconds(evaluation.services[0].latency.mean()), 1.0, 0.01);
  }
}

TEST(Part, users_of_one_interval_do_not_meet_those_of_another) {
  Scenario scenario = of_two({0s, 100s}, {100s, 100s});
  for (Stream& stream : scenario.workload) stream.arrivals = ClosedLoop{.users = 1, .think = 25ms};
  // Nobody waits for a worker: a round is 25 ms of thinking, 25 ms of service and the way.
  const Evaluation evaluation = evaluate(scenario, {});
  EXPECT_EQ(evaluation.services[0].stages.queue.max(), Duration::zero());
}

TEST(Part, periodic_sources_send_when_they_would_have_sent) {
  const Scenario scenario = of_two({0s, 100s, 5.0}, {30'500ms, 10s});
  ModelOptions options;
  options.input_sizes[1] = {7_B};
  const PartScenario part = part_of(scenario, options, {30'500ms, 40'500ms, {{1, 10s}, {0, 10s}}});
  EXPECT_EQ(part.scenario.workload[0].start, 30'500ms);
  EXPECT_EQ(part.scenario.workload[1].start, 30'600ms);  // the next whole interval of 200 ms
  EXPECT_THAT(part.options.input_sizes.at(0), testing::ElementsAre(7_B));
}

TEST(Part, a_service_that_answers_nothing_in_time_is_not_feasible) {
  Scenario scenario = of_two({0s, 100s, 10.0}, {0s, 100s, 10.0});
  for (Stream& stream : scenario.workload) stream.deadline = 1ms;  // less than 25 ms of service
  const Evaluation evaluation = evaluate(scenario, {});
  EXPECT_EQ(evaluation.services[0].failed.at("deadline"), 2000U);
  EXPECT_FALSE(evaluation.feasible);
  EXPECT_THAT(evaluation.notes, Contains("classify: no request is answered within its deadline"));
  EXPECT_FALSE(answer(scenario, {}).feasible);
  scenario.workload[0].start = 200s;
  EXPECT_FALSE(evaluate(scenario, {}).feasible);
  EXPECT_FALSE(answer(scenario, {}).feasible);
}

TEST(Part, is_explained_with_the_terms_of_all_intervals) {
  const auto list = explain(of_two({0s, 100s, 10.0}, {50s, 100s, 12.0}), {});
  EXPECT_EQ(list.front().term, "intervals");
  EXPECT_TRUE(list.front().holds);
  const auto formulas = [&](const std::string& text) { return std::ranges::count_if(list, [&](const Explanation& one) { return one.formula.find(text) != std::string::npos; }); };
  EXPECT_EQ(formulas("played through"), 1) << "while both send";
  EXPECT_EQ(formulas("T_proc R E < C_w Q_w"), 1) << "the same in all intervals";
}

}  // namespace
}  // namespace continuo
