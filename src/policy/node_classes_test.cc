#include "policy/node_classes.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

#include "policy/serving_plan.hh"
#include "units/rng.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

Scenario tiers_of(std::vector<Tier> tiers) {
  Scenario scenario;
  scenario.tiers = std::move(tiers);
  for (TierIndex tier = 0; tier < scenario.tiers.size(); ++tier) {
    for (int node = 1; node <= scenario.tiers[tier].nodes; ++node) {
      scenario.nodes.push_back({scenario.tiers[tier].name + "-" + std::to_string(node), tier});
    }
  }
  return scenario;
}

TEST(NodeClasses, are_the_tiers_where_nothing_tells_their_nodes_apart) {
  const ClassPlacement placed = class_placement(tiers_of({{.name = "edge", .nodes = 3}, {.name = "endpoint", .nodes = 40}}), {});
  ASSERT_EQ(placed.classes.size(), 2U);
  EXPECT_EQ(placed.classes[1].first, 3U);
  EXPECT_EQ(placed.classes[1].count, 40U);
  EXPECT_EQ(placed.classes[1].node(39), 42U);
}

TEST(NodeClasses, tell_nodes_apart_by_their_access_links_and_links_of_their_own) {
  Scenario scenario = tiers_of({{.name = "edge", .nodes = 1}, {.name = "endpoint", .nodes = 5}});
  scenario.access.resize(6);
  scenario.access[2].up = BitRate::megabits_per_second(1);
  scenario.access[5].up = BitRate::megabits_per_second(1);
  scenario.pair_links = {{3, 1, {}, "endpoint-3 to endpoint-1"}};
  const ClassPlacement placed = class_placement(scenario, {});
  std::vector<std::vector<NodeIndex>> members;
  for (const NodeClass& nodes : placed.classes) members.push_back(nodes.members);
  EXPECT_EQ(members, (std::vector<std::vector<NodeIndex>>{{0}, {1}, {2, 5}, {3}, {4}}));
}

// Tiers, services, SLOs and rules at random.
Scenario draw(std::uint64_t number) {
  Rng rng{Seed{number}.derive("node classes")};
  std::vector<Tier> tiers;
  for (const char* name : {"cloud", "edge", "endpoint"}) {
    Tier tier{.name = name, .nodes = static_cast<int>(rng.below(13)), .cores = 1 + static_cast<int>(rng.below(3)), .quota = 0.1 + 0.9 * rng.uniform()};
    tier.memory = Bytes::mebibytes(static_cast<std::int64_t>(64 + rng.below(600)));
    if (rng.below(2) == 0) tier.runtimes = std::vector<std::string>{"builtin"};
    tiers.push_back(tier);
  }
  Scenario scenario = tiers_of(std::move(tiers));
  for (TierIndex from = 0; from < 3; ++from) {
    for (TierIndex to = 0; to < 3; ++to) scenario.links.push_back({from, to, {.delay = from_milliseconds(30 * rng.uniform())}, ""});
  }
  for (int index = 0; index < 3; ++index) {
    Service service{.name = "service-" + std::to_string(index)};
    for (std::uint64_t variants = 1 + rng.below(3); variants > 0; --variants) {
      Variant variant;
      variant.name = "variant-" + std::to_string(variants);
      variant.runtime = rng.below(2) == 0 ? "builtin" : "opencv";
      variant.memory = Bytes::mebibytes(static_cast<std::int64_t>(1 + rng.below(300)));
      variant.service_time = from_milliseconds(1 + 100 * rng.uniform());
      service.package.variants.push_back(variant);
    }
    if (rng.below(2) == 0) service.slo = ServiceLevel{0.95, from_milliseconds(150 * rng.uniform())};
    scenario.services.push_back(service);
    Stream stream;
    stream.from = rng.below(3);
    stream.service = static_cast<ServiceIndex>(index);
    stream.arrivals = Poisson{from_milliseconds(100)};
    scenario.workload.push_back(stream);
  }
  if (rng.below(4) == 0) scenario.placement = PlaceOnTier{rng.below(3)};
  if (rng.below(4) == 0 && scenario.nodes.size() > 2) scenario.placement = PlaceExplicitly{{{0, {0, scenario.nodes.size() - 1}}}};
  return scenario;
}

TEST(NodeClasses, get_the_placement_that_each_of_their_nodes_would_get) {
  using Assigned = std::set<std::tuple<std::string, std::string, std::string>>;
  for (std::uint64_t number = 0; number < 300; ++number) {
    SCOPED_TRACE(number);
    const Scenario scenario = draw(number);
    Assigned expected;
    for (const Assignment& one : planned_placement(scenario).assignments) expected.emplace(one.service, one.variant, one.node);
    Assigned found;
    const ClassPlacement placed = class_placement(scenario, {});
    for (const ClassServing& serving : placed.serving) {
      const NodeClass& nodes = placed.classes[serving.node_class];
      const Service& service = scenario.services[serving.service];
      for (std::size_t member = 0; member < nodes.count; ++member) {
        found.emplace(service.name, service.package.variants[serving.variant].name, scenario.nodes[nodes.node(member)].name);
      }
    }
    EXPECT_EQ(found, expected);
  }
}

TEST(NodeClasses, take_over_a_placement_that_a_run_has_made) {
  Scenario scenario = tiers_of({{.name = "edge", .nodes = 3}});
  Service service{.name = "classify"};
  service.package.variants.resize(1);
  service.package.variants[0].name = "v";
  scenario.services = {service};
  Assumptions assumptions;
  assumptions.placement = Placement{{{"classify", "v", "edge-2", 1ms}}, {}, {}};
  const ClassPlacement placed = class_placement(scenario, assumptions);
  ASSERT_EQ(placed.classes.size(), 2U);
  EXPECT_EQ(placed.classes[0].count, 2U);
  ASSERT_EQ(placed.serving.size(), 1U);
  EXPECT_EQ(placed.serving[0].node_class, 1U);
}

}  // namespace
}  // namespace continuo
