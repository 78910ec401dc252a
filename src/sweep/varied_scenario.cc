#include "sweep/varied_scenario.hh"

#include <cassert>

#include "scenario/parse.hh"

namespace continuo {

std::variant<Scenario, std::vector<ScenarioError>> VariedScenario::at(std::span<const std::string> values, const Files& files) const {
  assert(values.size() == paths_.size());
  YamlNode tree = tree_;
  for (std::size_t index = 0; index < paths_.size(); ++index) {
    if (auto wrong = put_value(tree, paths_[index], values[index])) {
      return std::vector{ScenarioError{file_.string(), 0, 0, std::move(wrong->message), std::move(wrong->hint)}};
    }
  }
  auto scenario = parse_scenario(tree, file_, files);
  if (auto* valid = std::get_if<Scenario>(&scenario)) {
    for (std::size_t index = 0; index < paths_.size(); ++index) valid->changes.push_back(paths_[index].text + "=" + values[index]);
  }
  return scenario;
}

std::variant<Scenario, std::vector<ScenarioError>> VariedScenario::with(std::size_t path, const std::string& value, const Files& files) const {
  YamlNode tree = tree_;
  if (auto wrong = put_value(tree, paths_[path], value)) {
    return std::vector{ScenarioError{file_.string(), 0, 0, std::move(wrong->message), std::move(wrong->hint)}};
  }
  return parse_scenario(tree, file_, files);
}

std::optional<AskedWrongly> VariedScenario::wrong_path() const {
  YamlNode tree = tree_;
  for (const TreePath& path : paths_) {
    if (auto wrong = put_value(tree, path, "")) return wrong;
  }
  return std::nullopt;
}

}  // namespace continuo
