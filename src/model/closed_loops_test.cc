// Closed loops in the model: by hand where one queue makes users wait, and what holds for all.
#include <gmock/gmock.h>

#include <cmath>

#include "model/answer.hh"
#include "model/explain.hh"
#include "model/model.hh"
#include "model/sample_scenario.hh"
#include "units/rng.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;

// Users on so many endpoints around one edge node, over links that take no time but their delay of 5 ms. Nothing else takes any.
Scenario loop_of(const ClosedLoop& loop, int endpoints, SampleTier edge, Duration service_time) {
  Scenario scenario = sample_scenario(
      {.edge = edge, .endpoint = {endpoints, 1, 1.0}, .service_time = service_time, .input = 1000_B, .link = {.delay = 5ms}});
  scenario.workload[0].arrivals = loop;
  scenario.workload[0].duration = 1000s;
  scenario.workload[0].deadline = 1h;
  return scenario;
}

ModelOptions bare() {
  ModelOptions options;
  options.prepare_time = 0ns;
  options.request_handling = 0ns;
  options.answer_handling = 0ns;
  return options;
}

double throughput(const Evaluation& evaluation) { return static_cast<double>(evaluation.services.at(0).generated) / to_seconds(evaluation.duration); }

TEST(ClosedLoops, let_one_user_go_round_in_what_it_thinks_and_what_its_request_takes) {
  for (const bool exponential : {true, false}) {
    const Evaluation evaluation = evaluate(loop_of({.users = 1, .think = 70ms, .exponential = exponential}, 1, {1, 1, 1.0}, 20ms), bare());
    // 5 + 20 + 5 ms, and 70: ten a second, a fifth of the worker.
    EXPECT_NEAR(to_milliseconds(evaluation.services.at(0).latency.mean()), 30.0, 0.01);
    EXPECT_NEAR(throughput(evaluation), 10.0, 0.002);
    EXPECT_NEAR(evaluation.bottleneck_load, 0.2, 1e-4);
    EXPECT_EQ(evaluation.services.at(0).stages.queue.max(), 0ns);
  }
}

TEST(ClosedLoops, fill_a_node_and_do_not_overload_it) {
  const Evaluation evaluation = evaluate(loop_of({.users = 4}, 8, {1, 1, 1.0}, 20ms), bare());
  // 32 users of whom one is always served: 50 a second, and each comes round in 32 * 20 ms, none of which it thinks.
  EXPECT_NEAR(throughput(evaluation), 50.0, 0.01);
  EXPECT_NEAR(to_milliseconds(evaluation.services.at(0).latency.mean()), 640.0, 1.0);
  EXPECT_TRUE(evaluation.feasible);
  EXPECT_LT(evaluation.bottleneck_load, 1.0);
  EXPECT_GT(evaluation.bottleneck_load, 0.999);
  EXPECT_EQ(evaluation.services.at(0).completed, evaluation.services.at(0).generated);
}

TEST(ClosedLoops, wait_as_the_machine_repairman_has_it) {
  // Two users, away for 10 + 10 ms, and 20 ms of service: 20/e ms of waiting (terms/finite_source_test.cc).
  const Evaluation evaluation = evaluate(loop_of({.users = 1, .think = 10ms, .exponential = true}, 2, {1, 1, 1.0}, 20ms), bare());
  EXPECT_NEAR(to_milliseconds(evaluation.services.at(0).stages.queue.mean()), 20 * std::exp(-1.0), 0.15);
  EXPECT_NEAR(throughput(evaluation), 2000.0 / (40 + 20 * std::exp(-1.0)), 0.01);
}

TEST(ClosedLoops, leave_a_station_to_an_open_stream_first) {
  Scenario scenario = loop_of({.users = 50}, 1, {1, 1, 1.0}, 20ms);
  scenario.workload.push_back(scenario.workload[0]);
  scenario.workload[1].name = "open";
  scenario.workload[1].arrivals = Poisson{50ms};
  const Evaluation evaluation = evaluate(scenario, bare());
  // 20 a second take 0.4 of the worker; 0.6 / 20 ms = 30 are left.
  EXPECT_NEAR(throughput(evaluation), 50.0, 0.01);
  EXPECT_TRUE(evaluation.feasible);
  EXPECT_THAT(evaluation.notes, Contains(HasSubstr("open streams")));
  scenario.workload[1].arrivals = Poisson{15ms};
  EXPECT_FALSE(evaluate(scenario, bare()).feasible) << "of open streams alone";
}

