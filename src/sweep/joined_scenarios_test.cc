// Put together from single values, scenarios are those that the parser makes of all values at once; or they are not put together.
#include "sweep/joined_scenarios.hh"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "scenario/parse.hh"
#include "scenario/test_files.hh"

namespace continuo {
namespace {

constexpr const char* one_second_text =
    "tiers: {cloud: , edge: {nodes: 2, power: {idle: 1 W, busy: 2 W}}, endpoint: }\n"
    "links: [{between: [edge, endpoint], delay: 5 ms}, {between: [cloud, endpoint], delay: 20 ms}]\n"
    "services: [{package: packages/face}]\n"
    "workload: [{from: endpoint, service: face-detect, every: 1 s}]\n";

constexpr const char* loop_text =
    "tiers: {edge: , endpoint: }\n"
    "services: [{package: packages/face}]\n"
    "workload: [{from: endpoint, service: face-detect, users: 3, think: 1 s}]\n";

struct Sweep {
  explicit Sweep(const std::vector<std::string>& parameters, const char* text = one_second_text) : axes{std::get<std::vector<Axis>>(parse_axes(parameters))} {
    std::vector<TreePath> paths;
    for (const Axis& axis : axes) paths.push_back(axis.path);
    varied.emplace(std::get<YamlNode>(parse_yaml(text, "x.yaml")), "x.yaml", paths);
    as_written = std::get<Scenario>(parse_scenario(text, "x.yaml", TestdataFiles{}));
    joined = JoinedScenarios::of(*varied, axes, as_written, TestdataFiles{});
  }

  std::vector<Axis> axes;
  std::optional<VariedScenario> varied;
  Scenario as_written;
  std::optional<JoinedScenarios> joined;
};

TEST(JoinedScenarios, have_the_value_of_each_parameter_at_every_point) {
  const Sweep sweep{{"tiers.edge.quota=0.25,0.5", "workload[0].every=20ms,40ms,80ms", "links[1].delay=1ms,2ms", "placement=edge,cloud"}};
  ASSERT_TRUE(sweep.joined);
  Scenario scenario = sweep.as_written;
  for (std::size_t point = 24; point-- > 0;) {
    sweep.joined->put(point, scenario);
    const Scenario whole = std::get<Scenario>(sweep.varied->at(values_at(sweep.axes, point), TestdataFiles{}));
    EXPECT_EQ(scenario.tiers[1].quota, whole.tiers[1].quota) << point;
    EXPECT_EQ(scenario.workload[0].mean_interval(), whole.workload[0].mean_interval()) << point;
    EXPECT_EQ(scenario.link(0, 3).delay, whole.link(0, 3).delay) << point;
    EXPECT_EQ(scenario.link(1, 3).delay, std::chrono::milliseconds{5}) << point;
    EXPECT_EQ(std::get<PlaceOnTier>(scenario.placement).tier, std::get<PlaceOnTier>(whole.placement).tier) << point;
  }
}

TEST(JoinedScenarios, are_made_of_users_or_of_their_thinking) {
  for (const std::string parameter : {"workload[0].users=1,2,4", "workload[0].think=10ms,20ms"}) {
    const Sweep sweep{{parameter, "tiers.edge.quota=0.25,0.5"}, loop_text};
    ASSERT_TRUE(sweep.joined) << parameter;
    Scenario scenario = sweep.as_written;
    for (std::size_t point = 0; point < point_count(sweep.axes); ++point) {
      sweep.joined->put(point, scenario);
      const Scenario whole = std::get<Scenario>(sweep.varied->at(values_at(sweep.axes, point), TestdataFiles{}));
      const auto& loop = std::get<ClosedLoop>(scenario.workload[0].arrivals);
      EXPECT_EQ(loop.users, std::get<ClosedLoop>(whole.workload[0].arrivals).users) << point;
      EXPECT_EQ(loop.think, std::get<ClosedLoop>(whole.workload[0].arrivals).think) << point;
    }
  }
  EXPECT_FALSE((Sweep{{"workload[0].users=1,2", "workload[0].think=10ms,20ms"}, loop_text}.joined)) << "both are of one stream's arrivals";
}

TEST(JoinedScenarios, may_touch_two_figures_of_one_tier_and_two_links) {
  EXPECT_TRUE((Sweep{{"tiers.edge.quota=0.25,0.5", "tiers.edge.cores=1,2", "links[0].delay=1ms,2ms", "links[1].delay=1ms,2ms"}}.joined));
}

TEST(JoinedScenarios, have_what_nodes_draw_and_cost_and_what_a_bit_takes) {
  const Sweep sweep{{"tiers.edge.power.busy=2 W,4 W", "tiers.edge.price=1 EUR/h,2 EUR/h",
                     "links[1].energy=10 nJ/bit,20 nJ/bit"}};
  ASSERT_TRUE(sweep.joined);
  Scenario scenario = sweep.as_written;
  sweep.joined->put(6, scenario);  // the second power and price, the first energy
  EXPECT_EQ(scenario.tiers[1].power->busy, Power::watts(4));
  EXPECT_EQ(scenario.tiers[1].price->per_hour, 2.0);
  EXPECT_EQ(scenario.link(0, 3).energy, EnergyPerBit::nanojoules(10));
}

TEST(JoinedScenarios, are_not_made_where_two_parameters_touch_the_same_link) {
  EXPECT_FALSE((Sweep{{"links[0].delay=1ms,2ms", "links[0].rate=1 Mbit/s,2 Mbit/s"}}.joined));
}

// 59 prices each, one of them in another currency: no point that is parsed whole need show it.
TEST(JoinedScenarios, are_not_made_of_two_prices_which_may_be_in_two_currencies) {
  std::string edge = "tiers.edge.price=1 USD/h";
  std::string cloud = "tiers.cloud.price=1 USD/h";
  for (int price = 2; price < 60; ++price) edge += fmt::format(",{} {}/h", price, price == 31 ? "EUR" : "USD");
  for (int price = 2; price < 60; ++price) cloud += fmt::format(",{} USD/h", price);
  EXPECT_FALSE((Sweep{{edge, cloud}}.joined));
  EXPECT_TRUE((Sweep{{edge, "tiers.cloud.quota=0.25,0.5"}}.joined)) << "one price is in one currency";
}

TEST(JoinedScenarios, are_not_made_of_what_changes_the_nodes_or_is_wrong) {
  EXPECT_FALSE(Sweep{{"tiers.edge.nodes=1,2"}}.joined);
  EXPECT_FALSE(Sweep{{"tiers.edge.quota=0.5,7"}}.joined);
}

}  // namespace
}  // namespace continuo
