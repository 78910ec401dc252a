// What the operating services are told.
#include "emulate/operating.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulate/test_support/tiny_scenario.hh"

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Scenario with_both() {
  Scenario scenario = tiny_scenario();
  scenario.operating = {{.kind = OperatingService::Kind::mosquitto, .on = 1}, {.kind = OperatingService::Kind::prometheus, .on = 0}};
  return scenario;
}

TEST(OperatingServices, are_a_broker_for_everybody_that_changes_to_no_other_user) {
  const auto plans = operating_plans(with_both());
  ASSERT_EQ(plans.size(), 2U);
  EXPECT_EQ(plans[0].node, 1U);
  EXPECT_EQ(plans[0].port, 1883);
  EXPECT_THAT(plans[0].arguments, ElementsAre("-c", "/run/tmp/mosquitto.conf"));
  EXPECT_THAT(plans[0].text, HasSubstr("listener 1883 0.0.0.0\nallow_anonymous true\n"));
  EXPECT_THAT(plans[0].text, HasSubstr("user root\n"));
}

TEST(OperatingServices, are_a_prometheus_that_scrapes_every_node) {
  const auto plans = operating_plans(with_both());
  ASSERT_EQ(plans.size(), 2U);
  EXPECT_EQ(plans[1].node, 0U);
  EXPECT_THAT(plans[1].text, HasSubstr("- {targets: ['10.77.0.1:8000'], labels: {node: 'cloud-1', tier: 'cloud'}}\n"));
  EXPECT_THAT(plans[1].text, HasSubstr("- {targets: ['10.77.0.5:8000'], labels: {node: 'endpoint-2', tier: 'endpoint'}}\n"));
}

TEST(OperatingServices, are_refused_if_they_are_not_installed) {
  const auto only_mosquitto = [](const std::string& name) { return name == "mosquitto" ? std::string{"/usr/sbin/mosquitto"} : ""; };
  const auto why = why_no_operating(with_both(), only_mosquitto);
  ASSERT_TRUE(why);
  EXPECT_THAT(*why, HasSubstr("runs prometheus on cloud-1, and it is not installed"));
  Scenario scenario = with_both();
  scenario.operating.pop_back();
  EXPECT_EQ(why_no_operating(scenario, only_mosquitto), std::nullopt);
}

}  // namespace
}  // namespace continuo
