// Energy and cost by the simulator, on scenarios small enough to add up by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "simulate/service_for_tests.hh"
#include "simulate/simulate.hh"
#include "units/rng.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

// One endpoint sends 100 requests of 1000 bytes in 10 s to an edge node of two cores, each served in 20 ms and answered with 100 bytes.
Scenario small_scenario() {
  Scenario scenario = test::endpoint_and_edge();
  scenario.tiers[0].cores = 2;
  scenario.tiers[0].power = PowerDraw{Power::watts(10), Power::watts(30)};
  scenario.tiers[1].power = PowerDraw{Power::watts(1), Power::watts(2)};
  for (Link& link : scenario.links) link.properties.energy = EnergyPerBit::nanojoules(1000);
  return scenario;
}

SimulateOptions bare() {
  SimulateOptions options;
  options.prepare_time = 1ms;
  options.message_overhead = Bytes::zero();
  options.response_size = 100_B;
  return options;
}

TEST(SimulatedEnergy, is_what_the_requests_used_of_cores_and_links) {
  const Evaluation evaluation = evaluate(small_scenario(), bare());
  ASSERT_TRUE(evaluation.energy);
  const EnergyUse& use = *evaluation.energy;
  const double seconds = to_seconds(evaluation.duration);
  EXPECT_NEAR(use.tiers.at(0).idle.joules(), 10 * seconds, 1e-9);
  EXPECT_NEAR(use.tiers.at(0).dynamic.joules(), 20 * 100 * 0.020 / 2, 0.001);  // 2 core-seconds of 2 cores
  EXPECT_NEAR(use.tiers.at(1).dynamic.joules(), 1 * 100 * 0.001, 1e-6);        // 1 ms to prepare each
  // A segment each, with 52 bytes of headers.
  ASSERT_EQ(use.links.size(), 2U);
  EXPECT_EQ(use.links.at(0).carried, 15'200_B);
  EXPECT_EQ(use.links.at(1).carried, 105'200_B);
  EXPECT_NEAR(use.services.at(0).links.joules(), 100 * (152 + 1052) * 8 * 1e-6, 1e-9);
  EXPECT_NEAR(marginal_per_request(use.services.at(0))->joules(), 0.2 + 0.001 + 1204 * 8e-6, 1e-4);
  EXPECT_EQ(use.beside, Energy::none());
  EXPECT_EQ(use.nodes.size(), 2U);
}

TEST(SimulatedEnergy, of_links_that_lose_packets_counts_those_sent_again) {
  Scenario scenario = small_scenario();
  scenario.links[2].properties.loss = Probability::of(0.3);
  const EnergyUse use = *evaluate(scenario, bare()).energy;
  EXPECT_GT(use.links.at(1).carried, 105'200_B);
  EXPECT_EQ(use.links.at(0).carried, 15'200_B);
}

TEST(SimulatedEnergy, of_links_between_two_nodes_stands_by_itself) {
  Scenario scenario = small_scenario();
  scenario.pair_links = {{1, 0, LinkProperties{.delay = 5ms, .energy = EnergyPerBit::nanojoules(10)}, "endpoint-1 to edge-1"}};
  const EnergyUse use = *evaluate(scenario, bare()).energy;
  EXPECT_EQ(use.links.at(1).name, "endpoint-1 to edge-1");
  EXPECT_NEAR(use.links.at(1).energy.joules(), 100 * 1052 * 8 * 10e-9, 1e-12);
}

TEST(SimulatedEnergy, of_two_services_on_a_node_is_shared_by_the_work_done_for_each) {
  Scenario scenario = small_scenario();
  scenario.services.push_back(test::service_taking(60ms));
  scenario.services[1].name = "other";
  scenario.workload.push_back(scenario.workload[0]);
  scenario.workload[1].name = "others";
  scenario.workload[1].service = 1;
  const EnergyUse use = *evaluate(scenario, bare()).energy;
  EXPECT_NEAR(use.services.at(0).dynamic.joules(), 20 + 0.1, 0.01);
  EXPECT_NEAR(use.services.at(1).dynamic.joules(), 60 + 0.1, 0.01);
}

// 10,000 requests a second, 1 ms each to prepare, on a hundredth of a core: of 10 s it has 0.1, not 100.
TEST(SimulatedEnergy, of_preparing_is_no_more_than_the_node_can_do) {
  Scenario scenario = small_scenario();
  scenario.tiers[1].quota = 0.01;
  scenario.workload[0].arrivals = Periodic{100us};
  const Evaluation evaluation = evaluate(scenario, bare());
  const double cpu_used = 0.01 * to_seconds(evaluation.duration);
  EXPECT_NEAR(evaluation.energy->tiers.at(1).dynamic.joules(), 1 * cpu_used, 1e-9);
  EXPECT_NEAR(evaluation.energy->nodes.at(1).dynamic.joules(), 1 * cpu_used, 1e-9);
}

TEST(SimulatedEnergy, is_never_negative_and_no_node_draws_more_than_when_it_is_busy) {
  Rng rng{Seed{11}};
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(round);
    Scenario scenario = small_scenario();
    scenario.seed = Seed{rng.next()};
    scenario.workload[0].arrivals = Poisson{from_seconds(0.002 + 0.1 * rng.uniform())};
    scenario.workload[0].deadline = 300ms;
    if (round % 2 == 0) scenario.services[0].package.variants[0].runtime = "profiled";
    if (round % 3 == 0) scenario.links[2].properties.rate = 1_Mbps;
    scenario.events = {{2s, ChangeQuota{{0}, 0.5}, "quota"}, {3s, CommandNodes{static_cast<NodeCommand>(rng.below(4)), {0}}, "command"}};
    const Evaluation evaluation = evaluate(scenario, bare());
    for (const TierEnergy& tier : evaluation.energy->tiers) {
      EXPECT_GE(tier.dynamic, Energy::none());
      EXPECT_LE((tier.idle + tier.dynamic).joules(), (1 + 1e-6) * tier.busy_power.watts() * to_seconds(evaluation.duration));
    }
    for (const LinkEnergy& link : evaluation.energy->links) EXPECT_GE(link.energy, Energy::none());
    const auto whole = whole_per_request(*evaluation.energy, evaluation.energy->services.at(0));
    EXPECT_EQ(whole.has_value(), evaluation.services.at(0).completed > 0);
    EXPECT_TRUE(std::isfinite(whole.value_or(Energy::none()).joules()));
  }
}

}  // namespace
}  // namespace continuo
