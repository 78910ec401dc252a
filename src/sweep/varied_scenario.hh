// A scenario with other values at some of its paths: parsed from the file once, validated at every point.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "scenario/files.hh"
#include "scenario/scenario.hh"
#include "scenario/yaml_tree.hh"
#include "sweep/tree_path.hh"

namespace continuo {

class VariedScenario {
 public:
  VariedScenario(YamlNode tree, std::filesystem::path file, std::vector<TreePath> paths)
      : tree_{std::move(tree)}, file_{std::move(file)}, paths_{std::move(paths)} {}

  // With one value a path, which its `changes` tell. All that the scenario's parser says of it, or why a path leads nowhere.
  std::variant<Scenario, std::vector<ScenarioError>> at(std::span<const std::string> values, const Files& files) const;

  // With this value at one of the paths, and all else as it is written.
  std::variant<Scenario, std::vector<ScenarioError>> with(std::size_t path, const std::string& value, const Files& files) const;

  // Whether every path leads somewhere: known before any point is evaluated.
  std::optional<AskedWrongly> wrong_path() const;

 private:
  YamlNode tree_;
  std::filesystem::path file_;
  std::vector<TreePath> paths_;
};

}  // namespace continuo
