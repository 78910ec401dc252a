// What placement weighs of a small scenario, by hand.
#include "policy/demand.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/serving_plan.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

// One cloud node behind 10 ms and 80 Mbit/s up, 8 Mbit/s down; two endpoints that send 100 kB each 200 ms.
Scenario two_tier() {
  Scenario scenario;
  const Tier cloud{"cloud", Role::cloud, 1, 4, 1.0, 8_GiB, {}};
  const Tier endpoint{"endpoint", Role::endpoint, 2, 1, 0.5, 1_GiB, std::vector<std::string>{"opencv"}};
  scenario.tiers = {cloud, endpoint};
  scenario.nodes = {{"cloud-1", 0}, {"endpoint-1", 1}, {"endpoint-2", 1}};
  scenario.links = {{0, 0, default_link(), ""},
                    {0, 1, {.delay = 10ms, .rate = 8_Mbps}, ""},
                    {1, 0, {.delay = 10ms, .rate = 80_Mbps}, ""},
                    {1, 1, {.delay = 2ms}, ""}};
  Service read{"read", {}, {}};
  Variant onnx;
  onnx.name = "onnx";
  onnx.runtime = "onnxruntime";
  read.package.variants = {onnx};
  read.package.response_size = 1_kB;
  scenario.services = {read};
  Stream photos;
  photos.from = 1;
  photos.arrivals = Periodic{200ms};
  photos.input_size = 100_kB;
  scenario.workload = {photos};
  return scenario;
}

TEST(Demand, gives_a_silent_tier_every_runtime_asked_for_and_others_what_they_list) {
  const std::vector<PlacementNode> nodes = placement_nodes(two_tier());
  ASSERT_EQ(nodes.size(), 3U);
  EXPECT_EQ(nodes[0].name, "cloud-1");
  EXPECT_DOUBLE_EQ(nodes[0].cpu, 4.0);
  EXPECT_THAT(nodes[0].runtimes, ElementsAre("builtin", "onnxruntime", "profiled"));
  EXPECT_DOUBLE_EQ(nodes[1].cpu, 0.5);
  EXPECT_THAT(nodes[1].runtimes, ElementsAre("opencv"));
}

TEST(Demand, leaves_a_node_that_is_said_to_have_no_runtime_without_the_built_in_ones_too) {
  Scenario scenario = two_tier();
  scenario.tiers[1].runtimes->clear();
  scenario.services[0].package.variants[0].runtime = "builtin";
  const std::vector<PlacementNode> nodes = placement_nodes(scenario);
  EXPECT_THAT(nodes[1].runtimes, ElementsAre());
  const Placement placement = place(placement_demand(scenario, nodes), nodes);
  ASSERT_EQ(placement.assignments.size(), 1U);
  EXPECT_EQ(placement.assignments[0].node, "cloud-1");
  ASSERT_EQ(placement.rejections.size(), 2U);
  EXPECT_EQ(placement.rejections[0].reason, "runtime builtin is absent (has: none)");
}

TEST(Demand, counts_nodes_that_have_a_runtime_for_some_variant_as_able) {
  Scenario scenario = two_tier();  // its endpoints have opencv alone, and the variant asks for onnxruntime
  ASSERT_EQ(able_nodes(scenario).size(), 1U);
  EXPECT_EQ(able_nodes(scenario)[0].name, "cloud-1");
  scenario.services[0].package.variants[0].runtime = "opencv";  // the silent tier has what is asked for
  EXPECT_EQ(able_nodes(scenario).size(), 3U);
  scenario.tiers[0].runtimes = std::vector<std::string>{};
  EXPECT_EQ(able_nodes(scenario).size(), 2U);
}

TEST(Demand, is_placed_alike_among_all_nodes_and_among_the_able_ones) {
  const Scenario scenario = two_tier();
  const Placement all = planned_placement(scenario);
  EXPECT_EQ(planned_on_able(scenario).assignments, all.assignments);
  EXPECT_EQ(all.rejections.size(), 2U) << "each endpoint says what it lacks";
}

TEST(Demand, sums_the_rates_and_averages_the_network_time_over_the_sources) {
  const Scenario scenario = two_tier();
  const std::vector<PlacementService> services = placement_demand(scenario, placement_nodes(scenario));
  ASSERT_EQ(services.size(), 1U);
  EXPECT_DOUBLE_EQ(services[0].requests_per_second, 10.0);  // two nodes, five a second each
  // To the cloud: 10 + 10 ms, 100 kB at 80 Mbit/s = 10 ms, 1 kB at 8 Mbit/s = 1 ms.
  // To an endpoint: 0 for its own requests, 4 ms for the other's; 2 ms on average.
  EXPECT_THAT(services[0].network_time, ElementsAre(31ms, 2ms, 2ms));
  EXPECT_FALSE(services[0].only_on);
}

// A thousand users on each of two endpoints would ask 100,000 times a second for 20 ms: 4 + 2 cores serve 300.
TEST(Demand, of_users_is_no_more_than_all_cores_can_serve) {
  Scenario scenario = two_tier();
  scenario.services[0].package.variants[0].service_time = 20ms;
  scenario.workload[0].arrivals = ClosedLoop{.users = 1000};
  EXPECT_DOUBLE_EQ(placement_demand(scenario, placement_nodes(scenario))[0].requests_per_second, 300.0);
  scenario.workload[0].arrivals = ClosedLoop{.users = 2, .think = 180ms};  // four in 200 ms
  EXPECT_DOUBLE_EQ(placement_demand(scenario, placement_nodes(scenario))[0].requests_per_second, 20.0);
}

TEST(Demand, turns_the_placement_rule_into_names_of_nodes) {
  Scenario scenario = two_tier();
  scenario.placement = PlaceOnTier{1};
  const std::vector<PlacementNode> nodes = placement_nodes(scenario);
  EXPECT_THAT(*placement_demand(scenario, nodes)[0].only_on, ElementsAre("endpoint-1", "endpoint-2"));
  scenario.placement = PlaceExplicitly{{{0, {2}}}};
  EXPECT_THAT(*placement_demand(scenario, nodes)[0].only_on, ElementsAre("endpoint-2"));
}

TEST(Demand, takes_a_node_that_the_scenario_does_not_know_to_be_as_far_as_its_tier) {
  const Scenario scenario = two_tier();
  const std::vector<PlacementNode> nodes{{"cloud-9", "cloud", 1.0, 1, 1_GiB, {}}, {"stray", "moon", 1.0, 1, 1_GiB, {}}};
  EXPECT_THAT(placement_demand(scenario, nodes)[0].network_time, ElementsAre(31ms, 0ms));
}

}  // namespace
}  // namespace continuo
