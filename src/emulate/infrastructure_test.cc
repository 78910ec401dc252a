// Many nodes at once: needs root, and writable control groups.
#include "emulate/infrastructure.hh"

#include <gtest/gtest.h>

#include <filesystem>

#include "emulate/test_support/small_network.hh"

namespace continuo {
namespace {

Scenario many_nodes(int count) {
  Scenario scenario;
  scenario.tiers = {{.name = "endpoint", .role = Role::endpoint, .nodes = count, .quota = 0.01, .memory = 32_MiB, .runtimes = {}}};
  scenario.sites = {{"all", {}}};
  for (int node = 0; node < count; ++node) {
    scenario.nodes.push_back({"endpoint-" + std::to_string(node + 1), 0});
    scenario.sites[0].nodes.push_back(static_cast<NodeIndex>(node));
  }
  scenario.links = {{0, 0, default_link(), ""}};
  return scenario;
}

std::ptrdiff_t open_descriptors() {
  const std::filesystem::directory_iterator all{"/proc/self/fd"};
  return std::distance(begin(all), end(all));
}

class ManyNodes : public ::testing::TestWithParam<InfrastructureOptions::Bounds> {};

TEST_P(ManyNodes, come_up_together_tell_so_one_by_one_and_leave_no_descriptor) {
  if (const std::string why = why_no_namespaces(); !why.empty()) {
    GTEST_SKIP() << why;
  }
  constexpr std::size_t count = 60;
  const Scenario scenario = many_nodes(count);
  const MonotonicClock clock;
  const auto before = open_descriptors();
  std::vector<std::size_t> told;
  {
    Infrastructure infrastructure{scenario, binaries + "continuo-init", clock,
                                  {.bounds = GetParam(), .progress = [&](std::size_t up, std::size_t all) {
                                     EXPECT_EQ(all, count);
                                     told.push_back(up);
                                   }}};
    EXPECT_EQ(infrastructure.nodes().size(), count);
    EXPECT_LE(open_descriptors() - before, static_cast<std::ptrdiff_t>(2 * count + 8)) << "a socket and a device each";
    EXPECT_EQ(infrastructure.cpu_used().size(), count);
    Running look{infrastructure.nodes().back(), {binaries + "emulate-probe", "look"}};
    EXPECT_EQ(look.line(), "endpoint-60 2 2");
  }
  ASSERT_EQ(told.size(), count);
  EXPECT_EQ(told.front(), 1U);
  EXPECT_EQ(told.back(), count);
  EXPECT_EQ(open_descriptors(), before);
}

INSTANTIATE_TEST_SUITE_P(, ManyNodes,
                         ::testing::Values(InfrastructureOptions::Bounds::control_groups, InfrastructureOptions::Bounds::none),
                         [](const auto& bounds) {
                           return bounds.param == InfrastructureOptions::Bounds::none ? "unbounded" : "bounded";
                         });

}  // namespace
}  // namespace continuo
