// The paper's four points (Continuum's configurations "model"), each inequality worked out by hand, and its edges.
#include <gtest/gtest.h>

#include <map>

#include "model/model.hh"
#include "model/sample_scenario.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

const Inequality* find(const Evaluation& evaluation, const std::string& start) {
  for (const Inequality& inequality : evaluation.inequalities) {
    if (inequality.name.starts_with(start)) return &inequality;
  }
  return nullptr;
}

ModelOptions with_prepare(Duration prepare) {
  ModelOptions options;
  options.prepare_time = prepare;
  return options;
}

// Point A: endpoint of 1 core at quota 0.5, 5 Hz, T_proc = 80 ms: 0.08 * 5 = 0.4 < 1 * 0.5; load 0.8.
TEST(FirstOrder, local_processing_on_half_a_core_is_possible) {
  const Scenario scenario = sample_scenario({.endpoint = {1, 1, 0.5}, .placed_on = 2});
  const Evaluation evaluation = evaluate(scenario, with_prepare(0ns));
  const Inequality* compute = find(evaluation, "local compute");
  ASSERT_NE(compute, nullptr);
  EXPECT_NEAR(compute->demand, 0.4, 1e-9);
  EXPECT_NEAR(compute->capacity, 0.5, 1e-9);
  EXPECT_TRUE(compute->holds);
  EXPECT_EQ(compute->subject, "endpoint-1");
  EXPECT_TRUE(evaluation.feasible);
  EXPECT_EQ(evaluation.bottleneck, "endpoint-1 cpu");
  EXPECT_NEAR(evaluation.bottleneck_load, 0.8, 1e-9);
  EXPECT_EQ(find(evaluation, "network"), nullptr);
}

// As point B below, but the two endpoints have 8 Mbit/s each and their edge node 5 Mbit/s down for both: 2 * 2.6112 > 5.
TEST(FirstOrder, flows_share_the_access_link_of_a_node) {
  SampleOptions point{.edge = {1, 2, 0.75}, .endpoint = {2, 1, 0.5}};
  point.link.rate = 8_Mbps;
  Scenario scenario = sample_scenario(point);
  scenario.access.resize(scenario.nodes.size());
  scenario.access[0].down = 5_Mbps;  // edge-1
  const Evaluation evaluation = evaluate(scenario, with_prepare(2ms));
  const Inequality* access = find(evaluation, "access");
  ASSERT_NE(access, nullptr);
  EXPECT_EQ(access->subject, "edge-1 down");
  EXPECT_NEAR(access->demand, 5.2224, 1e-9);
  EXPECT_NEAR(access->capacity, 5.0, 1e-9);
  EXPECT_FALSE(access->holds);
  EXPECT_FALSE(evaluation.feasible);
  EXPECT_EQ(evaluation.bottleneck, "edge-1 down");
}

