// Events and programs of a scenario, and the same actions as commands.
#include "scenario/event_action.hh"

#include <gtest/gtest.h>

#include "scenario/infrastructure_state.hh"
#include "scenario/parse.hh"
#include "scenario/test_files.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr const char* start =
    "tiers: {cloud: , edge: {nodes: 2}, endpoint: {nodes: 2}}\n"
    "sites: {hall: [edge-1, endpoint], yard: [edge-2]}\n";

Scenario valid(const std::string& lines) {
  auto parsed = parse_scenario(start + lines, "x.yaml", TestdataFiles{});
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) {
    ADD_FAILURE() << to_string(*errors);
    return {};
  }
  return std::get<Scenario>(std::move(parsed));
}

Scenario with_events(const std::string& events) {
  return valid("services: [{package: packages/face}]\n"
               "workload: [{from: endpoint, service: face-detect, every: 1 s}]\nevents:\n" + events);
}

// Nodes: 0 cloud-1, 1 edge-1, 2 edge-2, 3 endpoint-1, 4 endpoint-2.
TEST(Events, are_in_the_order_of_time_with_the_nodes_of_tiers_sites_and_names) {
  const Scenario scenario = with_events(
      "- {at: 30 s, restart: edge-1}\n"
      "- {at: 10 s, kill: [edge, endpoint-2]}\n"
      "- {at: 20 s, partition: [hall, [cloud, edge-2]]}\n");
  ASSERT_EQ(scenario.events.size(), 3U);
  const auto& kill = std::get<CommandNodes>(scenario.events[0].action);
  EXPECT_EQ(kill.command, NodeCommand::kill);
  EXPECT_EQ(kill.nodes, (std::vector<std::size_t>{1, 2, 4}));
  EXPECT_EQ(scenario.events[0].text, "kill edge endpoint-2");
  const auto& partition = std::get<Partition>(scenario.events[1].action);
  EXPECT_EQ(partition.one, (std::vector<std::size_t>{1, 3, 4}));
  EXPECT_EQ(partition.other, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(scenario.events[1].text, "partition hall | cloud edge-2");
  EXPECT_EQ(std::get<CommandNodes>(scenario.events[2].action).command, NodeCommand::restart);
  EXPECT_EQ(scenario.events[2].at, 30s);
}

TEST(Events, change_quotas) {
  const Scenario scenario = with_events("- {at: 1 s, quota: 20 %, of: edge-2}\n");
  const auto& change = std::get<ChangeQuota>(scenario.events.at(0).action);
  EXPECT_DOUBLE_EQ(change.quota, 0.2);
  EXPECT_EQ(change.nodes, std::vector<std::size_t>{2});
}

TEST(Events, change_figures_of_links_in_one_direction_or_both) {
  const Scenario scenario = with_events(
      "- {at: 1 s, change: [endpoint, edge], rate: 1 Mbit/s, loss: 5 %}\n"
      "- {at: 2 s, change: {from: edge-1, to: cloud}, delay: 20 ms}\n");
  const auto& both = std::get<ChangeLinks>(scenario.events.at(0).action);
  EXPECT_EQ(both.from, (std::vector<std::size_t>{3, 4}));
  EXPECT_EQ(both.to, (std::vector<std::size_t>{1, 2}));
  EXPECT_TRUE(both.both_ways);
  EXPECT_EQ(both.patch.rate, BitRate::megabits_per_second(1));
  EXPECT_EQ(both.patch.loss, Probability::of(0.05));
  EXPECT_EQ(scenario.events[0].text, "change endpoint - edge: rate 1 Mbit/s, loss 5 %");
  const auto& one = std::get<ChangeLinks>(scenario.events.at(1).action);
  EXPECT_FALSE(one.both_ways);
  EXPECT_EQ(one.patch.delay, 20ms);
  EXPECT_EQ(scenario.events[1].text, "change edge-1 to cloud: delay 20 ms");
}

TEST(Events, change_access_links_in_one_direction) {
  const std::string access = "access: [{of: endpoint-1, up: 10 Mbit/s}]\n";
  const std::string load = "services: [{package: packages/face}]\nworkload: [{from: endpoint, service: face-detect, every: 1 s}]\n";
  const Scenario scenario = valid(access + load + "events: [{at: 1 s, change: {up: endpoint-1}, rate: 1 Mbit/s}]\n");
  const auto& change = std::get<ChangeAccess>(scenario.events.at(0).action);
  EXPECT_EQ(change.nodes, std::vector<std::size_t>{3});
  EXPECT_TRUE(change.up);
  EXPECT_EQ(change.patch.rate, BitRate::megabits_per_second(1));
  EXPECT_EQ(scenario.events[0].text, "change endpoint-1 up: rate 1 Mbit/s");
  const auto without = parse_scenario(start + access + load + "events: [{at: 1 s, change: {down: endpoint}, rate: 1 Mbit/s}]\n",
                                      "x.yaml", TestdataFiles{});
  EXPECT_NE(to_string(std::get<std::vector<ScenarioError>>(without)).find("endpoint-1 has no access link down"), std::string::npos);
}

TEST(Programs, are_read_beside_streams_and_may_be_all_there_is) {
  const Scenario scenario = valid("workload: [{exec: \"/usr/bin/iperf3 -c edge-1 -t 5\", on: endpoint, start: 2 s}]\n");
  ASSERT_EQ(scenario.programs.size(), 1U);
  EXPECT_EQ(scenario.programs[0].name, "iperf3");
  EXPECT_EQ(scenario.programs[0].command, "/usr/bin/iperf3 -c edge-1 -t 5");
  EXPECT_EQ(scenario.programs[0].on, (std::vector<NodeIndex>{3, 4}));
  EXPECT_EQ(scenario.programs[0].start, 2s);
  EXPECT_EQ(scenario.end(), 62s) << "the deadline is 60 s after the start";
  EXPECT_TRUE(scenario.services.empty());
}

std::string said(const std::string& line) {
  static const Scenario scenario = with_events("- {at: 1 s, kill: cloud}\n");
  const auto parsed = parse_action(line, scenario, TestdataFiles{});
  const auto* action = std::get_if<NamedAction>(&parsed);
  return action != nullptr ? action->text : "wrong: " + std::get<std::string>(parsed);
}

TEST(ActionLine, has_the_words_of_an_event) {
  EXPECT_EQ(said("kill edge-1"), "kill edge-1");
  EXPECT_EQ(said("restart edge-1 edge-2"), "restart edge-1 edge-2");
  EXPECT_EQ(said("pause edge-1,edge-2"), "pause edge-1 edge-2");
  EXPECT_EQ(said("partition hall cloud,edge-2"), "partition hall | cloud edge-2");
  EXPECT_EQ(said("heal"), "heal all");
  EXPECT_EQ(said("heal hall cloud"), "heal hall | cloud");
  EXPECT_EQ(said("quota edge 0.5"), "quota 0.5 of edge");
  EXPECT_EQ(said("change endpoint edge rate=1Mbit/s loss=5%"), "change endpoint - edge: rate 1Mbit/s, loss 5%");
  EXPECT_EQ(said("change from=edge to=cloud delay=20ms"), "change edge to cloud: delay 20ms");
  EXPECT_EQ(said("change up=edge rate=1Mbit/s"), "change edge up: rate 1Mbit/s");
  EXPECT_EQ(said("{change: [edge, cloud], queue: {packets: 10}}"), "change edge - cloud: queue packets 10");
  EXPECT_EQ(said("{quota: 0.5, of: [edge-1, edge-2]}"), "quota 0.5 of edge-1 edge-2");
}

TEST(ActionLine, says_what_is_wrong_as_for_a_file) {
  EXPECT_EQ(said("kill edge-3"), "wrong: unknown node \"edge-3\"\n  tier \"edge\" has the nodes edge-1 to edge-2");
  EXPECT_EQ(said("kill hal"), "wrong: unknown tier, site or node \"hal\"\n  did you mean \"hall\"?");
  EXPECT_EQ(said("quota edge-1 7").substr(0, 39), "wrong: `quota` of an event: 7 is out of");
  EXPECT_EQ(said("change edge cloud").substr(0, 33), "wrong: `change` without a figure\n");
  EXPECT_EQ(said("change edge cloud rate=fast").substr(0, 26), "wrong: `rate` of the comma");
  EXPECT_EQ(said("{change: {up: edge, down: edge}, rate: 1 Mbit/s}").substr(0, 33), "wrong: `change` says up and down\n");
  EXPECT_EQ(said("").substr(0, 11), "wrong: say ");
  EXPECT_EQ(said("partition hall").substr(0, 11), "wrong: say ");
  EXPECT_EQ(said("{kill: a, pause: b}").substr(0, 38), "wrong: the command says kill and pause");
  EXPECT_EQ(said("{at: 3 s, kill: edge-1}").substr(0, 30), "wrong: unknown key \"at\" in the");
  EXPECT_EQ(said(std::string(5000, 'k')), "wrong: longer than 4096 bytes");
}

}  // namespace
}  // namespace continuo
