// The Evaluation of the model: placement, routing, the first-order test, and the latency beside it.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "model/equilibrium.hh"
#include "model/first_order.hh"
#include "model/flows.hh"
#include "model/latency.hh"
#include "model/model.hh"

namespace continuo {
namespace {

struct Served {
  double generated = 0.0;
  std::map<std::pair<std::string, std::string>, double> by_node;  // (node, variant): requests
};

Served served(const Scenario& scenario, const Flows& flows, ServiceIndex service) {
  Served served;
  for (const Source& source : flows.sources) {
    if (source.service != service) continue;
    const double requests = source.rate * to_seconds(scenario.workload[source.stream].duration);
    served.generated += requests;
    for (const Choice& choice : source.choices) {
      if (choice.share <= 0.0) continue;
      const Server& server = flows.servers[choice.server];
      served.by_node[{scenario.nodes[server.node].name, choice.variant}] += requests * choice.share;
    }
  }
  return served;
}

std::uint64_t whole(double requests) { return static_cast<std::uint64_t>(std::llround(std::max(0.0, requests))); }

ServiceResult service_result(const Service& service, const Served& requests, const ServiceLatency& latency) {
  ServiceResult result;
  result.name = service.name;
  result.generated = whole(requests.generated);
  const bool placed = !requests.by_node.empty();
  result.completed = placed ? whole(requests.generated * latency.sustained * latency.in_time) : 0;
  const std::uint64_t failed = result.generated - result.completed;
  if (failed > 0) {
    result.failed[!placed ? "no-node" : (latency.overloaded.empty() ? "deadline" : "overloaded")] = failed;
  }
  if (result.generated > 0) {
    result.latency = latency.latency;
    result.stages = latency.stages;
  }
  for (const auto& [key, count] : requests.by_node) {
    const double share = count / requests.generated;
    result.by_node.push_back({key.first, key.second, share, whole(share * static_cast<double>(result.completed))});
  }
  if (service.slo) {
    const double answered = requests.generated > 0 && latency.overloaded.empty() && placed ? latency.in_time : 0.0;
    result.slo = ServiceLevelMet{service.slo->bound, service.slo->quantile,
                                 answered * result.latency.share_within(service.slo->bound)};
  }
  return result;
}

// Why no node can run the service: nodes with the same obstacle in one line.
void add_obstacles(const std::string& service, const Placement& placement, Evaluation& evaluation) {
  constexpr std::size_t lines_max = 5;
  constexpr std::size_t names_max = 4;
  std::vector<std::pair<std::string, std::vector<std::string>>> obstacles;  // (variant and reason, nodes)
  for (const Rejection& rejection : placement.rejections) {
    if (rejection.service != service) continue;
    const std::string obstacle = fmt::format("{}: {}", rejection.variant, rejection.reason);
    auto found = std::ranges::find(obstacles, obstacle, [](const auto& entry) { return entry.first; });
    if (found == obstacles.end()) found = obstacles.insert(found, {obstacle, {}});
    found->second.push_back(rejection.node);
  }
  for (std::size_t line = 0; line < std::min(lines_max, obstacles.size()); ++line) {
    const auto& [obstacle, nodes] = obstacles[line];
    const auto shown = std::min(names_max, nodes.size());
    std::string names = fmt::format("{}", fmt::join(nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
    if (nodes.size() > shown) names += fmt::format(" and {} more", nodes.size() - shown);
    evaluation.notes.push_back(fmt::format("{} not on {}: {}", service, names, obstacle));
  }
  if (obstacles.size() > lines_max) {
    evaluation.notes.push_back(fmt::format("{}: {} more reasons", service, obstacles.size() - lines_max));
  }
}

void add_assumptions(const Scenario& scenario, Evaluation& evaluation) {
  if (!scenario.events.empty()) {
    evaluation.notes.push_back(fmt::format("model: the scenario's {} events are left out: the figures are those of a run "
                                           "in which nothing changes or fails", scenario.events.size()));
  }
  if (!scenario.programs.empty()) {
    evaluation.notes.push_back(fmt::format("model: the scenario's {} programs are left out", scenario.programs.size()));
  }
  if (!scenario.access.empty()) {
    evaluation.notes.push_back("model: flows wait for each other at an access link as whole messages, each at a random moment; packets interleave, and wait less");
  }
  evaluation.notes.push_back(
      "model: service times are normal, delays have the shape that is asked for and traces their mean rate, waits have an exponential tail, and a request's terms are independent");
  evaluation.notes.push_back("model: shares are those of an equilibrium of mean loads; no loss, no failures, no cold start");
}

}  // namespace

Evaluation evaluate(const Scenario& scenario, const ModelOptions& options) {
  const Placement placement = options.placement ? *options.placement : planned_placement(scenario);
  Flows flows = make_flows(scenario, placement, options);
  route_flows(scenario, flows);
  FirstOrder first = first_order(scenario, flows, options);
  const std::vector<ServiceLatency> latencies = service_latencies(scenario, flows, options);

  Evaluation evaluation;
  evaluation.scenario = scenario.name;
  evaluation.fidelity = Fidelity::model;
  evaluation.seed = scenario.seed;
  evaluation.commit = options.commit;
  evaluation.duration = scenario.duration();
  evaluation.resources = std::move(first.resources);
  evaluation.inequalities = std::move(first.inequalities);
  evaluation.feasible = first.feasible;
  evaluation.bottleneck = std::move(first.bottleneck);
  evaluation.bottleneck_load = first.bottleneck_load;
  for (ServiceIndex service = 0; service < scenario.services.size(); ++service) {
    const Served requests = served(scenario, flows, service);
    const std::string& name = scenario.services[service].name;
    evaluation.services.push_back(service_result(scenario.services[service], requests, latencies[service]));
    if (requests.generated > 0 && requests.by_node.empty()) {
      evaluation.feasible = false;
      evaluation.notes.push_back(fmt::format("{}: no node can run it", name));
      add_obstacles(name, placement, evaluation);
    }
    for (const std::string& overloaded : latencies[service].overloaded) {
      evaluation.feasible = false;
      evaluation.notes.push_back(fmt::format("{}: overloaded at {}; no stable latency", name, overloaded));
    }
  }
  add_assumptions(scenario, evaluation);
  return evaluation;
}

}  // namespace continuo
