// The Evaluation of a simulation.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "energy/energy_of.hh"
#include "simulate/simulate.hh"
#include "simulate/simulation.hh"

namespace continuo {

namespace {

void add_notes(const Scenario& scenario, Evaluation& evaluation) {
  const bool restarts = std::ranges::any_of(scenario.events, [](const Event& event) {
    const auto* command = std::get_if<CommandNodes>(&event.action);
    return command != nullptr && command->command == NodeCommand::restart;
  });
  if (restarts) evaluation.notes.emplace_back("simulate: a restarted node serves at once; the time to fetch and load its models is left out");
  if (!scenario.programs.empty()) {
    evaluation.notes.push_back(fmt::format("simulate: the scenario's {} programs are left out", scenario.programs.size()));
  }
  evaluation.notes.emplace_back(
      "simulate: service times are normal; a node's jobs share its CPU evenly, and its quota period by period; TCP is "
      "cubic as Linux has it and sends once again what is lost, acknowledgements take no room; every service is loaded when the load begins");
}

}  // namespace

Evaluation evaluate(const Scenario& scenario, const SimulateOptions& options) {
  Simulation simulation{scenario, options};
  simulation.run();
  Evaluation evaluation;
  evaluation.scenario = scenario.name;
  evaluation.fidelity = Fidelity::simulate;
  evaluation.seed = scenario.seed;
  evaluation.commit = options.commit;
  evaluation.duration = std::max(scenario.duration(), simulation.now() - scenario_start);
  evaluation.services = simulation.tally().services();
  evaluation.resources = simulation.resources();
  find_bottleneck(evaluation);
  for (const ServiceResult& service : evaluation.services) {
    evaluation.feasible = evaluation.feasible && (service.generated == 0 || service.completed > 0);
  }
  evaluation.energy = energy_of(scenario, simulation.usage(evaluation.duration), evaluation.services);
  evaluation.events = simulation.applied();
  evaluation.timeline = simulation.tally().timeline(evaluation.duration);
  add_notes(scenario, evaluation);
  return evaluation;
}

}  // namespace continuo
