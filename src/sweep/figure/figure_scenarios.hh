// The scenarios of a figure's cells: files read once, changed for each cell.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "result/evaluation.hh"
#include "scenario/files.hh"
#include "scenario/scenario.hh"
#include "scenario/scenario_error.hh"
#include "scenario/yaml_tree.hh"
#include "sweep/figure/figure.hh"

namespace continuo {

class FigureScenarios {
 public:
  // Files are relative to `folder`. The seed and the duration of every stream are these instead, if they are said.
  FigureScenarios(std::filesystem::path folder, std::optional<std::uint64_t> seed, std::string duration)
      : folder_{std::move(folder)}, seed_{seed}, duration_{std::move(duration)} {}

  // Reads what the cells name. Errors: files that are missing or no YAML, and settings whose path leads nowhere.
  std::vector<ScenarioError> load(const std::vector<FigureCell>& cells, const Files& files);

  // Of a cell that was loaded. Threads may call it at once.
  std::variant<Scenario, std::vector<ScenarioError>> at(const FigureCell& cell, Fidelity fidelity, const Files& files) const;
  // 12 digits that tell whether file, settings or the seed asked for have changed; the duration is not among them.
  std::string digest(const FigureCell& cell, Fidelity fidelity) const;
  std::vector<std::string> files() const;

 private:
  struct Source {
    std::filesystem::path path;
    std::string text;
    YamlNode tree;
  };
  std::filesystem::path folder_;
  std::optional<std::uint64_t> seed_;
  std::string duration_;
  std::map<std::string, Source> sources_;
};

}  // namespace continuo
