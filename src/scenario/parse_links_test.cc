// Links with all their keys, of tiers and of nodes, and access links.
#include <gtest/gtest.h>

#include <algorithm>

#include "scenario/parse.hh"
#include "scenario/test_files.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

// Nodes: 0 cloud-1; 1 and 2 edge-1 and -2; 3 and 4 endpoint-1 and -2.
Scenario scenario_with(const std::string& lines) {
  const std::string text =
      "tiers: {cloud: , edge: {nodes: 2}, endpoint: {nodes: 2}}\n"
      "services: [{package: packages/face}]\n"
      "workload: [{from: endpoint, service: face-detect, every: 1 s}]\n" +
      lines + "\n";
  auto parsed = parse_scenario(text, "x.yaml", TestdataFiles{});
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) {
    ADD_FAILURE() << to_string(*errors);
    return {};
  }
  return std::get<Scenario>(std::move(parsed));
}

// From edge-1 to endpoint-1.
LinkProperties link_with(const std::string& keys) {
  return scenario_with("links: [{from: edge, to: endpoint, " + keys + "}]").link(1, 3);
}

TEST(ParseLinks, reads_how_the_delay_varies) {
  const LinkProperties link = link_with("delay: 20 ms, jitter: {sd: 4 ms, shape: pareto}, reorder: true, overtake: 1 %");
  EXPECT_EQ(link.jitter, 4ms);
  EXPECT_EQ(link.shape, DelayShape::pareto);
  EXPECT_TRUE(link.reorder);
  EXPECT_EQ(link.overtake, Probability::of(0.01));
  EXPECT_EQ(link_with("delay: 20 ms, jitter: {sd: 4 ms, shape: uniform}").shape, DelayShape::uniform);
  EXPECT_EQ(link_with("delay: 20 ms, jitter: 4 ms").shape, DelayShape::normal);
}

TEST(ParseLinks, adds_to_a_table_only_the_delay_that_the_line_says) {
  const LinkProperties link = link_with("jitter: {table: traces/ping.delays}");
  ASSERT_TRUE(link.table);
  EXPECT_EQ(link.shape, DelayShape::table);
  EXPECT_EQ(link.delay, 0ms);
  EXPECT_EQ(link.mean_delay(), 24ms);  // 20 to 22.5 and 22.5 to 31: (21.25 + 26.75) / 2
  EXPECT_EQ(link_with("delay: 5 ms, jitter: {table: traces/ping.delays}").mean_delay(), 29ms);
}

TEST(ParseLinks, reads_bursts) {
  const LinkProperties link = link_with("loss: {good-to-bad: 1 %, bad-to-good: 25 %, loss-in-good: 0.1 %, loss-in-bad: 50 %}");
  EXPECT_EQ(link.loss, Probability::of(0.001));
  EXPECT_EQ(link.bursts, (LossBursts{Probability::of(0.01), Probability::of(0.25), Probability::of(0.5)}));
  const LinkProperties plain = link_with("loss: {good-to-bad: 1 %, bad-to-good: 25 %}");
  EXPECT_EQ(plain.loss, Probability::never());
  EXPECT_EQ(plain.bursts->loss_in_bad, Probability::always());
}

TEST(ParseLinks, reads_duplication_and_corruption) {
  const LinkProperties link = link_with("duplicate: 0.5 %, corrupt: 0.01 %");
  EXPECT_EQ(link.duplicate, Probability::of(0.005));
  EXPECT_EQ(link.corrupt, Probability::of(0.0001));
}

TEST(ParseLinks, reads_a_queue_by_packets_bytes_or_time) {
  EXPECT_EQ(link_with("queue: 100 packets").queue, (QueueProperties{.packets = 100}));
  EXPECT_EQ(link_with("queue: 64 kB").queue, (QueueProperties{.bytes = 64_kB}));
  EXPECT_EQ(link_with("queue: 200 ms").queue, (QueueProperties{.time = 200ms}));
  EXPECT_EQ(link_with("queue: {packets: 10, bytes: 9 kB, time: 20 ms, drop: head}").queue,
            (QueueProperties{.packets = 10, .bytes = 9_kB, .time = 20ms, .drop = DropPolicy::head}));
  EXPECT_EQ(link_with("queue: {drop: codel, target: 10 ms, interval: 200 ms}").queue,
            (QueueProperties{.drop = DropPolicy::codel, .codel_target = 10ms, .codel_interval = 200ms}));
}

