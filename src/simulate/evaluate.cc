// The Evaluation of a simulation.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <span>

#include "energy/energy_of.hh"
#include "policy/obstacles.hh"
#include "result/full_load.hh"
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

// Feasible is what is so all the time: where streams start or end at different times, also in the interval that asks for most.
void judge_by_intervals(const Scenario& scenario, const Simulation& simulation, Evaluation& evaluation) {
  const auto busiest = simulation.busiest_interval(evaluation.resources);
  if (!busiest) return;
  evaluation.bottleneck = busiest->resource;
  evaluation.bottleneck_load = busiest->load;
  evaluation.feasible = busiest->load < full_load;
  evaluation.notes.push_back(fmt::format("simulate: {}{} is asked for most, {:.3g} % of what it can do, {}", evaluation.feasible ? "" : "overloaded: ",
                                         busiest->resource, 100 * busiest->load, told(scenario, busiest->interval)));
}

// What latencies cannot tell: those of a service that nobody answers, and those that grow with the run.
void add_overloads(const Scenario& scenario, const SimulateOptions& options, Evaluation& evaluation) {
  for (const ServiceResult& service : evaluation.services) {
    if (service.generated == 0 || service.completed > 0) continue;
    const auto placement = options.placement ? *options.placement : planned_placement(scenario);
    const bool is_placed = std::ranges::count(placement.assignments, service.name, &Assignment::service) > 0;
    evaluation.notes.push_back(fmt::format("simulate: {}: {}", service.name, is_placed ? "no request was answered" : "no node can run it"));
    if (!is_placed) std::ranges::move(obstacles(service.name, placement), std::back_inserter(evaluation.notes));
  }
  constexpr std::size_t named_most = 3;
  std::vector<const ResourceLoad*> full;
  for (const ResourceLoad& resource : evaluation.resources) {
    if (resource.kind != ResourceKind::memory && resource.offered_load >= full_load) full.push_back(&resource);
  }
  std::ranges::stable_sort(full, std::ranges::greater{}, &ResourceLoad::offered_load);
  for (const ResourceLoad* resource : std::span{full}.first(std::min(full.size(), named_most))) {
    evaluation.notes.push_back(fmt::format("simulate: overloaded: {} is asked for {:.0f} % of what it can do; queues grow until they are full or the load ends, and "
                                           "latencies are those of this run and no longer one",
                                           resource->name, resource->offered_load * 100));
  }
  if (full.size() > named_most) evaluation.notes.push_back(fmt::format("simulate: and {} more resources", full.size() - named_most));
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
  if (!send_together(scenario)) judge_by_intervals(scenario, simulation, evaluation);
  for (const ServiceResult& service : evaluation.services) {
    evaluation.feasible = evaluation.feasible && (service.generated == 0 || service.completed > 0);
  }
  evaluation.energy = energy_of(scenario, simulation.usage(evaluation.duration), evaluation.services);
  evaluation.events = simulation.applied();
  evaluation.timeline = simulation.tally().timeline(evaluation.duration);
  if (!evaluation.feasible) add_overloads(scenario, options, evaluation);
  add_notes(scenario, evaluation);
  return evaluation;
}

}  // namespace continuo
