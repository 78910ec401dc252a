#include "result/energy_use.hh"

#include <gtest/gtest.h>

#include "result/evaluation.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

// Ten seconds: nodes 100 J idle and 50 J busy, links 10 J. For "one" 30 J and 6 J of that, for "two" 10 J and 4 J; 10 J for neither.
EnergyUse ten_seconds() {
  EnergyUse use{.time = 10s, .tiers = {}, .nodes = {}, .links = {}, .services = {}, .beside = Energy::joules(10), .currency = "EUR"};
  use.tiers = {{.name = "edge", .nodes = 2, .idle = Energy::joules(100), .dynamic = Energy::joules(50), .cost = 0.02}};
  use.links = {{.name = "endpoint to edge", .carried = 1_kB, .energy = Energy::joules(10)}};
  use.services = {{"one", 3, Energy::joules(30), Energy::joules(6)}, {"two", 7, Energy::joules(10), Energy::joules(4)}};
  return use;
}

TEST(EnergyUse, shares_what_no_service_asked_for_evenly_over_all_requests) {
  const EnergyUse use = ten_seconds();
  EXPECT_DOUBLE_EQ(use.total().joules(), 160);
  EXPECT_DOUBLE_EQ(marginal_per_request(use.services[0])->joules(), 12);  // (30 + 6) / 3
  EXPECT_DOUBLE_EQ(marginal_per_request(use.services[1])->joules(), 2);
  // 100 + 10 over ten requests
  EXPECT_DOUBLE_EQ(whole_per_request(use, use.services[0])->joules(), 23);
  EXPECT_DOUBLE_EQ(whole_per_request(use, use.services[1])->joules(), 13);
  EXPECT_DOUBLE_EQ(3 * 23 + 7 * 13, 160) << "all requests together are all there was";
}

TEST(EnergyUse, costs_node_hours_by_the_million_requests) {
  EXPECT_DOUBLE_EQ(*cost_per_million(ten_seconds()), 2000);  // 0.02 / 10 * 10^6
  EnergyUse unpriced = ten_seconds();
  unpriced.tiers[0].cost.reset();
  EXPECT_FALSE(cost_per_million(unpriced));
}

TEST(EnergyUse, of_no_request_is_not_known) {
  EnergyUse use = ten_seconds();
  for (ServiceEnergy& service : use.services) service.completed = 0;
  EXPECT_FALSE(marginal_per_request(use.services[0]));
  EXPECT_FALSE(whole_per_request(use, use.services[0]));
  EXPECT_FALSE(cost_per_million(use));
}

TEST(EnergyUse, of_replications_adds_up_and_so_a_request_takes_their_mean) {
  EnergyUse sum = ten_seconds();
  EnergyUse more = ten_seconds();
  more.services[0].completed = 5;
  more.links[0].name = "edge to endpoint";
  merge(more, sum);
  EXPECT_EQ(sum.time, 20s);
  EXPECT_DOUBLE_EQ(sum.total().joules(), 320);
  EXPECT_EQ(sum.links.size(), 2U);
  EXPECT_DOUBLE_EQ(marginal_per_request(sum.services[0])->joules(), 72.0 / 8);
  EXPECT_DOUBLE_EQ(*sum.cost(), 0.04);
}

TEST(HeadRoom, is_by_how_much_the_load_can_grow_and_negative_in_overload) {
  EXPECT_DOUBLE_EQ(*head_room(ResourceLoad{.name = "edge-1 cpu", .offered_load = 0.8}), 0.25);
  EXPECT_DOUBLE_EQ(*head_room(ResourceLoad{.name = "edge-1 cpu", .offered_load = 2.0}), -0.5);
  EXPECT_FALSE(head_room(ResourceLoad{.name = "edge-1 cpu", .offered_load = 0.0}));
  EXPECT_FALSE(head_room(ResourceLoad{.name = "edge-1 memory", .kind = ResourceKind::memory, .offered_load = 0.8}));
  Evaluation evaluation;
  EXPECT_FALSE(head_room(evaluation));
  evaluation.resources = {{.name = "a", .offered_load = 0.4}, {.name = "b", .offered_load = 0.5}};
  find_bottleneck(evaluation);
  EXPECT_DOUBLE_EQ(*head_room(evaluation), 1.0);
}

}  // namespace
}  // namespace continuo
