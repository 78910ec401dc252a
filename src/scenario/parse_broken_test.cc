// Broken scenarios and exactly what a newcomer is told about each: testdata/broken/*.yaml and *.expected beside them.
// What was said instead is written to BUILD/golden/, to be compared, and copied if it is better.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "scenario/parse.hh"
#include "scenario/test_files.hh"

namespace continuo {
namespace {

std::vector<std::string> broken_scenarios() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{TestdataFiles::root() / "broken"}) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class BrokenScenario : public testing::TestWithParam<std::string> {};

TEST_P(BrokenScenario, is_answered_by_exactly_these_errors) {
  const TestdataFiles files;
  const std::filesystem::path file = "broken/" + GetParam() + ".yaml";
  const auto text = files.read(file, Bytes::mebibytes(1));
  ASSERT_TRUE(text.has_value());
  const auto parsed = parse_scenario(*text, file, files);
  ASSERT_TRUE(std::holds_alternative<std::vector<ScenarioError>>(parsed)) << "it was accepted";
  const std::string said = to_string(std::get<std::vector<ScenarioError>>(parsed));
  const auto expected = files.read("broken/" + GetParam() + ".expected", Bytes::mebibytes(1));
  if (said != expected.value_or("")) {
    const auto folder = std::filesystem::path{CONTINUO_BINARY_DIR} / "golden";
    std::filesystem::create_directories(folder);
    std::ofstream{folder / (GetParam() + ".expected")} << said;
  }
  EXPECT_EQ(said, expected.value_or(""));
}

INSTANTIATE_TEST_SUITE_P(, BrokenScenario, testing::ValuesIn(broken_scenarios()), [](const auto& scenario) {
  std::string name = scenario.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace continuo
