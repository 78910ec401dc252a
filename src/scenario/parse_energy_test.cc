// What nodes draw and cost, and what a bit takes on a link.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/infrastructure_state.hh"
#include "scenario/parse.hh"
#include "scenario/test_files.hh"

namespace continuo {
namespace {

using ::testing::HasSubstr;

std::variant<Scenario, std::vector<ScenarioError>> parsed(const std::string& tiers, const std::string& rest = "") {
  return parse_scenario("tiers:\n" + tiers +
                            "services: [{package: packages/face}]\n"
                            "workload: [{from: endpoint, service: face-detect, every: 1 s}]\n" + rest,
                        "x.yaml", TestdataFiles{});
}

Scenario valid(const std::string& tiers, const std::string& rest = "") {
  auto scenario = parsed(tiers, rest);
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&scenario)) {
    ADD_FAILURE() << to_string(*errors);
    return {};
  }
  return std::get<Scenario>(std::move(scenario));
}

std::string errors_of(const std::string& tiers, const std::string& rest = "") {
  const auto scenario = parsed(tiers, rest);
  const auto* errors = std::get_if<std::vector<ScenarioError>>(&scenario);
  return errors == nullptr ? "" : to_string(*errors);
}

constexpr const char* two_tiers = "  edge: {nodes: 2}\n  endpoint:\n";

TEST(ParseEnergy, reads_what_nodes_draw_and_cost) {
  const Scenario scenario = valid("  cloud: {power: {idle: 0.066 kW, busy: 247 W}, price: 0.096 USD/h}\n"
                                  "  endpoint: {power: {idle: 2700 mW, busy: 6.4W}, price: 0USD/h}\n");
  EXPECT_EQ(scenario.tiers.at(0).power, (PowerDraw{Power::watts(66), Power::watts(247)}));
  EXPECT_EQ(scenario.tiers.at(0).price, (Price{0.096, "USD"}));
  EXPECT_DOUBLE_EQ(scenario.tiers.at(1).power->idle.watts(), 2.7);
  EXPECT_EQ(scenario.tiers.at(1).price, (Price{0.0, "USD"}));
  EXPECT_FALSE(valid(two_tiers).tiers.at(0).power);
  EXPECT_FALSE(valid(two_tiers).tiers.at(0).price);
}

// Nodes: 0 and 1 edge-1 and -2, 2 endpoint-1.
TEST(ParseEnergy, reads_what_a_bit_takes_on_the_links_of_tiers_and_of_nodes) {
  const Scenario scenario = valid(two_tiers, "links:\n"
                                             "  - {from: endpoint, to: edge, preset: 4g, energy: 300 nJ/bit}\n"
                                             "  - {from: edge, to: endpoint, preset: 4g, energy: 2 uJ/bit}\n"
                                             "  - {from: endpoint-1, to: edge-2, energy: 500 pJ/bit}\n");
  EXPECT_EQ(scenario.link(2, 0).energy, EnergyPerBit::nanojoules(300));
  EXPECT_EQ(scenario.link(0, 2).energy, EnergyPerBit::nanojoules(2000));
  EXPECT_EQ(scenario.link(2, 1).energy, EnergyPerBit::nanojoules(0.5));
  EXPECT_EQ(scenario.link(2, 1).rate, scenario.link(2, 0).rate) << "what a line does not say is as the tiers have it";
  EXPECT_FALSE(scenario.link(0, 1).energy) << "nothing was said of it";
}

TEST(ParseEnergy, is_kept_by_events_that_change_a_link) {
  const Scenario scenario = valid(two_tiers, "links: [{between: [endpoint, edge], rate: 10 Mbit/s, energy: 300 nJ/bit}]\n"
                                             "events: [{at: 1 s, change: [endpoint, edge], rate: 1 Mbit/s}]\n");
  InfrastructureState state{scenario};
  ASSERT_FALSE(state.apply(scenario.events.at(0).action));
  EXPECT_EQ(state.link(2, 0).energy, EnergyPerBit::nanojoules(300));
}