// 30 users of 25 ms who think for 300 ms, and 30 of 60 ms who think for 500, on two cores: two workers each.
Scenario two_services() {
  Scenario scenario = loop_of({.users = 6, .think = 300ms, .exponential = true}, 5, {1, 2, 1.0}, 25ms);
  scenario.services.push_back(scenario.services[0]);
  scenario.services[1].name = "slow";
  scenario.services[1].package.variants[0].service_time = 60ms;
  scenario.workload.push_back(scenario.workload[0]);
  scenario.workload[1].name = "others";
  scenario.workload[1].service = 1;
  scenario.workload[1].arrivals = ClosedLoop{.users = 6, .think = 500ms, .exponential = true};
  return scenario;
}

// What Little's law makes of the rate, in seconds: N / X - Z.
double round_but_for_thinking(const Evaluation& evaluation, std::size_t service, double users, double think) {
  return users / (static_cast<double>(evaluation.services.at(service).generated) / to_seconds(evaluation.duration)) - think;
}

TEST(ClosedLoops, of_two_services_have_the_cores_by_halves_where_all_workers_are_busy) {
  const Evaluation evaluation = evaluate(two_services(), bare());
  // Four requests run on two cores: 2 / 50 ms = 40 a second, so that 30 come round in 0.75 s, and 2 / 120 ms: in 1.8 s.
  EXPECT_NEAR(throughput(evaluation), 40.0, 0.4);
  EXPECT_NEAR(to_seconds(evaluation.services.at(0).latency.mean()), 0.75 - 0.3, 0.01);
  EXPECT_NEAR(to_seconds(evaluation.services.at(1).latency.mean()), 1.8 - 0.5, 0.02);
  EXPECT_NEAR(to_seconds(evaluation.services.at(0).stages.service.mean()), 0.05, 0.001);
  EXPECT_TRUE(evaluation.feasible);
}

TEST(ClosedLoops, keep_littles_law) {
  for (const int batch : {1, 4}) {
    Scenario scenario = two_services();
    for (Service& service : scenario.services) service.batch.most = batch;
    for (const Duration service_time : {5ms, 15ms, 25ms}) {
      SCOPED_TRACE(std::to_string(batch) + " at once, " + std::to_string(to_milliseconds(service_time)) + " ms");
      scenario.services[0].package.variants[0].service_time = service_time;
      const Evaluation evaluation = evaluate(scenario, bare());
      const double mean = to_seconds(evaluation.services.at(0).latency.mean());
      const double others = to_seconds(evaluation.services.at(1).latency.mean());
      EXPECT_NEAR(mean, round_but_for_thinking(evaluation, 0, 30, 0.3), 0.01 * mean + 0.001);
      EXPECT_NEAR(others, round_but_for_thinking(evaluation, 1, 30, 0.5), 0.01 * others + 0.001);
    }
  }
}

TEST(ClosedLoops, say_when_services_that_share_cores_are_not_played) {
  Scenario scenario = two_services();
  const auto is_outside = [&] {
    return std::ranges::any_of(explain(scenario, bare()), [](const Explanation& one) { return one.term == "rate of users" && !one.holds; });
  };
  EXPECT_FALSE(is_outside());
  scenario.services[0].batch.most = 4;
  EXPECT_TRUE(is_outside());
}

TEST(ClosedLoops, are_explained) {
  const auto list = explain(loop_of({.users = 2, .think = 10ms, .exponential = true}, 2, {1, 2, 1.0}, 20ms), bare());
  EXPECT_TRUE(std::ranges::any_of(list, [](const Explanation& one) { return one.term == "rate of users" && one.holds; }));
  EXPECT_TRUE(std::ranges::any_of(list, [](const Explanation& one) { return one.formula.find("repairman") != std::string::npos; }));
}

