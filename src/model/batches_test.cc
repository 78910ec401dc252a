// What the model says of services whose instances run several requests at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/explain.hh"
#include "model/model.hh"
#include "model/sample_scenario.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// One endpoint and one edge node: 20 ms alone, 2 ms more for each further request of a batch.
Scenario batching(double rate, Batching batch, bool poisson = true) {
  SampleOptions options{.edge = {1, 1, 1.0}, .service_time = 20ms, .rate = rate, .input = 1000_B, .poisson = poisson};
  options.link = {.delay = 5ms};
  Scenario scenario = sample_scenario(options);
  scenario.services[0].package.variants[0].service_time_next = 2ms;
  scenario.services[0].batch = batch;
  return scenario;
}

const Inequality& worker_compute(const Evaluation& evaluation) {
  return *std::ranges::find_if(evaluation.inequalities, [](const Inequality& one) { return one.name.starts_with("worker compute"); });
}

TEST(BatchesInTheModel, make_feasible_what_is_not_one_by_one) {
  // 100 a second of 20 ms are a load of 2. Four at once take 26 ms: 6.5 ms each, 0.65.
  const Evaluation alone = evaluate(batching(100, {}), {});
  EXPECT_FALSE(alone.feasible);
  EXPECT_EQ(worker_compute(alone).name, "worker compute: T_proc R E < C_w Q_w");
  const Evaluation together = evaluate(batching(100, {.most = 4}), {});
  EXPECT_TRUE(together.feasible);
  EXPECT_NEAR(together.bottleneck_load, 0.65, 1e-6);
  EXPECT_EQ(worker_compute(together).name, "worker compute: (T_proc + (most - 1) T_next) / most R E < C_w Q_w");
  EXPECT_FALSE(evaluate(batching(160, {.most = 4}), {}).feasible) << "1 / 6.5 ms are 154 a second";
}

TEST(BatchesInTheModel, of_a_device_have_their_inequality_too) {
  Scenario scenario = batching(160, {.most = 4});
  scenario.services[0].package.variants[0].runtime = "profiled";
  const Evaluation evaluation = evaluate(scenario, {});
  const auto device = std::ranges::find_if(evaluation.inequalities, [](const Inequality& one) { return one.name.starts_with("profiled"); });
  ASSERT_NE(device, evaluation.inequalities.end());
  EXPECT_EQ(device->name, "profiled compute: (T_proc + (most - 1) T_next) / most R E < 1");
  EXPECT_NEAR(device->demand, 1.04, 1e-6) << "160 of 6.5 ms";
  EXPECT_FALSE(evaluation.feasible);
}

TEST(BatchesInTheModel, that_are_hardly_ever_full_use_what_requests_alone_take) {
  // One in ten seconds: 20 ms of each 10 s are used, though 6.5 ms would do.
  const Evaluation evaluation = evaluate(batching(0.1, {.most = 4}), {});
  const auto edge = std::ranges::find(evaluation.resources, "edge-1 cpu", &ResourceLoad::name);
  EXPECT_NEAR(edge->utilisation, 0.002, 1e-5);
  EXPECT_NEAR(edge->offered_load, 0.00065, 1e-5);
}

TEST(BatchesInTheModel, a_lone_request_waits_as_long_as_the_service_waits_for_others) {
  const ServiceResult service = evaluate(batching(0.01, {.most = 4, .wait = 7ms}), {}).services[0];
  EXPECT_NEAR(to_milliseconds(service.stages.queue.percentile(0.5)), 7.0, 0.05);
  EXPECT_NEAR(to_milliseconds(service.stages.service.percentile(0.5)), 20.0, 0.1);
}

TEST(BatchesInTheModel, of_one_periodic_source_are_played_through) {
  // Every 20 ms; of each pair the first waits 20 ms for the second, and both take 22 ms.
  const Scenario scenario = batching(50, {.most = 2, .wait = 30ms}, false);
  const ServiceResult service = evaluate(scenario, {}).services[0];
  EXPECT_NEAR(to_milliseconds(service.stages.queue.mean()), 10.0, 0.2);
  EXPECT_NEAR(to_milliseconds(service.stages.service.mean()), 22.0, 0.05);
}

TEST(BatchesInTheModel, are_explained_with_their_formula_and_range) {
  const auto list = explain(batching(100, {.most = 4}), {});
  const auto wait = std::ranges::find(list, "wait for a worker, and service, in batches", &Explanation::term);
  ASSERT_NE(wait, list.end());
  EXPECT_THAT(wait->source, HasSubstr("Markov chain"));
  EXPECT_TRUE(wait->holds);
  EXPECT_NE(std::ranges::find(list, "capacity in batches", &Explanation::term), list.end());
}

TEST(BatchesInTheModel, take_less_energy_a_request_the_fuller_they_are) {
  const auto energy = [](double rate) {
    const Evaluation evaluation = evaluate(batching(rate, {.most = 8}), {});
    const ServiceEnergy& use = evaluation.energy->services[0];
    return use.dynamic.joules() / static_cast<double>(use.completed);
  };
  EXPECT_GT(energy(1), 1.5 * energy(150));
}

}  // namespace
}  // namespace continuo
