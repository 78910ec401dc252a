#include "fidelities.hh"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "assumed.hh"
#include "emulate/emulation.hh"
#include "model/model.hh"
#include "simulate/simulate.hh"

namespace continuo {
namespace {

void predict(const Scenario& scenario, const FidelitiesAsked& asked, const Assumptions& assumptions, Evaluated& outcome) {
  if (asked.at.contains(Fidelity::model)) {
    if (const auto refusal = model_refuses(scenario, ModelOptions{assumptions})) {
      fmt::print(stderr, "continuo: left out: {}\n", *refusal);
      outcome.status = exit_bad_input;
    } else {
      outcome.evaluations.push_back(evaluate(scenario, ModelOptions{assumptions}));
    }
  }
  if (!asked.at.contains(Fidelity::simulate)) return;
  SimulateOptions options{assumptions};
  if (!asked.emulation.quiet) {
    options.progress = [&](Duration simulated, std::uint64_t events) {
      fmt::print(stderr, "  simulate: {:.1f} of {:.0f} s, {} million events\n", to_seconds(simulated), to_seconds(scenario.end()),
                 events >> 20);
    };
  }
  const bool once = asked.replications.count == 1;
  outcome.evaluations.push_back(once ? evaluate(scenario, options) : replicate(scenario, options, asked.replications));
}

std::optional<Evaluation> emulate(const Scenario& scenario, const FidelitiesAsked& asked, Assumptions& assumptions,
                                  Evaluated& outcome) {
  try {
    auto run = emulate_with_progress(scenario, asked.emulation);
    if (stop_as_usual() || !run) {  // predictions that follow end at once
      outcome.status = exit_interrupted;
      return std::nullopt;
    }
    assumptions.measured = std::move(run->measured);
    return std::move(run->evaluation);
  } catch (const EmulationRefused& refusal) {
    fmt::print(stderr, "continuo: {}\n", refusal.what());
    outcome.status = exit_bad_input;
  } catch (const std::exception& error) {
    fmt::print(stderr, "continuo: {}\n", error.what());
    outcome.status = exit_failed;
  }
  return std::nullopt;
}

}  // namespace

Evaluated evaluate_at(const Scenario& scenario, const FidelitiesAsked& asked) {
  Assumptions assumptions = assumptions_of(scenario);
  assumptions.measured = asked.profiled.measured;
  Evaluated outcome;
  std::optional<Evaluation> emulation;
  if (asked.at.contains(Fidelity::emulate)) emulation = emulate(scenario, asked, assumptions, outcome);
  if (outcome.status == exit_interrupted) return outcome;
  predict(scenario, asked, assumptions, outcome);
  if (!emulation) {
    for (Evaluation& prediction : outcome.evaluations) {
      prediction.notes.insert(prediction.notes.end(), asked.profiled.flagged.begin(), asked.profiled.flagged.end());
    }
  }
  if (emulation) outcome.evaluations.push_back(std::move(*emulation));
  return outcome;
}

std::set<Fidelity> fidelities_called(const std::vector<std::string>& names) {
  std::set<Fidelity> at;
  for (const Fidelity fidelity : {Fidelity::model, Fidelity::simulate, Fidelity::emulate}) {
    if (names.empty() || std::ranges::find(names, to_string(fidelity)) != names.end()) at.insert(fidelity);
  }
  return at;
}

}  // namespace continuo
