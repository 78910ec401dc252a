#include "scenario/infrastructure_state.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

// Three nodes a-1, b-1, b-2 with the default link between all.
Scenario three_nodes() {
  Scenario scenario;
  scenario.tiers = {{.name = "a", .quota = 0.5}, {.name = "b", .nodes = 2, .quota = 1.0}};
  scenario.nodes = {{"a-1", 0}, {"b-1", 1}, {"b-2", 1}};
  return scenario;
}

CommandNodes command(NodeCommand command, NodeIndex node) { return {command, {node}}; }

TEST(InfrastructureState, follows_kill_pause_resume_and_restart) {
  const Scenario scenario = three_nodes();
  InfrastructureState state{scenario};
  EXPECT_EQ(state.apply(command(NodeCommand::resume, 0)), "nothing is paused there");
  EXPECT_EQ(state.apply(command(NodeCommand::pause, 0)), std::nullopt);
  EXPECT_EQ(state.state(0), NodeState::paused);
  EXPECT_EQ(state.apply(command(NodeCommand::pause, 0)), "paused already");
  EXPECT_EQ(state.apply(command(NodeCommand::kill, 0)), std::nullopt);
  EXPECT_EQ(state.apply(command(NodeCommand::kill, 0)), "killed already");
  EXPECT_EQ(state.apply(command(NodeCommand::resume, 0)), "a-1 is killed then: only restart brings it back");
  EXPECT_EQ(state.apply(command(NodeCommand::restart, 0)), std::nullopt);
  EXPECT_EQ(state.state(0), NodeState::running);
  EXPECT_EQ(state.state(1), NodeState::running);
}

TEST(InfrastructureState, cuts_both_directions_and_heals_part_of_it) {
  const Scenario scenario = three_nodes();
  InfrastructureState state{scenario};
  EXPECT_EQ(state.apply(Heal{}), "nothing is cut there");
  EXPECT_EQ(state.apply(Partition{{0}, {1, 2}}), std::nullopt);
  EXPECT_TRUE(state.is_cut(0, 2));
  EXPECT_TRUE(state.is_cut(2, 0));
  EXPECT_FALSE(state.is_cut(1, 2));
  EXPECT_EQ(state.apply(Partition{{1}, {0}}), "they are cut off from each other already");
  EXPECT_EQ(state.apply(Heal{{0}, {1}}), std::nullopt);
  EXPECT_EQ(state.cut_pairs(), (std::vector<std::pair<NodeIndex, NodeIndex>>{{0, 2}, {2, 0}}));
  EXPECT_EQ(state.apply(Heal{}), std::nullopt);
  EXPECT_TRUE(state.cut_pairs().empty());
}

TEST(InfrastructureState, changes_figures_one_upon_the_other) {
  const Scenario scenario = three_nodes();
  InfrastructureState state{scenario};
  EXPECT_EQ(state.apply(ChangeLinks{{0}, {1}, false, {.delay = 5ms}}), std::nullopt);
  EXPECT_EQ(state.apply(ChangeLinks{{0}, {1}, true, {.loss = Probability::of(0.1)}}), std::nullopt);
  EXPECT_EQ(state.link(0, 1).delay, 5ms);
  EXPECT_EQ(state.link(0, 1).loss, Probability::of(0.1));
  EXPECT_EQ(state.link(1, 0).delay, default_link().delay);
  EXPECT_EQ(state.link(0, 2), default_link());
  EXPECT_EQ(state.apply(ChangeLinks{{0}, {1}, false, {.delay = 5ms}}), "these figures are in force already");
  EXPECT_EQ(state.apply(ChangeLinks{{0}, {1}, false, {.jitter = 4ms}}),
            "from a-1 to b-1, jitter 4 ms is more than half of the delay 5 ms");
}

TEST(InfrastructureState, changes_the_access_links_that_nodes_have) {
  Scenario scenario = three_nodes();
  scenario.access = {{.up = 10_Mbps}, {}, {}};
  InfrastructureState state{scenario};
  EXPECT_EQ(state.apply(ChangeAccess{{0}, true, {.rate = 1_Mbps}}), std::nullopt);
  EXPECT_EQ(state.access(0, true).rate, 1_Mbps);
  EXPECT_EQ(state.apply(ChangeAccess{{0}, true, {.rate = 1_Mbps}}), "these figures are in force already");
  EXPECT_EQ(state.apply(ChangeAccess{{0}, false, {.rate = 1_Mbps}}),
            "a-1 has no access link down: `access` of the scenario states those");
  EXPECT_EQ(state.apply(ChangeAccess{{0}, true, {.jitter = 1ms}}), "a-1 up, jitter 1 ms is more than half of the delay 0 ns");
}