TEST(ParseEnergy, tells_what_is_wrong_with_a_power_and_where) {
  EXPECT_THAT(errors_of("  edge: {power: {idle: 2.7, busy: 6.4 W}}\n  endpoint:\n"), HasSubstr("x.yaml:2:24: `idle` of `power` of tier \"edge\": 2.7 has no unit"));
  EXPECT_THAT(errors_of("  edge: {power: {idle: 7 W, busy: 6.4 W}}\n  endpoint:\n"), HasSubstr("6.4 W when busy and 7 W when idle"));
  EXPECT_THAT(errors_of("  edge: {power: {idle: 7 W}}\n  endpoint:\n"), HasSubstr("busy: 6.4 W"));
  EXPECT_THAT(errors_of("  edge: {power: 7 W}\n  endpoint:\n"), HasSubstr("x.yaml:2:17: "));
  EXPECT_THAT(errors_of("  edge: {power: {idle: 1 W, busy: 2 MW}}\n  endpoint:\n"), HasSubstr("unknown unit \"MW\""));
  EXPECT_THAT(errors_of("  edge: {power: {idle: 1 W, busy: 2000 kW}}\n  endpoint:\n"), HasSubstr("out of range"));
  EXPECT_THAT(errors_of("  edge: {power: {idle: -1 W, busy: 2 W}}\n  endpoint:\n"), HasSubstr("out of range"));
  EXPECT_THAT(errors_of("  edge: {power: {idle: 1 W, busy: 2 nJ/bit}}\n  endpoint:\n"), HasSubstr("is an energy per bit, but a power is needed"));
}

TEST(ParseEnergy, tells_what_is_wrong_with_a_price) {
  EXPECT_THAT(errors_of("  edge: {price: 0.1}\n  endpoint:\n"), HasSubstr("\"0.1\" has no currency"));
  EXPECT_THAT(errors_of("  edge: {price: $0.1/h}\n  endpoint:\n"), HasSubstr("is no price"));
  EXPECT_THAT(errors_of("  edge: {price: 0.1 usd/h}\n  endpoint:\n"), HasSubstr("three capital letters"));
  EXPECT_THAT(errors_of("  edge: {price: 72 USD/month}\n  endpoint:\n"), HasSubstr("0.096 USD/h"));
  EXPECT_THAT(errors_of("  edge: {price: -1 USD/h}\n  endpoint:\n"), HasSubstr("out of range"));
  EXPECT_THAT(errors_of("  edge: {price: inf USD/h}\n  endpoint:\n"), HasSubstr("is no price"));
  EXPECT_THAT(errors_of("  edge: {price: [1 USD/h]}\n  endpoint:\n"), HasSubstr("x.yaml:2:17: "));
}

TEST(ParseEnergy, takes_one_currency_a_scenario) {
  const std::string said = errors_of("  edge: {price: 0.1 USD/h}\n  endpoint: {price: 0.1 EUR/h}\n");
  EXPECT_THAT(said, HasSubstr("x.yaml:3:21: `price` of tier \"endpoint\" is in EUR, and that of tier \"edge\" in USD"));
}

TEST(ParseEnergy, tells_what_is_wrong_with_an_energy_per_bit) {
  const auto said_of = [](const std::string& keys) { return errors_of(two_tiers, "links: [{between: [endpoint, edge], " + keys + "}]\n"); };
  EXPECT_THAT(said_of("energy: 300"), HasSubstr("x.yaml:6:45: `energy` of a link: 300 has no unit"));
  EXPECT_THAT(said_of("energy: 300 nJ"), HasSubstr("did you mean 300 nJ/bit?"));
  EXPECT_THAT(said_of("energy: 2000 uJ/bit"), HasSubstr("out of range"));
  EXPECT_THAT(said_of("energy: 6 W"), HasSubstr("is a power, but an energy per bit is needed"));
}

TEST(ParseEnergy, is_no_matter_of_events_and_access_links) {
  EXPECT_THAT(errors_of(two_tiers, "events: [{at: 1 s, change: [endpoint, edge], energy: 300 nJ/bit}]\n"),
              HasSubstr("x.yaml:6:46: unknown key \"energy\" in an event"));
  EXPECT_THAT(errors_of(two_tiers, "access: [{of: endpoint, up: 1 Mbit/s, energy: 300 nJ/bit}]\n"), HasSubstr("unknown key \"energy\""));
}

}  // namespace
}  // namespace continuo
