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
#include "sweep/varied_scenario.hh"

namespace continuo {
namespace {

constexpr std::size_t rejections_shown_max = 8;

// As large as a scenario may be.
constexpr Bytes configuration_size_max = Bytes::mebibytes(1);

bool is_continuum(const std::filesystem::path& file) { return lower_case(file.extension().string()) == ".cfg"; }

// The configuration as a scenario; nothing: as for any scenario.
std::optional<std::variant<Scenario, std::vector<ScenarioError>>> continuum_scenario(const std::string& file, Notes notes) {
  const auto imported = import_or_complaint(file, {.services = services_folder()});
  if (!imported) return std::nullopt;
  if (notes == Notes::told) std::fputs(to_string(imported->not_carried_over, file).c_str(), stderr);
  return parse_scenario(imported->yaml, file, DiskFiles{});
}

std::variant<Scenario, std::vector<ScenarioError>> changed_scenario(const std::string& file, const std::vector<std::string>& changes) {
  std::vector<TreePath> paths;
  std::vector<std::string> values;
  for (const std::string& change : changes) {
    const auto equals = change.find('=');
    auto path = parse_tree_path(change.substr(0, equals));
    if (auto* wrong = std::get_if<AskedWrongly>(&path)) return std::vector{ScenarioError{file, 0, 0, wrong->message, wrong->hint}};
    paths.push_back(std::get<TreePath>(std::move(path)));
    values.push_back(equals == std::string::npos ? "" : change.substr(equals + 1));
  }
  const auto text = read_scenario_text(file);
  if (const auto* error = std::get_if<ScenarioError>(&text)) return std::vector{*error};
  auto tree = parse_yaml(std::get<std::string>(text), file);
  if (auto* error = std::get_if<ScenarioError>(&tree)) return std::vector{std::move(*error)};
  return VariedScenario{std::get<YamlNode>(std::move(tree)), file, std::move(paths)}.at(values, DiskFiles{});
}

}  // namespace

std::filesystem::path services_folder() {
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
  for (std::filesystem::path folder = program.parent_path(); folder.has_relative_path(); folder = folder.parent_path()) {
    for (const char* name : {"services", "share/continuo/services"}) {
      if (std::filesystem::exists(folder / name / continuum_package / "manifest.yaml")) return folder / name;
    }
  }
  return program.parent_path() / "services";
}

std::optional<ImportedScenario> import_or_complaint(const std::string& file, const ImportOptions& options) {
  const auto text = DiskFiles{}.read(file, configuration_size_max);
  if (!text) {
    fmt::print(stderr, "{}: {}\n  check the path\n", file, why_not_read(file, configuration_size_max));
    return std::nullopt;
  }
  const auto config = parse_continuum(*text, file);
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&config)) {
    std::fputs(to_string(*errors).c_str(), stderr);
    return std::nullopt;
  }
  return import_continuum(std::get<ContinuumConfig>(config), options);
}

std::optional<Scenario> scenario_or_complaint(const std::string& file, Notes notes, const std::vector<std::string>& changes) {
  std::variant<Scenario, std::vector<ScenarioError>> parsed;
  if (is_continuum(file)) {
    auto imported = continuum_scenario(file, notes);
    if (!imported) return std::nullopt;
    parsed = std::move(*imported);
  } else {
    parsed = changes.empty() ? load_scenario(file) : changed_scenario(file, changes);
  }
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
