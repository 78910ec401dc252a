#include "scenario/scenario_error.hh"

#include <fmt/format.h>

#include "scenario/utf8.hh"

namespace continuo {

std::string to_string(const ScenarioError& error) {
  std::string text = error.line == 0 ? fmt::format("{}: {}\n", shown(error.file), shown(error.message))
                                     : fmt::format("{}:{}:{}: {}\n", shown(error.file), error.line, error.column, shown(error.message));
  if (!error.hint.empty()) text += fmt::format("  {}\n", shown(error.hint));
  return text;
}

std::string to_string(std::span<const ScenarioError> errors) {
  std::string text;
  for (const ScenarioError& error : errors) text += to_string(error);
  return text;
}

}  // namespace continuo
