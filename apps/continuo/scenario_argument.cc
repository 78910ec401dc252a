#include "scenario_argument.hh"

#include <fmt/format.h>

#include <cstdio>
#include <variant>
#include <vector>

#include "load/prepared_input.hh"
#include "policy/demand.hh"
#include "scenario/files.hh"
#include "scenario/package_files.hh"
#include "scenario/parse.hh"

namespace continuo {
namespace {

constexpr std::size_t rejections_shown_max = 8;

}  // namespace

std::optional<Scenario> scenario_or_complaint(const std::string& file) {
  auto parsed = load_scenario(file);
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) {
    std::fputs(to_string(*errors).c_str(), stderr);
    return std::nullopt;
  }
  return std::get<Scenario>(std::move(parsed));
}

bool can_be_provisioned(const Scenario& scenario) {
  auto problems = package_file_problems(scenario);
  const auto inputs = input_problems(scenario, DiskFiles{});
  problems.insert(problems.end(), inputs.begin(), inputs.end());
  for (const auto& problem : problems) fmt::print(stderr, "{}\n", problem);
  const auto nodes = placement_nodes(scenario);
  const Placement placement = place(placement_demand(scenario, nodes), nodes);
  for (const auto& service : placement.unplaced) {
    fmt::print(stderr, "{}: no node can run {}\n", scenario.file.string(), service);
    std::size_t shown = 0;
    for (const auto& rejection : placement.rejections) {
      if (rejection.service != service || ++shown > rejections_shown_max) continue;
      fmt::print(stderr, "  {}: {} ({})\n", rejection.node, rejection.reason, rejection.variant);
    }
    if (shown > rejections_shown_max) fmt::print(stderr, "  and {} more\n", shown - rejections_shown_max);
  }
  return problems.empty() && placement.unplaced.empty();
}

}  // namespace continuo
