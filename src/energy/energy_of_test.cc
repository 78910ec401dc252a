#include "energy/energy_of.hh"

#include <gtest/gtest.h>

#include <cmath>

#include "scenario/usual_energy.hh"
#include "units/rng.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

// Two edge nodes of 4 cores, one endpoint of one; services "one" and "two".
Scenario small_scenario() {
  Scenario scenario;
  scenario.tiers = {{.name = "edge", .role = Role::edge, .nodes = 2, .cores = 4, .quota = 0.5},
                    {.name = "endpoint", .role = Role::endpoint, .nodes = 1}};
  scenario.tiers[0].power = PowerDraw{Power::watts(10), Power::watts(30)};
  scenario.nodes = {{"edge-1", 0}, {"edge-2", 0}, {"endpoint-1", 1}};
  for (TierIndex from = 0; from < 2; ++from) {
    for (TierIndex to = 0; to < 2; ++to) {
      scenario.links.push_back({from, to, {}, scenario.tiers[from].name + " to " + scenario.tiers[to].name});
    }
  }
  scenario.links[2].properties.energy = EnergyPerBit::nanojoules(100);  // endpoint to edge
  scenario.services = {{.name = "one"}, {.name = "two"}};
  return scenario;
}

std::vector<ServiceResult> completed(std::uint64_t one, std::uint64_t two) {
  std::vector<ServiceResult> services(2);
  services[0].name = "one";
  services[0].completed = one;
  services[1].name = "two";
  services[1].completed = two;
  return services;
}

TEST(EnergyOf, is_linear_between_idle_and_busy_in_the_share_of_cores_in_use) {
  const Scenario scenario = small_scenario();
  Usage usage{scenario, 10s};
  usage.add_busy(0, 0, 6);      // of 2 nodes x 4 cores x 10 s = 80
  usage.add_busy(0, 1, 2);
  usage.add_busy_beside(0, 4);
  const EnergyUse use = energy_of(scenario, usage, completed(3, 1));
  EXPECT_DOUBLE_EQ(use.tiers[0].idle.joules(), 200);    // 2 x 10 W x 10 s
  EXPECT_DOUBLE_EQ(use.tiers[0].dynamic.joules(), 60);  // 20 W x 12 / 4
  EXPECT_FALSE(use.tiers[0].is_usual);
  EXPECT_DOUBLE_EQ(use.services[0].dynamic.joules(), 30);  // 20 W x 6 / 4
  EXPECT_DOUBLE_EQ(use.services[1].dynamic.joules(), 10);
}

TEST(EnergyOf, a_node_that_does_all_it_can_draws_its_busy_power) {
  const Scenario scenario = small_scenario();
  Usage usage{scenario, 10s};
  usage.add_busy(0, 0, 80);
  const EnergyUse use = energy_of(scenario, usage, completed(1, 0));
  EXPECT_DOUBLE_EQ((use.tiers[0].idle + use.tiers[0].dynamic).joules(), 600);  // 2 x 30 W x 10 s
}

TEST(EnergyOf, takes_for_a_link_its_energy_for_each_bit_or_the_usual_one_and_says_which) {
  const Scenario scenario = small_scenario();
  Usage usage{scenario, 10s};
  usage.add_carried(2, 0, 1e6);  // endpoint to edge
  usage.add_carried(1, 1, 1e6);  // edge to endpoint: Ethernet, 40 nJ/bit
  const EnergyUse use = energy_of(scenario, usage, completed(1, 1));
  ASSERT_EQ(use.links.size(), 2U);
  EXPECT_EQ(use.links[0].name, "edge to endpoint");
  EXPECT_TRUE(use.links[0].is_usual);
  EXPECT_NEAR(use.links[0].energy.joules(), 0.32, 1e-12);
  EXPECT_FALSE(use.links[1].is_usual);
  EXPECT_NEAR(use.links[1].energy.joules(), 0.8, 1e-12);  // 8e6 bit x 100e-9 J
  EXPECT_NEAR(use.services[0].links.joules(), 0.8, 1e-12);
}

TEST(EnergyOf, takes_what_is_usual_for_a_link_by_its_ends_and_its_preset) {
  Scenario scenario = small_scenario();
  const auto of = [&](std::size_t link) { return bit_energy_of(scenario, link).per_bit.nanojoules(); };
  scenario.tiers[0].role = Role::cloud;
  scenario.links[1].properties = default_link();
  EXPECT_DOUBLE_EQ(of(1), 40) << "nothing was said of it: a LAN";
  scenario.links[1].properties.delay = 20ms;
  EXPECT_DOUBLE_EQ(of(1), 46.7) << "a wide-area network";
  EXPECT_DOUBLE_EQ(of(0), 40) << "within a tier";
  scenario.links[2].properties.energy = cellular_energy(Role::endpoint, Role::cloud);
  EXPECT_DOUBLE_EQ(of(2), 438.4 + 6200 + 46.7) << "the device sends, the base station receives, and a wide-area network is behind it";
  EXPECT_TRUE(bit_energy_of(scenario, 2).is_usual);
  EXPECT_DOUBLE_EQ(cellular_energy(Role::edge, Role::endpoint).nanojoules(), 20500 + 51.97);
}

