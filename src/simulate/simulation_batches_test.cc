// Batches in simulations that are small enough to follow by hand.
#include <gtest/gtest.h>

#include "result/evaluation_json.hh"
#include "simulate/service_for_tests.hh"
#include "simulate/simulate.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

SimulateOptions bare() { return test::bare_options(); }

// The endpoint sends every so often; a batch of b takes first + (b - 1) next.
Scenario batching(Duration every, Duration first, std::optional<Duration> next, Batching batch) {
  Scenario scenario = test::endpoint_and_edge();
  scenario.workload[0].arrivals = Periodic{every};
  scenario.services = {test::service_taking(first)};
  scenario.services[0].package.variants[0].service_time_next = next;
  scenario.services[0].batch = batch;
  return scenario;
}

constexpr double resolution = 0.03;  // of a Histogram's percentiles, in ms, at the latencies here

TEST(Batches, make_a_station_carry_what_it_could_not_one_by_one) {
  // Two requests in the time that one takes: a load of 2. Four at once take 20 + 3 * 2 ms, 6.5 ms each: 0.65 of their 10 ms.
  const Evaluation alone = evaluate(batching(10ms, 20ms, 2ms, {}), bare());
  EXPECT_FALSE(alone.feasible);
  EXPECT_NEAR(alone.bottleneck_load, 2.0, 0.05);
  const Evaluation together = evaluate(batching(10ms, 20ms, 2ms, {.most = 4}), bare());
  EXPECT_TRUE(together.feasible);
  EXPECT_EQ(together.services[0].completed, 1000U);
  EXPECT_NEAR(together.bottleneck_load, 0.65, 0.01);
  // Two or three come in the 22 or 24 ms of a batch; none waits longer than for the one that runs.
  EXPECT_LE(together.services[0].stages.queue.max(), 26ms);
  EXPECT_LE(together.services[0].stages.service.max(), 26ms);
}

TEST(Batches, a_request_that_nobody_joins_waits_in_vain) {
  const ServiceResult service = evaluate(batching(100ms, 20ms, 2ms, {.most = 2, .wait = 5ms}), bare()).services[0];
  EXPECT_EQ(service.stages.queue.min(), 5ms);
  EXPECT_EQ(service.stages.queue.max(), 5ms);
  EXPECT_NEAR(to_milliseconds(service.latency.percentile(0.5)), 5 + 5 + 20 + 5, resolution);
}

TEST(Batches, run_at_once_when_they_are_full) {
  // Of each pair the first waits 20 ms for the second, which comes before its 30 ms are over; then both take 8 + 2 ms.
  const Evaluation evaluation = evaluate(batching(20ms, 8ms, 2ms, {.most = 2, .wait = 30ms}), bare());
  const ServiceResult& service = evaluation.services[0];
  EXPECT_EQ(service.completed, 500U);
  EXPECT_EQ(service.stages.queue.min(), 0ns);
  EXPECT_EQ(service.stages.queue.max(), 20ms);
  EXPECT_EQ(service.stages.service.min(), 10ms);
  EXPECT_EQ(service.stages.service.max(), 10ms);
  EXPECT_NEAR(evaluation.bottleneck_load, 0.25, 0.003) << "10 ms for two every 40 ms";
}

TEST(Batches, gain_nothing_where_a_further_request_takes_as_much_as_one_alone) {
  const Evaluation evaluation = evaluate(batching(20ms, 8ms, std::nullopt, {.most = 2, .wait = 30ms}), bare());
  EXPECT_EQ(evaluation.services[0].stages.service.min(), 16ms);
  EXPECT_NEAR(evaluation.bottleneck_load, 0.4, 0.004);
}

TEST(Batches, that_are_not_full_count_as_what_they_could_carry) {
  // 8 ms every 20 ms are done; but two at once would take 10 ms: 5 ms each.
  const Evaluation evaluation = evaluate(batching(20ms, 8ms, 2ms, {.most = 2}), bare());
  EXPECT_NEAR(evaluation.resources[0].utilisation, 0.4, 0.004);
  EXPECT_NEAR(evaluation.resources[0].offered_load, 0.25, 0.003);
}

TEST(Batches, of_a_node_that_is_killed_lose_all_their_requests) {
  Scenario scenario = batching(20ms, 200ms, 2ms, {.most = 4, .wait = 30ms});
  scenario.events = {{.at = 5s, .action = CommandNodes{NodeCommand::kill, {0}}, .text = "kill edge-1"}};
  const ServiceResult service = evaluate(scenario, bare()).services[0];
  std::uint64_t failed = 0;
  for (const auto& [reason, count] : service.failed) failed += count;
  EXPECT_EQ(service.completed + failed, service.generated);
  EXPECT_LT(service.completed, 250U);
}

TEST(Batches, are_the_same_in_every_run) {
  Scenario scenario = batching(10ms, 20ms, 2ms, {.most = 4, .wait = 3ms});
  scenario.workload[0].arrivals = Poisson{10ms};
  scenario.services[0].package.variants[0].service_time_sd = 2ms;
  EXPECT_EQ(serialise(evaluate(scenario, bare())), serialise(evaluate(scenario, bare())));
}

}  // namespace
}  // namespace continuo
