#include "scenario_argument.hh"

#include <cstdio>
#include <variant>
#include <vector>

#include "scenario/parse.hh"

namespace continuo {

std::optional<Scenario> scenario_or_complaint(const std::string& file) {
  auto parsed = load_scenario(file);
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) {
    std::fputs(to_string(*errors).c_str(), stderr);
    return std::nullopt;
  }
  return std::get<Scenario>(std::move(parsed));
}

}  // namespace continuo
