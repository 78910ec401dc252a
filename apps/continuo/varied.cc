#include "varied.hh"

#include <fmt/format.h>

#include <cstdio>

#include "assumed.hh"
#include "model/model.hh"
#include "scenario/digest.hh"
#include "scenario/parse.hh"
#include "simulate/simulate.hh"

namespace continuo {

void complain(const AskedWrongly& wrong) { fmt::print(stderr, "continuo: {}\n  {}\n", wrong.message, wrong.hint); }

std::optional<VariedFile> varied_or_complaint(const std::string& file, std::vector<TreePath> paths) {
  const auto text = read_scenario_text(file);
  if (const auto* error = std::get_if<ScenarioError>(&text)) {
    std::fputs(to_string(*error).c_str(), stderr);
    return std::nullopt;
  }
  auto parsed = parse_scenario(std::get<std::string>(text), file, DiskFiles{});
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) {
    std::fputs(to_string(*errors).c_str(), stderr);
    return std::nullopt;
  }
  auto tree = parse_yaml(std::get<std::string>(text), file);  // is YAML: it was parsed just now
  VariedFile result{.varied = VariedScenario{std::get<YamlNode>(std::move(tree)), file, std::move(paths)},
                    .as_written = std::get<Scenario>(std::move(parsed)),
                    .digest = sha256_hex(std::get<std::string>(text))};
  if (const auto wrong = result.varied.wrong_path()) {
    complain(*wrong);
    return std::nullopt;
  }
  return result;
}

Evaluation predict_at(Fidelity fidelity, const Scenario& scenario) {
  const Assumptions assumptions = assumptions_of(scenario);
  if (fidelity == Fidelity::simulate) return evaluate(scenario, SimulateOptions{assumptions});
  return evaluate(scenario, ModelOptions{assumptions});
}

}  // namespace continuo
