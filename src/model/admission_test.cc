// What the model says of services at whose instances few requests may wait.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "model/answer.hh"
#include "model/explain.hh"
#include "model/model.hh"
#include "model/sample_scenario.hh"

namespace continuo {
namespace {

double refused(const ServiceResult& service) {
  const auto found = service.failed.find("http-503");
  return found == service.failed.end() ? 0.0 : static_cast<double>(found->second) / static_cast<double>(service.generated);
}

// Four endpoints send so many requests a second each, by chance, to edge nodes of one core that take 80 ms.
Scenario with_queue(int queue, double rate, int edges = 1) {
  Scenario scenario = sample_scenario({.edge = {edges, 1, 1.0}, .endpoint = {4, 1, 1.0}, .rate = rate, .link = {}, .poisson = true});
  scenario.services[0].queue = queue;
  return scenario;
}

TEST(ModelAdmission, refuses_whoever_finds_the_worker_busy_where_none_may_wait) {
  const Evaluation evaluation = evaluate(with_queue(0, 2.5), ModelOptions{});
  const ServiceResult& service = evaluation.services[0];
  EXPECT_NEAR(refused(service), 0.8 / 1.8, 0.002) << "M/G/1/1 at a load of 4 * 2.5 * 0.08";
  EXPECT_EQ(service.failed.size(), 1U);
  EXPECT_EQ(service.stages.queue.max(), Duration{});
  EXPECT_TRUE(evaluation.feasible);
  EXPECT_NEAR(evaluation.bottleneck_load, 0.8, 0.001) << "what is asked for";
  EXPECT_NEAR(evaluation.resources[0].utilisation, 0.8 / 1.8, 0.002) << "and what is done: as much as is refused, at M/G/1/1";
}

TEST(ModelAdmission, has_the_loss_of_a_queue_with_one_place) {
  const ServiceResult service = evaluate(with_queue(1, 2.5), ModelOptions{}).services[0];
  EXPECT_NEAR(refused(service), 1 - 1 / (0.8 + std::exp(-0.8)), 0.001) << "M/D/1/2";
  EXPECT_LE(service.stages.queue.max(), std::chrono::milliseconds{80}) << "one service";
}

TEST(ModelAdmission, tries_the_other_node_when_one_refuses) {
  // Each of two nodes gets half, a = 0.5, and what the other refuses: B = x / (1 + x) with x = a (1 + B), so B = sqrt(2) - 1. Both refuse B^2.
  const Evaluation evaluation = evaluate(with_queue(0, 3.125, 2), ModelOptions{});
  const double blocked = std::sqrt(2.0) - 1;
  EXPECT_NEAR(refused(evaluation.services[0]), blocked * blocked, 0.003);
  ASSERT_EQ(evaluation.services[0].by_node.size(), 2U);
  EXPECT_NEAR(evaluation.services[0].by_node[0].share, 0.5, 1e-6);
}

TEST(ModelAdmission, counts_what_a_short_queue_lets_through_in_overload) {
  const Evaluation evaluation = evaluate(with_queue(0, 6.25), ModelOptions{});  // twice what the node can do
  EXPECT_FALSE(evaluation.feasible);
  EXPECT_TRUE(evaluation.services[0].latency.empty());
  EXPECT_NEAR(static_cast<double>(evaluation.services[0].completed), 4 * 6.25 * 60 / 3, 5) << "1 / (1 + rho)";
}

// The edge node is nearer than the cloud by more than any wait, and asked for twice what it can do. It takes 1 / (1 + a) of that, a = 2, and the
// cloud, of 64 cores and with the default queue, all the rest.
Scenario with_relief() {
  Scenario scenario = sample_scenario({.cloud = {1, 64, 1.0}, .edge = {1, 1, 1.0}, .endpoint = {4, 1, 1.0}, .rate = 6.25, .link = {}, .poisson = true});
  scenario.services[0].queue = 0;
  for (Link& link : scenario.links) {
    if (link.from == 0 || link.to == 0) link.properties.delay = std::chrono::milliseconds{400};
  }
  scenario.tiers[2].runtimes = std::vector<std::string>{};
  scenario.placement = PlaceAutomatically{};
  return scenario;
}

TEST(ModelAdmission, has_no_overload_where_another_node_takes_what_a_full_queue_refuses) {
  const Evaluation evaluation = evaluate(with_relief(), ModelOptions{});
  EXPECT_TRUE(evaluation.feasible);
  const ServiceResult& service = evaluation.services[0];
  EXPECT_EQ(service.completed, service.generated);
  ASSERT_EQ(service.by_node.size(), 2U);
  const auto edge = std::ranges::find(service.by_node, "edge-1", &ServedShare::node);
  EXPECT_NEAR(edge->share, 1.0 / 3, 0.001);
  EXPECT_EQ(evaluation.bottleneck, "edge-1 cpu");
  EXPECT_NEAR(evaluation.bottleneck_load, 2.0 / 3, 0.002) << "what it is asked for in the end";
  EXPECT_LT(to_seconds(service.latency.percentile(0.3)), 0.1) << "at once at the edge";
  EXPECT_GT(to_seconds(service.latency.percentile(0.4)), 0.88) << "or by way of the cloud";
}

TEST(ModelAdmission, answers_the_same_in_a_sweep_where_another_node_takes_what_is_refused) {
  const Evaluation evaluation = evaluate(with_relief(), ModelOptions{});
  const Answer quick = answer(with_relief(), ModelOptions{});
  EXPECT_TRUE(quick.feasible);
  EXPECT_EQ(quick.bottleneck, evaluation.bottleneck);
  EXPECT_NEAR(quick.bottleneck_load, evaluation.bottleneck_load, 1e-9);
  EXPECT_NEAR(quick.services[0].completed, static_cast<double>(evaluation.services[0].completed), 1);
}

TEST(ModelAdmission, leaves_queues_alone_that_are_hardly_ever_full) {
  Scenario scenario = with_queue(64, 0.9 * 3.125);
  const ServiceResult usual = evaluate(scenario, ModelOptions{}).services[0];
  scenario.services[0].queue = 100'000;
  const ServiceResult endless = evaluate(scenario, ModelOptions{}).services[0];
  EXPECT_TRUE(usual.failed.empty());
  EXPECT_EQ(usual.latency.mean(), endless.latency.mean());
  EXPECT_EQ(usual.latency.percentile(0.99), endless.latency.percentile(0.99));
}

TEST(ModelAdmission, is_the_same_for_a_point_of_a_sweep) {
  const Scenario scenario = with_queue(2, 2.5);
  const ServiceResult whole = evaluate(scenario, ModelOptions{}).services[0];
  const ServiceAnswer point = answer(scenario, ModelOptions{}).services[0];
  EXPECT_NEAR(point.completed, static_cast<double>(whole.completed), 1.0);
  ASSERT_TRUE(point.latency);
  EXPECT_NEAR(point.latency->mean, to_seconds(whole.latency.mean()), 0.001 * point.latency->mean);
}

TEST(ModelAdmission, is_explained) {
  const auto terms = explain(with_queue(2, 2.5, 2), ModelOptions{});
  const auto lists = [&](const char* term) { return std::ranges::any_of(terms, [&](const Explanation& one) { return one.term == term; }); };
  EXPECT_TRUE(lists("refused"));
  EXPECT_TRUE(lists("tried elsewhere"));
}

}  // namespace
}  // namespace continuo
