// The Evaluation of the model: placement, routing, the first-order test, and the latency beside it.
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
  result.latency = latency.latency;
  result.stages = latency.stages;
  for (const auto& [key, count] : requests.by_node) {
    const double share = count / requests.generated;
    result.by_node.push_back({key.first, key.second, share, whole(share * static_cast<double>(result.completed))});
  }
  if (service.slo) {
    const double answered = requests.generated > 0 && latency.overloaded.empty() && placed ? latency.in_time : 0.0;
    result.slo = ServiceLevelMet{service.slo->bound, service.slo->quantile,
                                 answered * latency.latency.share_within(service.slo->bound)};
  }
  return result;
}

void add_assumptions(Evaluation& evaluation) {
  evaluation.notes.push_back(
      "model: delays and service times are normal, waits have an exponential tail, and a request's terms are independent");
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
    }
    for (const std::string& overloaded : latencies[service].overloaded) {
      evaluation.feasible = false;
      evaluation.notes.push_back(fmt::format("{}: overloaded at {}; no stable latency", name, overloaded));
    }
  }
  add_assumptions(evaluation);
  return evaluation;
}

}  // namespace continuo
