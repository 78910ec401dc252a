// Energy and cost by the model, on scenarios small enough to solve by hand.
#include <gtest/gtest.h>

#include "model/model.hh"
#include "model/sample_scenario.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

// One endpoint asks 5 times a second for a minute: 300 requests of 80 ms on an edge node of 2 cores at half of each.
Scenario stated() {
  Scenario scenario = sample_scenario({.edge = {1, 2, 0.5}, .service_time = 80ms});
  scenario.tiers[1].power = PowerDraw{Power::watts(10), Power::watts(30)};
  scenario.tiers[2].power = PowerDraw{Power::watts(1), Power::watts(1)};
  scenario.links[2 * 3 + 1].properties.energy = EnergyPerBit::nanojoules(100);  // endpoint to edge
  scenario.links[1 * 3 + 2].properties.energy = EnergyPerBit::nanojoules(0);
  return scenario;
}

TEST(ModelEnergy, is_idle_power_for_the_time_and_the_rest_by_the_cores_in_use) {
  const Evaluation evaluation = evaluate(stated(), {});
  ASSERT_TRUE(evaluation.energy);
  const EnergyUse& use = *evaluation.energy;
  EXPECT_DOUBLE_EQ(use.tiers.at(1).idle.joules(), 600);  // 10 W x 60 s
  // 300 x 0.08 core-seconds of 2 cores, 20 W: quota or not, the work takes as long on a core.
  EXPECT_NEAR(use.tiers.at(1).dynamic.joules(), 20 * 24 / 2.0, 1e-6);
  EXPECT_NEAR(use.services.at(0).dynamic.joules(), 240, 1e-6) << "the endpoint draws no more when it is busy";
  EXPECT_EQ(use.nodes.size(), 2U);
}

TEST(ModelEnergy, of_links_is_that_of_the_messages_with_all_their_headers) {
  const Evaluation evaluation = evaluate(stated(), {});
  const EnergyUse& use = *evaluation.energy;
  // 65,280 + 500 bytes, and 52 of headers for each of 46 packets of 1448 at most: 8 bits each, 100 nJ.
  EXPECT_NEAR(use.services.at(0).links.joules(), 300 * (65'780 + 46 * 52) * 8 * 100e-9, 1e-6);
  EXPECT_EQ(use.links.at(0).name, "edge to endpoint");
  EXPECT_EQ(use.links.at(0).energy, Energy::none());
}

TEST(ModelEnergy, of_a_request_is_told_with_and_without_idle_nodes) {
  const Evaluation evaluation = evaluate(stated(), {});
  const EnergyUse& use = *evaluation.energy;
  const double marginal = marginal_per_request(use.services.at(0))->joules();
  EXPECT_NEAR(marginal, 240.0 / 300 + (65'780 + 46 * 52) * 8 * 100e-9, 1e-6);
  EXPECT_NEAR(whole_per_request(use, use.services.at(0))->joules(), marginal + (600 + 60) / 300.0, 1e-6);
}

TEST(ModelEnergy, of_an_overloaded_node_is_that_of_a_busy_one) {
  Scenario scenario = stated();
  scenario.services[0].package.variants[0].service_time = 1s;  // 5 core-seconds a second of 1
  const EnergyUse use = *evaluate(scenario, {}).energy;
  EXPECT_NEAR(use.tiers.at(1).dynamic.joules(), 20 * 60 * 0.5, 1e-6);  // half of the cores is all that it may use
}

TEST(ModelEnergy, of_a_profiled_device_that_is_busy_is_that_of_a_busy_node) {
  Scenario scenario = stated();
  scenario.services[0].package.variants[0].runtime = "profiled";
  const EnergyUse use = *evaluate(scenario, {}).energy;
  EXPECT_NEAR(use.tiers.at(1).dynamic.joules(), 300 * 0.08 * 20, 1e-6);
}

TEST(ModelEnergy, costs_the_node_hours_that_have_a_price) {
  Scenario scenario = stated();
  scenario.tiers[1].price = Price{0.6, "EUR"};
  EXPECT_NEAR(*cost_per_million(*evaluate(scenario, {}).energy), 0.6 / 60 / 300 * 1e6, 1e-6);
}

}  // namespace
}  // namespace continuo