// As point B below: of two pairs that carry 2.6112 Mbit/s each, one has a link of its own of 4 Mbit/s, a load of 0.6528.
TEST(FirstOrder, a_pair_of_nodes_with_a_link_of_its_own_is_judged_on_its_own) {
  SampleOptions point{.edge = {1, 2, 0.75}, .endpoint = {2, 1, 0.5}};
  point.link.rate = 8_Mbps;
  Scenario scenario = sample_scenario(point);
  scenario.pair_links = {{2, 0, {.delay = point.link.delay, .rate = 4_Mbps}, "endpoint-2 to edge-1"}};
  const Evaluation evaluation = evaluate(scenario, with_prepare(2ms));
  std::map<std::string, double> capacities;
  for (const Inequality& inequality : evaluation.inequalities) {
    if (inequality.name.starts_with("network")) capacities[inequality.subject] = inequality.capacity;
  }
  EXPECT_EQ(capacities, (std::map<std::string, double>{{"endpoint to edge", 8.0}, {"endpoint-2 to edge-1", 4.0}}));
  EXPECT_EQ(evaluation.bottleneck, "endpoint-2 to edge-1");
  EXPECT_NEAR(evaluation.bottleneck_load, 0.6528 * (65'780 + 46 * 52) / 65'280, 1e-9);
}

// Point B: two endpoints of 1 core at 0.5 send 5 Hz to an edge node of 2 cores at 0.75 over 8.0 Mbit/s, d = 65.28 kB:
//   compute  0.08 * 5 * 2 = 0.8 < 1.5     prepare  0.002 * 5 = 0.01 < 0.5     network  8 * 0.06528 * 5 = 2.6112 < 8
TEST(FirstOrder, offloading_two_endpoints_to_an_edge_node_is_possible) {
  SampleOptions point{.edge = {1, 2, 0.75}, .endpoint = {2, 1, 0.5}};
  point.link.rate = 8_Mbps;
  const Evaluation evaluation = evaluate(sample_scenario(point), with_prepare(2ms));
  const Inequality* compute = find(evaluation, "worker compute");
  ASSERT_NE(compute, nullptr);
  EXPECT_NEAR(compute->demand, 0.8, 1e-9);
  EXPECT_NEAR(compute->capacity, 1.5, 1e-9);
  const Inequality* prepare = find(evaluation, "prepare");
  ASSERT_NE(prepare, nullptr);
  EXPECT_NEAR(prepare->demand, 0.01, 1e-9);
  EXPECT_NEAR(prepare->capacity, 0.5, 1e-9);
  const Inequality* network = find(evaluation, "network");
  ASSERT_NE(network, nullptr);
  EXPECT_NEAR(network->demand, 2.6112, 1e-9);
  EXPECT_NEAR(network->capacity, 8.0, 1e-9);
  EXPECT_TRUE(evaluation.feasible);
  EXPECT_EQ(evaluation.bottleneck, "edge-1 cpu");
  EXPECT_NEAR(evaluation.bottleneck_load, 0.8 / 1.5, 1e-9);
}

// The two "normalise" points, at quota 1: loads 0.08 * 5 / 1 and 0.08 * 5 * 1 / 4.
TEST(FirstOrder, gives_the_loads_of_the_normalising_runs) {
  const Scenario local = sample_scenario({.endpoint = {1, 1, 1.0}, .placed_on = 2});
  EXPECT_NEAR(evaluate(local, with_prepare(0ns)).bottleneck_load, 0.4, 1e-9);
  SampleOptions offload{.edge = {1, 4, 1.0}};
  offload.link.rate.reset();
  EXPECT_NEAR(evaluate(sample_scenario(offload), with_prepare(0ns)).bottleneck_load, 0.1, 1e-9);
}

TEST(FirstOrder, demand_equal_to_capacity_does_not_hold) {
  // T_proc R = 0.1 * 5 = 0.5 = 1 * 0.5.
  const Scenario scenario = sample_scenario({.endpoint = {1, 1, 0.5}, .placed_on = 2, .service_time = 100ms});
  const Evaluation evaluation = evaluate(scenario, with_prepare(0ns));
  EXPECT_FALSE(find(evaluation, "local compute")->holds);
  EXPECT_FALSE(evaluation.feasible);
}

TEST(FirstOrder, names_the_link_that_is_too_narrow) {
  SampleOptions point{.edge = {1, 4, 1.0}};
  point.link.rate = 2_Mbps;  // D = 2.6112 Mbit/s
  const Evaluation evaluation = evaluate(sample_scenario(point), with_prepare(0ns));
  EXPECT_FALSE(find(evaluation, "network")->holds);
  EXPECT_TRUE(find(evaluation, "worker compute")->holds);
  EXPECT_FALSE(evaluation.feasible);
  EXPECT_EQ(evaluation.bottleneck, "endpoint to edge");
  EXPECT_NEAR(evaluation.bottleneck_load, 1.3056 * (65'780 + 46 * 52) / 65'280, 1e-9);
}

TEST(FirstOrder, counts_every_node_as_a_resource) {
  const Evaluation evaluation = evaluate(sample_scenario({.cloud = {1, 4, 1}, .edge = {2, 2, 1}}), {});
  int nodes = 0;
  for (const ResourceLoad& resource : evaluation.resources) nodes += resource.kind == ResourceKind::cpu ? 1 : 0;
  EXPECT_EQ(nodes, 4);
}

}  // namespace
}  // namespace continuo
