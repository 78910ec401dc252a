// The repository's own examples and service packages are valid.
#include <gtest/gtest.h>

#include "scenario/parse.hh"
#include "scenario/service_package_parse.hh"

namespace continuo {
namespace {

const std::filesystem::path root{CONTINUO_SOURCE_DIR};

// The disk, but for the inputs: these are made by the set-up, not kept in the repository.
class InputsPresent final : public Files {
 public:
  std::optional<std::string> read(const std::filesystem::path& path, Bytes limit) const override {
    return disk_.read(path, limit);
  }
  std::vector<FoundFile> match(const std::filesystem::path& folder, const std::string& pattern, std::size_t) const override {
    return {{folder / pattern, Bytes::of(20'000)}};
  }

 private:
  DiskFiles disk_;
};

std::vector<std::filesystem::path> yaml_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  return files;
}

TEST(ServicePackages, of_the_repository_are_valid) {
  for (const auto& file : yaml_files(root / "services")) {
    const auto text = DiskFiles{}.read(file, Bytes::mebibytes(1));
    ASSERT_TRUE(text.has_value()) << file;
    const auto parsed = parse_manifest(*text, file.parent_path());
    const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed);
    EXPECT_EQ(errors, nullptr) << (errors == nullptr ? "" : to_string(*errors));
  }
}

// Made for predictions, larger than a small machine.
bool is_for_prediction(const std::filesystem::path& file) {
  const auto folder = file.parent_path();
  return folder.filename() == "computing-models" || folder.parent_path().filename() == "paper";
}

// Describes a picture of scenarios (docs/figures.md), and is none.
bool is_figure(const std::filesystem::path& file) { return file.parent_path().filename() == "paper"; }

TEST(Examples, of_the_repository_are_valid_and_fit_two_cores_unless_they_are_for_prediction) {
  if (!std::filesystem::exists(root / "services")) GTEST_SKIP() << "this tree has no service packages";
  for (const auto& file : yaml_files(root / "examples")) {
    if (is_figure(file) || file.filename() == "manifest.yaml") continue;
    const InputsPresent files;
    const auto text = files.read(file, Bytes::mebibytes(1));
    ASSERT_TRUE(text.has_value()) << file;
    const auto parsed = parse_scenario(*text, file, files);
    const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed);
    ASSERT_EQ(errors, nullptr) << (errors == nullptr ? "" : to_string(*errors));
    double cores = 0.0;
    for (const Tier& tier : std::get<Scenario>(parsed).tiers) cores += tier.nodes * tier.cpu();
    EXPECT_TRUE(cores <= 1.8 || is_for_prediction(file)) << file;
  }
}

}  // namespace
}  // namespace continuo
