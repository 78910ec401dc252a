// Values put into a scenario's YAML are read and judged as if they stood in the file.
#include "sweep/varied_scenario.hh"

#include <gmock/gmock.h>

#include "scenario/test_files.hh"

namespace continuo {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* text =
    "tiers: {cloud: , edge: {nodes: 2}, endpoint: }\n"
    "services: [{package: packages/face}]\n"
    "workload: [{from: endpoint, service: face-detect, every: 1 s}]\n";

VariedScenario varied(const std::vector<std::string>& paths) {
  std::vector<TreePath> parsed;
  for (const std::string& path : paths) parsed.push_back(std::get<TreePath>(parse_tree_path(path)));
  return VariedScenario{std::get<YamlNode>(parse_yaml(text, "x.yaml")), "x.yaml", std::move(parsed)};
}

Scenario valid(const VariedScenario& scenario, const std::vector<std::string>& values) {
  auto parsed = scenario.at(values, TestdataFiles{});
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) {
    ADD_FAILURE() << to_string(*errors);
    return {};
  }
  return std::get<Scenario>(std::move(parsed));
}

std::string errors(const VariedScenario& scenario, const std::vector<std::string>& values) {
  const auto parsed = scenario.at(values, TestdataFiles{});
  const auto* list = std::get_if<std::vector<ScenarioError>>(&parsed);
  return list == nullptr ? "" : to_string(*list);
}

std::string wrong(const std::string& path) {
  const auto found = varied({path}).wrong_path();
  return found ? found->message : "";
}

TEST(VariedScenario, has_the_values_that_were_put_in_and_all_else_as_written) {
  const Scenario scenario = valid(varied({"tiers.edge.nodes", "workload[0].every"}), {"5", "20 ms"});
  EXPECT_EQ(scenario.tiers.at(1).nodes, 5);
  EXPECT_EQ(scenario.tiers.at(0).nodes, 1);
  EXPECT_EQ(scenario.nodes.size(), 7U);  // 1 + 5 + 1
  EXPECT_EQ(scenario.changes, (std::vector<std::string>{"tiers.edge.nodes=5", "workload[0].every=20 ms"}));
}

TEST(VariedScenario, adds_what_the_file_leaves_to_its_default) {
  EXPECT_DOUBLE_EQ(valid(varied({"tiers.edge.quota"}), {"0.25"}).tiers.at(1).quota, 0.25);
  EXPECT_DOUBLE_EQ(valid(varied({"tiers.cloud.quota"}), {"0.5"}).tiers.at(0).quota, 0.5);  // a tier with no keys at all
  EXPECT_EQ(valid(varied({"seed"}), {"9"}).seed, Seed{9});
}

TEST(VariedScenario, is_the_same_whichever_point_came_before) {
  const VariedScenario scenario = varied({"tiers.edge.nodes"});
  EXPECT_EQ(valid(scenario, {"5"}).tiers.at(1).nodes, 5);
  EXPECT_EQ(valid(scenario, {"3"}).tiers.at(1).nodes, 3);
}

TEST(VariedScenario, tells_what_the_parser_says_of_a_value) {
  EXPECT_THAT(errors(varied({"tiers.edge.quota"}), {"7"}), HasSubstr("quota"));
  EXPECT_THAT(errors(varied({"tiers.edge.quotta"}), {"1"}), HasSubstr("did you mean \"quota\"?"));
  EXPECT_THAT(errors(varied({"workload[0].every"}), {"20"}), HasSubstr("20 has no unit"));
}

TEST(VariedScenario, knows_paths_that_lead_nowhere) {
  EXPECT_THAT(wrong("workload[0].every"), IsEmpty());
  EXPECT_EQ(wrong("workload[1].every"), "workload[1].every: workload has 1 item");
  EXPECT_EQ(wrong("workload.every"), "workload.every: workload is a list");
  EXPECT_EQ(wrong("tiers.egde.quota"), "tiers.egde.quota: unknown tier \"egde\"");  // not one tier more
  EXPECT_EQ(wrong("tiers.nope"), "tiers.nope: unknown tier \"nope\"");
  EXPECT_EQ(wrong("services[1].queue"), "services[1].queue: services has 1 item");
  EXPECT_EQ(wrong("tiers[0].quota"), "tiers[0].quota: tiers is not a list");
  EXPECT_EQ(wrong("tiers.edge.nodes.x"), "tiers.edge.nodes.x: tiers.edge.nodes is the single value \"2\"");
}

}  // namespace
}  // namespace continuo