TEST(ClosedLoops, say_when_more_users_meet_than_a_node_lets_wait) {
  EXPECT_THAT(evaluate(loop_of({.users = 70}, 1, {1, 1, 1.0}, 20ms), bare()).notes, Contains(HasSubstr("refuses a request when 64 wait")));
}

// From one user who thinks long to hundreds who do not, one or several nodes to choose among, links with rates or without.
Scenario draw(std::uint64_t number) {
  Rng rng{Seed{number}.derive("loops")};
  const auto between = [&](double least, double most) { return least * std::pow(most / least, rng.uniform()); };
  SampleOptions options{.cloud = {1, 4, 1.0}, .edge = {1 + static_cast<int>(rng.below(3)), 1 + static_cast<int>(rng.below(4)), between(0.2, 1.0)},
                        .endpoint = {1 + static_cast<int>(rng.below(10)), 1, 1.0}, .placed_on = rng.below(3)};
  options.service_time = from_seconds(between(0.001, 0.2));
  options.input = Bytes::of(static_cast<std::int64_t>(between(10, 1e5)));
  options.link.delay = from_seconds(between(0.0001, 0.1));
  if (rng.below(2) == 0) options.link.rate.reset();
  if (rng.below(2) == 0) options.link.jitter = options.link.delay / 5;
  Scenario scenario = sample_scenario(options);
  const Duration think = rng.below(4) == 0 ? 0ns : from_seconds(between(0.001, 10));
  scenario.workload[0].arrivals = ClosedLoop{.users = 1 + static_cast<int>(rng.below(12)), .think = think, .exponential = rng.below(2) == 0};
  scenario.workload[0].deadline = 1h;
  scenario.workload[0].duration = 1000s;
  if (rng.below(2) == 0) scenario.placement = PlaceAutomatically{};
  if (rng.below(3) == 0) {
    scenario.workload.push_back(scenario.workload[0]);
    scenario.workload[1].name = "others";
    scenario.workload[1].arrivals = ClosedLoop{.users = 2, .think = from_seconds(between(0.001, 1)), .exponential = true};
  }
  return scenario;
}

TEST(ClosedLoops, keep_the_asymptotic_bounds) {
  for (std::uint64_t number = 0; number < 200; ++number) {
    SCOPED_TRACE(number);
    const Scenario scenario = draw(number);
    const Evaluation evaluation = evaluate(scenario, {});
    const ServiceResult& service = evaluation.services.at(0);
    const double seconds = to_seconds(scenario.services[0].package.variants[0].service_time);
    double most = 0.0;  // N / (Z + D) of all, D being a service on a whole core
    for (const Stream& stream : scenario.workload) {
      const auto& loop = std::get<ClosedLoop>(stream.arrivals);
      most += scenario.tiers[stream.from].nodes * loop.users / (to_seconds(loop.think) + seconds);
    }
    double capacity = 0.0;  // 1 / D_max
    for (const Node& node : scenario.nodes) capacity += scenario.tiers[node.tier].cpu() / seconds;
    EXPECT_GT(throughput(evaluation), 0.0);
    EXPECT_LE(throughput(evaluation), std::min(most, capacity) * 1.0001 + 0.001);
    EXPECT_TRUE(evaluation.feasible) << "a closed loop overloads nothing";
    for (const ResourceLoad& resource : evaluation.resources) {
      EXPECT_TRUE(std::isfinite(resource.offered_load) && resource.offered_load < 1.0) << resource.name;
    }
    ASSERT_FALSE(service.latency.empty());
    EXPECT_GE(service.latency.mean(), Duration::zero());
    EXPECT_EQ(service.completed, service.generated);
    const Answer quick = answer(scenario, {});
    EXPECT_EQ(quick.bottleneck, evaluation.bottleneck);
    EXPECT_NEAR(quick.bottleneck_load, evaluation.bottleneck_load, 1e-9);
    EXPECT_NEAR(quick.services[0].generated, static_cast<double>(service.generated), 1.0);
    ASSERT_TRUE(quick.services[0].latency);
    EXPECT_NEAR(quick.services[0].latency->mean, to_seconds(service.latency.mean()), 0.1 * to_seconds(service.latency.mean()));
  }
}

}  // namespace
}  // namespace continuo