TEST(ParseLinks, reads_a_trace_in_place_of_the_rate_and_each_file_once) {
  const Scenario scenario = scenario_with(
      "links:\n"
      "  - {between: [edge, endpoint], preset: 4g, trace: traces/drive.trace}\n"
      "  - {between: [cloud, endpoint], preset: 4g, trace: traces/drive.trace}\n"
      "  - {between: [cloud, edge], trace: traces/tunnel.trace}");
  const LinkProperties& link = scenario.link(1, 3);
  EXPECT_FALSE(link.rate);
  EXPECT_EQ(link.delay, 7500us);
  EXPECT_EQ(link.mean_rate(), BitRate::bits_per_second(1'600'000));  // 4 * 12000 bit in 30 ms
  EXPECT_EQ(link.trace, scenario.link(0, 3).trace);
  EXPECT_EQ(scenario.link(0, 1).trace->period(), 3s);
}

TEST(ParseLinks, lets_a_line_about_nodes_change_what_their_tiers_have_wherever_it_stands) {
  const Scenario scenario = scenario_with(
      "links:\n"
      "  - {from: edge-2, to: endpoint, loss: 5 %}\n"
      "  - {between: [edge-1, endpoint-2], preset: 5g}\n"
      "  - {between: [edge, endpoint], delay: 10 ms, rate: 5 Mbit/s}");
  ASSERT_EQ(scenario.pair_links.size(), 4U);
  EXPECT_TRUE(std::ranges::is_sorted(scenario.pair_links, {}, [](const PairLink& link) { return std::pair{link.from, link.to}; }));
  EXPECT_EQ(scenario.link(2, 3), (LinkProperties{.delay = 10ms, .rate = 5_Mbps, .loss = Probability::of(0.05)}));
  EXPECT_EQ(scenario.link(3, 2), (LinkProperties{.delay = 10ms, .rate = 5_Mbps}));
  EXPECT_EQ(scenario.link(1, 4).rate, BitRate::megabits_per_second(29.66));
  EXPECT_EQ(scenario.link(4, 1).rate, BitRate::megabits_per_second(29.66));
  EXPECT_EQ(scenario.link(1, 3).rate, 5_Mbps);
  EXPECT_EQ(scenario.pair_links[0].label, "edge-1 to endpoint-2 (5g)");
  EXPECT_EQ(scenario.pair_links[1].label, "edge-2 to endpoint-1");
}

TEST(ParseAccess, gives_each_node_of_a_tier_its_own_and_a_node_that_is_named_another) {
  const Scenario scenario = scenario_with(
      "access:\n"
      "  - {of: endpoint-2, down-trace: traces/drive.trace, queue: {drop: codel}}\n"
      "  - {of: endpoint, up: 5 Mbit/s, down: 20 Mbit/s, queue: 100 packets}");
  ASSERT_EQ(scenario.access.size(), 5U);
  EXPECT_FALSE(scenario.access[1].up_link());
  EXPECT_FALSE(scenario.access[1].down_link());
  EXPECT_EQ(scenario.access[3].up_link(), (LinkProperties{.rate = 5_Mbps, .queue = {.packets = 100}}));
  EXPECT_EQ(scenario.access[3].down_link()->rate, 20_Mbps);
  EXPECT_FALSE(scenario.access[4].up_link());
  EXPECT_TRUE(scenario.access[4].down_link()->trace);
  EXPECT_EQ(scenario.access[4].queue.drop, DropPolicy::codel);
  EXPECT_TRUE(scenario_with("").access.empty());
}

}  // namespace
}  // namespace continuo