TEST(InfrastructureState, keeps_a_jitter_that_the_shape_of_the_delay_allows) {
  // A Pareto delay reaches 10 / sqrt(3) = 5.8 ms below its mean, a uniform one 5.5 * sqrt(3) = 9.5 ms: neither below 0.
  const Scenario scenario = three_nodes();
  for (const auto& [shape, jitter] : {std::pair<DelayShape, Duration>{DelayShape::pareto, 10ms}, {DelayShape::uniform, 5500us}}) {
    InfrastructureState state{scenario};
    EXPECT_EQ(state.apply(ChangeLinks{{0}, {1}, false, {.delay = 10ms, .jitter = jitter, .shape = shape}}), std::nullopt);
    EXPECT_EQ(state.apply(ChangeLinks{{0}, {1}, false, {.loss = Probability::of(0.05)}}), std::nullopt);
    EXPECT_EQ(state.link(0, 1).jitter, jitter);
    EXPECT_EQ(state.link(0, 1).loss, Probability::of(0.05));
  }
}

TEST(InfrastructureState, refuses_a_change_that_leaves_an_order_to_change_where_none_can) {
  const Scenario scenario = three_nodes();
  InfrastructureState state{scenario};
  EXPECT_EQ(state.apply(ChangeLinks{{0}, {1}, false, {.delay = 10ms, .jitter = 2ms, .reorder = true}}), std::nullopt);
  EXPECT_EQ(state.apply(ChangeLinks{{0}, {1}, false, {.jitter = 0ms}}),
            "from a-1 to b-1, packets cannot change their order where every delay is the same");
  EXPECT_EQ(state.apply(ChangeLinks{{0}, {2}, false, {.delay = 10ms, .overtake = Probability::of(0.1)}}), std::nullopt);
  EXPECT_EQ(state.apply(ChangeLinks{{0}, {2}, false, {.delay = 0ms, .jitter = 0ms}}),
            "from a-1 to b-2, packets that skip the delay cannot overtake where there is none");
  EXPECT_EQ(state.link(0, 1).jitter, 2ms) << "what was refused left the link alone";
}

TEST(Pairs, are_as_many_as_are_counted) {
  const Action one_way = ChangeLinks{{0, 1}, {1, 2}, false, {}};  // 0-1, 0-2, 1-2
  EXPECT_EQ(pairs_of(one_way), (std::vector<std::pair<NodeIndex, NodeIndex>>{{0, 1}, {0, 2}, {1, 2}}));
  EXPECT_EQ(count_pairs(one_way), 3U);
  const Action within = ChangeLinks{{0, 1, 2}, {0, 1, 2}, true, {}};
  EXPECT_EQ(pairs_of(within).size(), 12U);
  EXPECT_EQ(count_pairs(within), 12U);
  EXPECT_EQ(count_pairs(ChangeLinks{{1}, {1}, true, {}}), 0U);
  EXPECT_EQ(count_pairs(Partition{{0}, {1, 2}}), 4U);
  EXPECT_EQ(count_pairs(Heal{{0}, {1, 2}}), 4U);
  EXPECT_EQ(count_pairs(Heal{}), 0U);
  EXPECT_EQ(count_pairs(command(NodeCommand::kill, 0)), 0U);
}

TEST(InfrastructureState, changes_quotas) {
  const Scenario scenario = three_nodes();
  InfrastructureState state{scenario};
  EXPECT_EQ(state.apply(ChangeQuota{{0}, 0.5}), "this quota is in force already");
  EXPECT_EQ(state.apply(ChangeQuota{{0, 1}, 0.5}), std::nullopt);
  EXPECT_DOUBLE_EQ(state.quota(1), 0.5);
  EXPECT_DOUBLE_EQ(state.quota(2), 1.0);
}

}  // namespace
}  // namespace continuo