TEST(EnergyOf, takes_what_is_usual_for_the_role_where_the_scenario_states_no_power) {
  const Scenario scenario = small_scenario();
  const EnergyUse use = energy_of(scenario, Usage{scenario, 10s}, completed(0, 0));
  EXPECT_TRUE(use.tiers[1].is_usual);
  EXPECT_DOUBLE_EQ(use.tiers[1].idle.joules(), 27);  // a Raspberry Pi 4: 2.7 W
  EXPECT_DOUBLE_EQ(use.tiers[1].busy_power.watts(), 6.4);
}

TEST(EnergyOf, costs_the_hours_of_all_nodes_with_a_price_used_or_not) {
  Scenario scenario = small_scenario();
  scenario.tiers[0].price = Price{0.36, "EUR"};
  const EnergyUse use = energy_of(scenario, Usage{scenario, 10s}, completed(4, 1));
  EXPECT_DOUBLE_EQ(*use.cost(), 0.002);  // 2 x 0.36 x 10 / 3600
  EXPECT_EQ(use.currency, "EUR");
  EXPECT_NEAR(*cost_per_million(use), 400, 1e-9);
}

TEST(EnergyOf, lists_each_node_if_they_are_not_too_many) {
  Scenario scenario = small_scenario();
  Usage usage{scenario, 10s};
  usage.of_nodes = {8, 0, 1};
  const EnergyUse use = energy_of(scenario, usage, completed(1, 1));
  ASSERT_EQ(use.nodes.size(), 3U);
  EXPECT_DOUBLE_EQ(use.nodes[0].dynamic.joules(), 40);  // 20 W x 8 / 4
  EXPECT_DOUBLE_EQ(use.nodes[2].dynamic.joules(), 3.7);
  scenario.nodes.resize(energy_nodes_max + 1);
  usage.of_nodes.resize(scenario.nodes.size());
  EXPECT_TRUE(energy_of(scenario, usage, completed(1, 1)).nodes.empty());
}

TEST(Usage, is_shared_out_anew_in_its_proportions_when_a_total_is_known) {
  const Scenario scenario = small_scenario();
  Usage usage{scenario, 10s};
  usage.add_carried(2, 0, 300);
  usage.add_carried(2, 1, 100);
  usage.set_carried(2, 800);
  usage.set_carried(1, 50);
  EXPECT_DOUBLE_EQ(usage.carried(2, 0), 600);
  EXPECT_DOUBLE_EQ(usage.carried(2), 800);
  EXPECT_DOUBLE_EQ(usage.carried(1), 50);
  EXPECT_DOUBLE_EQ(usage.carried(1, 0), 0) << "it was for no service that is known";
}

TEST(EnergyProperties, no_figure_is_negative_or_no_number_and_all_add_up) {
  for (std::uint64_t number = 0; number < 500; ++number) {
    SCOPED_TRACE(number);
    Rng rng{Seed{number}.derive("energy")};
    const auto between = [&](double least, double most) { return least * std::pow(most / least, rng.uniform()); };
    Scenario scenario = small_scenario();
    for (Tier& tier : scenario.tiers) {
      const double idle = rng.below(4) == 0 ? 0.0 : between(1e-3, 1e6);
      if (rng.below(2) == 0) tier.power = PowerDraw{Power::watts(idle), Power::watts(std::min(1e6, idle * between(1, 100)))};
      if (rng.below(2) == 0) tier.price = Price{between(1e-6, 1e6), "USD"};
    }
    Usage usage{scenario, from_seconds(between(1e-6, 1e9))};
    const double most = to_seconds(usage.time());
    for (ServiceIndex service = 0; service < 2; ++service) {
      usage.add_busy(0, service, rng.below(4) == 0 ? 0.0 : between(1e-9, 1) * most);
      for (std::size_t link = 0; link < 4; ++link) usage.add_carried(link, service, rng.below(2) == 0 ? 0.0 : between(1, 1e25));
    }
    const std::vector<ServiceResult> services = completed(rng.below(3), rng.below(1'000'000));
    const EnergyUse use = energy_of(scenario, usage, services);
    const auto good = [](double value) { return std::isfinite(value) && value >= 0.0; };
    EXPECT_TRUE(good(use.total().joules()));
    double requests = 0.0;
    const EnergyFigures quick = energy_figures(scenario, usage, std::vector{static_cast<double>(services[0].completed),
                                                                            static_cast<double>(services[1].completed)});
    for (ServiceIndex service = 0; service < 2; ++service) {
      const auto whole = whole_per_request(use, use.services[service]);
      EXPECT_EQ(whole.has_value(), services[service].completed > 0);
      EXPECT_EQ(quick.per_request[service].has_value(), whole.has_value());
      if (!whole) continue;
      EXPECT_TRUE(good(whole->joules()));
      EXPECT_GE(whole->joules(), marginal_per_request(use.services[service])->joules());
      EXPECT_NEAR(quick.per_request[service]->joules(), whole->joules(), 1e-9 * whole->joules());
      requests += whole->joules() * static_cast<double>(services[service].completed);
    }
    if (services[0].completed > 0 && services[1].completed > 0) {
      EXPECT_NEAR(requests, use.total().joules(), 1e-9 * use.total().joules());
    }
    EXPECT_EQ(quick.cost_per_million.has_value(), cost_per_million(use).has_value());
    if (!quick.cost_per_million) continue;
    EXPECT_NEAR(*quick.cost_per_million, *cost_per_million(use), 1e-9 * *cost_per_million(use));
  }
}

}  // namespace
}  // namespace continuo
