#include "sweep/figure/figure_scenarios.hh"

#include <fmt/format.h>

#include <algorithm>

#include "scenario/digest.hh"
#include "scenario/parse.hh"
#include "sweep/varied_scenario.hh"

namespace continuo {
namespace {

const std::string& file_of(const FigureCell& cell, Fidelity fidelity) { return fidelity == Fidelity::emulate ? cell.emulate : cell.scenario; }

std::vector<FigureSetting> settings_of(const FigureCell& cell, Fidelity fidelity) {
  std::vector<FigureSetting> settings = cell.set;
  if (fidelity == Fidelity::emulate) settings.insert(settings.end(), cell.emulate_set.begin(), cell.emulate_set.end());
  return settings;
}

// The durations of the workload's streams.
std::vector<FigureSetting> durations_in(const YamlNode& root, const std::string& duration) {
  std::vector<FigureSetting> settings;
  for (std::size_t key = 0; key < root.keys.size(); ++key) {
    if (root.keys[key].text != "workload" || !root.items[key].is_sequence()) continue;
    for (std::size_t stream = 0; stream < root.items[key].items.size(); ++stream) {
      const auto& keys = root.items[key].items[stream].keys;
      if (std::ranges::find(keys, "exec", &YamlNode::text) != keys.end()) continue;
      auto path = parse_tree_path(fmt::format("workload[{}].duration", stream));
      settings.push_back({std::get<TreePath>(std::move(path)), duration});
    }
  }
  return settings;
}

}  // namespace

std::vector<ScenarioError> FigureScenarios::load(const std::vector<FigureCell>& cells, const Files& files) {
  std::vector<ScenarioError> errors;
  for (const FigureCell& cell : cells) {
    for (const std::string& file : {cell.scenario, cell.emulate}) {
      if (file.empty() || sources_.contains(file)) continue;
      Source& source = sources_[file];
      source.path = folder_ / file;
      auto text = files.read(source.path, Bytes::mebibytes(1));
      if (!text) {
        errors.push_back({source.path.string(), 0, 0, fmt::format("{}: cannot read this scenario", name_of(cell)),
                          "the names of files are relative to the folder of the figure; a scenario has at most 1 MiB"});
        continue;
      }
      source.text = std::move(*text);
      auto tree = parse_yaml(source.text, source.path.string());
      if (auto* error = std::get_if<ScenarioError>(&tree)) {
        errors.push_back(std::move(*error));
        continue;
      }
      source.tree = std::get<YamlNode>(std::move(tree));
    }
  }
  if (!errors.empty()) return errors;
  for (const FigureCell& cell : cells) {
    for (const Fidelity fidelity : {Fidelity::model, Fidelity::emulate}) {
      if (file_of(cell, fidelity).empty()) continue;
      const Source& source = sources_.at(file_of(cell, fidelity));
      YamlNode tree = source.tree;
      for (const FigureSetting& setting : settings_of(cell, fidelity)) {
        auto wrong = put_value(tree, setting.path, setting.value);
        if (!wrong) continue;
        errors.push_back({source.path.string(), 0, 0, fmt::format("{}: {}", name_of(cell), wrong->message), wrong->hint});
        return errors;
      }
    }
  }
  return errors;
}

std::variant<Scenario, std::vector<ScenarioError>> FigureScenarios::at(const FigureCell& cell, Fidelity fidelity,
                                                                       const Files& files) const {
  const Source& source = sources_.at(file_of(cell, fidelity));
  std::vector<FigureSetting> settings = settings_of(cell, fidelity);
  if (!duration_.empty()) {
    for (FigureSetting& setting : durations_in(source.tree, duration_)) settings.push_back(std::move(setting));
  }
  std::vector<TreePath> paths;
  std::vector<std::string> values;
  for (FigureSetting& setting : settings) {
    paths.push_back(std::move(setting.path));
    values.push_back(std::move(setting.value));
  }
  auto scenario = VariedScenario{source.tree, source.path, std::move(paths)}.at(values, files);
  if (auto* valid = std::get_if<Scenario>(&scenario); valid != nullptr && seed_) valid->seed = Seed{*seed_};
  return scenario;
}

std::string FigureScenarios::digest(const FigureCell& cell, Fidelity fidelity) const {
  std::string text = sources_.at(file_of(cell, fidelity)).text;
  for (const FigureSetting& setting : settings_of(cell, fidelity)) text += fmt::format("\n{}={}", setting.path.text, setting.value);
  if (seed_) text += fmt::format("\nseed={}", *seed_);
  return sha256_hex(text).substr(0, 12);
}

std::vector<std::string> FigureScenarios::files() const {
  std::vector<std::string> files;
  for (const auto& [name, source] : sources_) files.push_back(source.path.string());
  return files;
}

}  // namespace continuo
