#include "policy/node_memory.hh"

#include <gtest/gtest.h>

#include <utility>

#include "policy/serving_plan.hh"

namespace continuo {
namespace {

static_assert(node_program_memory == 4_MiB, "the figures below are worked out with it");

Variant stating(Bytes memory) {
  Variant variant;
  variant.name = "v";
  variant.runtime = "builtin";
  variant.memory = memory;
  return variant;
}

Service service_stating(const char* name, Bytes memory) {
  Service service;
  service.name = name;
  service.package.variants = {stating(memory)};
  return service;
}

// Two edge nodes of 256 MiB and three endpoints that can run nothing; nothing is asked for.
Scenario edge_and_endpoints(std::vector<Service> services) {
  Scenario scenario;
  scenario.tiers = {{.name = "edge", .nodes = 2, .memory = 256_MiB},
                    {.name = "endpoint", .role = Role::endpoint, .nodes = 3, .runtimes = std::vector<std::string>{}}};
  scenario.nodes = {{"edge-1", 0}, {"edge-2", 0}, {"endpoint-1", 1}, {"endpoint-2", 1}, {"endpoint-3", 1}};
  scenario.services = std::move(services);
  return scenario;
}

using Filled = std::vector<std::pair<NodeIndex, double>>;

Filled pairs(const std::vector<NodeMemory>& nodes) {
  Filled pairs;
  for (const NodeMemory& memory : nodes) pairs.emplace_back(memory.node, memory.filled);
  return pairs;
}

// As the model finds it, by classes of nodes; and as the simulator does, by a placement of each.
Filled by_classes(const Scenario& scenario) {
  const ClassPlacement placed = class_placement(scenario, {});
  return pairs(memory_of_nodes(scenario, placed.classes, placed.serving));
}

Filled by_plan(const Scenario& scenario) { return pairs(make_serving_plan(scenario, planned_on_able(scenario), {}).memory); }

TEST(NodeMemory, is_the_program_and_what_the_variants_state) {
  LoadedVariants loaded;
  loaded.add(stating(60_MiB));
  EXPECT_DOUBLE_EQ(loaded.share_of(256_MiB).value(), 0.25) << "(4 + 60) / 256";
  loaded.add(stating(192_MiB));
  EXPECT_DOUBLE_EQ(loaded.share_of(256_MiB).value(), 1.0) << "(4 + 60 + 192) / 256";
}

TEST(NodeMemory, may_be_more_than_there_is_since_placement_leaves_nothing_for_the_program) {
  LoadedVariants loaded;
  loaded.add(stating(64_MiB));
  EXPECT_DOUBLE_EQ(loaded.share_of(64_MiB).value(), 1.0625) << "68 / 64";
}

TEST(NodeMemory, is_not_known_of_a_node_with_nothing_loaded_or_with_a_variant_that_states_none) {
  LoadedVariants loaded;
  EXPECT_FALSE(loaded.share_of(1_GiB));
  loaded.add(stating(60_MiB));
  loaded.add(stating(Bytes::zero()));
  EXPECT_FALSE(loaded.share_of(1_GiB)) << "60 MiB and something";
}

// (4 + 28 + 32) / 256 on both edge nodes. The second service is asked for by nobody, and loaded all the same.
TEST(NodeMemory, counts_the_nodes_that_serve_and_no_others) {
  Scenario scenario = edge_and_endpoints({service_stating("one", 28_MiB), service_stating("other", 32_MiB)});
  Stream stream;
  stream.from = 1;
  stream.arrivals = Poisson{std::chrono::seconds{1}};
  scenario.workload = {stream};
  const Filled expected{{0, 0.25}, {1, 0.25}};
  EXPECT_EQ(by_classes(scenario), expected);
  EXPECT_EQ(by_plan(scenario), expected);
}

TEST(NodeMemory, counts_what_placement_found_room_for) {
  // 68 MiB are left when the second one comes: it goes nowhere.
  const Scenario scenario = edge_and_endpoints({service_stating("one", 188_MiB), service_stating("other", 100_MiB)});
  const Filled expected{{0, 0.75}, {1, 0.75}};  // (4 + 188) / 256
  EXPECT_EQ(by_classes(scenario), expected);
  EXPECT_EQ(by_plan(scenario), expected);
}

TEST(NodeMemory, is_told_in_the_order_of_the_nodes_whatever_their_classes) {
  Scenario scenario = edge_and_endpoints({service_stating("one", 60_MiB), service_stating("other", 64_MiB)});
  scenario.tiers[0].nodes = 3;
  scenario.nodes.insert(scenario.nodes.begin() + 2, {"edge-3", 0});
  scenario.placement = PlaceExplicitly{{{0, {0, 1, 2}}, {1, {1}}}};  // edge-1 and edge-3 are alike
  const Filled expected{{0, 0.25}, {1, 0.5}, {2, 0.25}};  // 64 / 256, 128 / 256, 64 / 256
  EXPECT_EQ(by_classes(scenario), expected);
  EXPECT_EQ(by_plan(scenario), expected);
}

}  // namespace
}  // namespace continuo
