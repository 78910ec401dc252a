#include "varied.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <stdexcept>

#include "assumed.hh"
#include "calibration/profiles_json.hh"
#include "model/answer.hh"
#include "model/model.hh"
#include "scenario/digest.hh"
#include "scenario/parse.hh"
#include "simulate/simulate.hh"

namespace continuo {

namespace {

// Rows have no notes: what is flagged of the file as it is written is told once. False: they do not hold for it.
bool add_profiles(VariedFile& file, const ProfilesAsked& asked) {
  file.profiles = kept_profiles_or_complaint(asked);
  if (!file.profiles) return false;
  const auto times = times_or_complaint(*file.profiles, file.as_written, asked.file);
  if (!times) return false;
  for (const std::string& note : times->flagged) fmt::print(stderr, "continuo: {}\n", note);
  file.digest = sha256_hex(file.digest + serialise(file.profiles->profiles) + (asked.stale ? "stale" : ""));
  return true;
}

}  // namespace

void complain(const AskedWrongly& wrong) { fmt::print(stderr, "continuo: {}\n  {}\n", wrong.message, wrong.hint); }

std::optional<VariedFile> varied_or_complaint(const std::string& file, std::vector<TreePath> paths, const ProfilesAsked& profiles) {
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
  if (!profiles.file.empty() && !add_profiles(result, profiles)) return std::nullopt;
  return result;
}

Assumptions assumptions_at(const VariedFile& file, const Scenario& scenario) {
  Assumptions assumptions = assumptions_of(scenario);
  if (file.profiles) assumptions.measured = file.profiles->times(scenario).measured;
  return assumptions;
}

Evaluation predict_at(Fidelity fidelity, const Scenario& scenario) { return predict_at(fidelity, scenario, assumptions_of(scenario)); }

Evaluation predict_at(Fidelity fidelity, const Scenario& scenario, const Assumptions& assumptions) {
  if (fidelity == Fidelity::simulate) return evaluate(scenario, SimulateOptions{assumptions});
  if (const auto refusal = model_refuses(scenario, ModelOptions{assumptions})) throw std::runtime_error(*refusal);
  return evaluate(scenario, ModelOptions{assumptions});
}

SweepRow model_row(std::vector<std::string> values, const Scenario& scenario, const Assumptions& assumptions, RowMemory& memory) {
  const Answer figures = answer(scenario, ModelOptions{assumptions}, memory);
  SweepRow row{.values = std::move(values), .error = {}, .feasible = figures.feasible, .bottleneck = figures.bottleneck,
               .bottleneck_load = figures.bottleneck_load, .cost_per_million = figures.cost_per_million, .services = {}};
  const auto whole = [](double requests) { return static_cast<std::uint64_t>(std::llround(std::max(0.0, requests))); };
  for (const ServiceAnswer& service : figures.services) {
    ServiceRow& of_service = row.services.emplace_back();
    of_service.completed = whole(service.completed);
    of_service.failed = whole(service.generated) - of_service.completed;
    if (service.latency) {
      of_service.mean_ms = service.latency->mean * 1e3;
      of_service.p50_ms = service.latency->p50 * 1e3;
      of_service.p95_ms = service.latency->p95 * 1e3;
      of_service.p99_ms = service.latency->p99 * 1e3;
    }
    of_service.slo_met_share = service.slo_met;
    if (service.energy_per_request) of_service.energy_j_per_request = service.energy_per_request->joules();
    if (service.tier) of_service.tier = scenario.tiers[*service.tier].name;
    if (service.node) of_service.node = scenario.nodes[*service.node].name;
  }
  return row;
}

}  // namespace continuo
