// Two pairs of nodes on one link, one pair on another.
#include "report/link_traffic.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

PathTraffic path(const std::string& link, std::uint64_t packets, Bytes offered) {
  PathTraffic made{.link = link, .from = "a", .to = "b", .offered_packets = packets, .offered = offered, .dropped = {}, .queueing = {}};
  made.delivered_packets = packets;
  return made;
}

TEST(LinkTraffic, is_the_sum_over_the_pairs_of_nodes_of_a_link_and_the_busiest_comes_first) {
  Evaluation evaluation;
  evaluation.traffic = {path("edge to cloud", 3, 300_B), path("endpoint to edge", 5, 500_B), path("endpoint to edge", 7, 700_B)};
  evaluation.traffic[1].dropped = {{"lost", 2}};
  evaluation.traffic[2].dropped = {{"lost", 1}, {"cut", 4}};
  evaluation.traffic[1].queueing = {{1ms, 3}};
  evaluation.traffic[2].queueing = {{1us, 90}, {1ms, 7}};
  const auto links = traffic_by_link(evaluation);
  ASSERT_EQ(links.size(), 2U);
  EXPECT_EQ(links[0].sum.link, "endpoint to edge");
  EXPECT_EQ(links[0].paths, 2U);
  EXPECT_EQ(links[0].sum.offered_packets, 12U);
  EXPECT_EQ(links[0].sum.offered, 1200_B);
  EXPECT_EQ(causes_of(links[0].sum), "4 cut, 3 lost");
  // 90 of 100 waited less than a microsecond, the other 10 less than a millisecond.
  EXPECT_EQ(waited_less_than(links[0].sum, 0.9), 1us);
  EXPECT_EQ(waited_less_than(links[0].sum, 0.91), 1ms);
  EXPECT_EQ(causes_of(links[1].sum), "");
  EXPECT_EQ(waited_less_than(links[1].sum, 0.5), std::nullopt);
}

}  // namespace
}  // namespace continuo
