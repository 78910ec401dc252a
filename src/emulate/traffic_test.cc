// Counters written by hand, as a fabric would copy them before and after the load.
#include "emulate/traffic.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

// An edge node and three endpoints; a link each way.
Scenario small_scenario() {
  Scenario scenario;
  scenario.tiers = {{.name = "edge", .runtimes = {}}, {.name = "endpoint", .nodes = 3, .runtimes = {}}};
  scenario.nodes = {{"edge-1", 0}, {"endpoint-1", 1}, {"endpoint-2", 1}, {"endpoint-3", 1}};
  scenario.links = {{0, 0, {}, ""}, {0, 1, {}, ""}, {1, 0, {}, ""}, {1, 1, {}, ""}};
  return scenario;
}

PathCounters path(Port from, Port to, std::uint64_t packets) {
  PathCounters made{.from = from, .to = to, .link = {}, .measure = {}};
  made.link.offered_packets = packets;
  made.link.offered = Bytes::of(static_cast<std::int64_t>(100 * packets));
  made.link.delivered_packets = packets;
  made.link.delivered = made.link.offered;
  return made;
}

TEST(Traffic, is_what_came_after_the_load_began) {
  FabricCounters before;
  before.paths = {path(1, 0, 10), path(2, 0, 5)};
  FabricCounters after;
  after.paths = {path(1, 0, 25), path(2, 0, 5)};
  after.paths[0].link.lost_packets = 4;
  after.paths[0].link.cut_packets = 2;
  after.paths[0].link.delivered_packets = 19;
  after.paths[0].waiting.add(3us);
  const auto traffic = account_traffic(small_scenario(), before, after);
  ASSERT_EQ(traffic.size(), 1U) << "endpoint-2 sent nothing more";
  EXPECT_EQ(traffic[0].link, "endpoint to edge");
  EXPECT_EQ(traffic[0].from, "endpoint-1");
  EXPECT_EQ(traffic[0].to, "edge-1");
  EXPECT_EQ(traffic[0].offered_packets, 15U);
  EXPECT_EQ(traffic[0].offered, 1500_B);
  EXPECT_EQ(traffic[0].delivered_packets, 9U);
  EXPECT_EQ(traffic[0].dropped, (std::map<std::string, std::uint64_t>{{"lost", 4}, {"cut", 2}}));
  ASSERT_EQ(traffic[0].queueing.size(), 1U);
  EXPECT_EQ(traffic[0].queueing[0].below, 4us);
  EXPECT_EQ(traffic[0].queueing[0].packets, 1U);
}

TEST(Traffic, of_too_many_pairs_tells_the_busiest_and_the_sum_of_the_others) {
  FabricCounters after;
  after.paths = {path(0, 1, 2), path(1, 0, 30), path(2, 0, 10), path(3, 0, 20)};
  after.paths[0].waiting.add(0ns);
  after.paths[2].waiting.add(0ns);
  const auto traffic = account_traffic(small_scenario(), {}, after, 2);
  ASSERT_EQ(traffic.size(), 4U);
  EXPECT_EQ(traffic[0].from, "endpoint-1");
  EXPECT_EQ(traffic[1].from, "endpoint-3");
  EXPECT_EQ(traffic[2].link, "edge to endpoint");
  EXPECT_EQ(traffic[2].from, "");
  EXPECT_EQ(traffic[2].offered_packets, 2U);
  EXPECT_EQ(traffic[3].link, "endpoint to edge");
  EXPECT_EQ(traffic[3].offered_packets, 10U);
}

TEST(Traffic, of_equal_pairs_tells_the_first) {
  FabricCounters after;
  after.paths = {path(1, 0, 5), path(2, 0, 5), path(3, 0, 5)};
  const auto traffic = account_traffic(small_scenario(), {}, after, 2);
  ASSERT_EQ(traffic.size(), 3U);
  EXPECT_EQ(traffic[0].from, "endpoint-1");
  EXPECT_EQ(traffic[1].from, "endpoint-2");
  EXPECT_EQ(traffic[2].from, "");
  EXPECT_EQ(traffic[2].offered_packets, 5U);
}

TEST(Traffic, has_access_links_last_each_with_the_end_that_it_has) {
  FabricCounters after;
  after.access = {{.port = 1, .up = true, .link = path(0, 0, 3).link, .measure = {}},
                  {.port = 2, .up = false, .link = path(0, 0, 4).link, .measure = {}}};
  const auto traffic = account_traffic(small_scenario(), {}, after);
  ASSERT_EQ(traffic.size(), 2U);
  EXPECT_EQ(traffic[0].link, "endpoint-1 up");
  EXPECT_EQ(traffic[0].from, "endpoint-1");
  EXPECT_EQ(traffic[0].to, "");
  EXPECT_EQ(traffic[1].link, "endpoint-2 down");
  EXPECT_EQ(traffic[1].to, "endpoint-2");
}

}  // namespace
}  // namespace continuo
