// The scenarios of cells: their file with their settings, what is emulated instead, and a digest that knows both.
#include "sweep/figure/figure_scenarios.hh"

#include <gmock/gmock.h>

#include <map>

namespace continuo {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Memory final : public Files {
 public:
  explicit Memory(std::map<std::string, std::string> texts) : texts_{std::move(texts)} {}
  std::optional<std::string> read(const std::filesystem::path& path, Bytes) const override {
    const auto found = texts_.find(path.string());
    return found == texts_.end() ? std::nullopt : std::optional{found->second};
  }
  std::vector<FoundFile> match(const std::filesystem::path&, const std::string&, std::size_t) const override { return {}; }

 private:
  std::map<std::string, std::string> texts_;
};

const Memory disk{{{"folder/whole.yaml", "tiers: {edge: {nodes: 3}}\nworkload: [{exec: 'true', on: edge}]\n"},
                   {"folder/part.yaml", "tiers: {edge: {nodes: 1}}\nworkload: [{exec: 'true', on: edge}]\n"}}};

std::vector<FigureCell> cells(const std::string& point) {
  return cells_of(std::get<Figure>(parse_figure("figure: F\nscenario: whole.yaml\nemulate: part.yaml\nx: {points: [" + point + "]}\n", "f")));
}

TEST(FigureScenarios, have_the_settings_of_their_cell) {
  const auto all = cells("{name: a, set: {tiers.edge.cores: 2}, emulate: {set: {tiers.edge.quota: 0.5}}}");
  FigureScenarios scenarios{"folder", 9, ""};
  ASSERT_THAT(scenarios.load(all, disk), IsEmpty());
  const auto whole = std::get<Scenario>(scenarios.at(all[0], Fidelity::simulate, disk));
  EXPECT_EQ(whole.tiers[0].nodes, 3);
  EXPECT_EQ(whole.tiers[0].cores, 2);
  EXPECT_EQ(whole.tiers[0].quota, 1.0);
  EXPECT_EQ(whole.seed, Seed{9});
  const auto part = std::get<Scenario>(scenarios.at(all[0], Fidelity::emulate, disk));
  EXPECT_EQ(part.tiers[0].nodes, 1);
  EXPECT_EQ(part.tiers[0].cores, 2);
  EXPECT_EQ(part.tiers[0].quota, 0.5);
}

TEST(FigureScenarios, are_told_apart_by_file_and_settings) {
  const auto all = cells("{name: a, set: {seed: 1}}, {name: b, set: {seed: 2}}");
  FigureScenarios scenarios{"folder", std::nullopt, ""};
  ASSERT_THAT(scenarios.load(all, disk), IsEmpty());
  const auto one = scenarios.digest(all[0], Fidelity::model);
  EXPECT_EQ(one.size(), 12U);
  EXPECT_EQ(one, scenarios.digest(all[0], Fidelity::simulate));
  EXPECT_NE(one, scenarios.digest(all[1], Fidelity::model));
  EXPECT_NE(one, scenarios.digest(all[0], Fidelity::emulate));
}

TEST(FigureScenarios, tell_files_that_are_missing_and_paths_that_lead_nowhere) {
  FigureScenarios scenarios{"folder", std::nullopt, ""};
  const auto missing = scenarios.load(cells("{name: a, scenario: none.yaml}"), disk);
  ASSERT_FALSE(missing.empty());
  EXPECT_EQ(missing[0].file, "folder/none.yaml");
  FigureScenarios others{"folder", std::nullopt, ""};
  const auto nowhere = others.load(cells("{name: a, set: {\"workload[4].start\": 1 s}}"), disk);
  ASSERT_FALSE(nowhere.empty());
  EXPECT_THAT(nowhere[0].message, HasSubstr("workload has 1 item"));
}

}  // namespace
}  // namespace continuo
