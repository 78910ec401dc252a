// Counters written by hand.
#include "network/link_load.hh"

#include <gtest/gtest.h>

#include <array>

namespace continuo {
namespace {

using namespace std::chrono_literals;

Scenario two_tiers() {
  Scenario scenario;
  scenario.tiers = {{.name = "edge", .runtimes = {}}, {.name = "endpoint", .nodes = 3, .runtimes = {}}};
  scenario.nodes = {{"edge-1", 0}, {"endpoint-1", 1}, {"endpoint-2", 1}, {"endpoint-3", 1}};
  scenario.links = {{0, 0, {}, ""}, {0, 1, {}, ""}, {1, 0, {}, ""}, {1, 1, {}, ""}};
  scenario.pair_links = {{.from = 3, .to = 0, .properties = {}, .label = "endpoint-3 to edge-1"}};
  return scenario;
}

LinkCounters busy_for(Duration demanded, Duration transmitting) {
  LinkCounters counters;
  counters.demanded = demanded;
  counters.transmitting = transmitting;
  return counters;
}

TEST(LinkLoads, are_those_of_the_busiest_pair_and_of_each_pair_with_a_link_of_its_own) {
  const std::array paths{PathLoad{1, 0, busy_for(2s, 1s)}, PathLoad{2, 0, busy_for(6s, 4s)}, PathLoad{3, 0, busy_for(1s, 1s)},
                         PathLoad{0, 1, busy_for(0s, 0s)}};
  const auto loads = link_loads(two_tiers(), paths, {4s});
  ASSERT_EQ(loads.size(), 2U) << "nothing needed the way back";
  EXPECT_EQ(loads[0].name, "endpoint to edge");
  EXPECT_DOUBLE_EQ(loads[0].offered_load, 1.5);
  EXPECT_DOUBLE_EQ(loads[0].utilisation, 1.0);
  EXPECT_EQ(loads[1].name, "endpoint-3 to edge-1");
  EXPECT_DOUBLE_EQ(loads[1].offered_load, 0.25);
}

// A quarter of 6 s in 4 s are the open streams', who were answered for twice as long as they sent: 0.75; users take the rest and no more.
TEST(LinkLoads, are_full_at_most_where_users_take_what_open_streams_leave) {
  const std::array paths{PathLoad{1, 0, busy_for(6s, 4s), 0.75}};
  const auto loads = link_loads(two_tiers(), paths, {.time = 4s, .longer = 2.0});
  ASSERT_EQ(loads.size(), 1U);
  EXPECT_DOUBLE_EQ(loads[0].offered_load, 0.999999);
  const std::array more_open{PathLoad{1, 0, busy_for(6s, 4s), 0.25}};
  EXPECT_DOUBLE_EQ(link_loads(two_tiers(), more_open, {.time = 4s, .longer = 1.0}).at(0).offered_load, 1.125) << "0.75 of 6 s in 4 s";
}

TEST(AccessLoad, has_the_name_of_its_node_and_direction) {
  const auto load = access_load(two_tiers(), {2, true, busy_for(1s, 500ms)}, {2s});
  ASSERT_TRUE(load);
  EXPECT_EQ(load->name, "endpoint-2 up");
  EXPECT_DOUBLE_EQ(load->utilisation, 0.25);
  EXPECT_EQ(access_load(two_tiers(), {2, false, busy_for(0s, 0s)}, {2s}), std::nullopt);
}

}  // namespace
}  // namespace continuo
