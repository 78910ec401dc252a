// What each node and load generator is told.
#include "emulate/command_lines.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::Not;

Scenario two_sites() {
  Scenario scenario;
  scenario.file = "/scenarios/two.yaml";
  scenario.seed = Seed{7};
  scenario.tiers = {{.name = "cloud", .runtimes = {}},
                    {.name = "edge", .nodes = 2, .cores = 2, .quota = 0.75, .memory = 1_GiB, .runtimes = {{"opencv", "builtin"}}}};
  scenario.nodes = {{"cloud-1", 0}, {"edge-1", 1}, {"edge-2", 1}};
  scenario.sites = {{"near", {0, 1}}, {"far", {2}}};
  return scenario;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) {
    text += word + " ";
  }
  return text;
}

TEST(NodeCommand, says_what_a_node_is_and_where_others_reach_it) {
  EXPECT_EQ(joined(node_command(two_sites(), 1, "/bin/continuo")),
            "/bin/continuo node --name edge-1 --tier edge --listen 0.0.0.0 --port 8000 --advertise 10.77.0.2:8000 "
            "--store /run/continuo/store --cores 2 --quota 0.75 --memory 1073741824 --seed 7 --events --runtimes opencv,builtin ");
}

TEST(NodeCommand, gives_the_hub_the_scenario_and_a_node_of_another_site_the_hub) {
  const Scenario scenario = two_sites();
  EXPECT_THAT(joined(node_command(scenario, 0, "c")), ::testing::HasSubstr("--hub /scenarios/two.yaml "));
  EXPECT_THAT(node_command(scenario, 1, "c"), Not(Contains("--peer")));
  EXPECT_THAT(joined(node_command(scenario, 2, "c")), ::testing::HasSubstr("--peer 10.77.0.1:8000 "));
}

TEST(Commands, tell_what_was_changed_in_the_scenario_to_those_who_read_it_again) {
  Scenario scenario = two_sites();
  scenario.changes = {"tiers.edge.cores=4", "workload[0].every=20 ms"};
  const std::string told = "--set tiers.edge.cores=4 --set workload[0].every=20 ms ";
  EXPECT_THAT(joined(node_command(scenario, 0, "c")), ::testing::HasSubstr("--hub /scenarios/two.yaml " + told));
  EXPECT_THAT(node_command(scenario, 1, "c"), Not(Contains("--set")));
  EXPECT_THAT(joined(load_command(scenario, 1, "c", 1s)), ::testing::EndsWith(told));
}

TEST(LoadCommand, sends_to_its_own_node_from_the_moment_all_begin) {
  EXPECT_EQ(joined(load_command(two_sites(), 2, "/bin/continuo", 1500ms)),
            "/bin/continuo load /scenarios/two.yaml --node edge-2 --target 10.77.0.3:8000 --start-at 1500000000 ");
}

}  // namespace
}  // namespace continuo
