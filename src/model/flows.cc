#include "model/flows.hh"

#include <utility>

namespace continuo {
namespace {

void add_stream(const Scenario& scenario, StreamIndex index, const std::vector<Choice>& choices, const ModelOptions& options,
                Flows& flows) {
  const Stream& stream = scenario.workload[index];
  const ServicePackage& package = scenario.services.at(stream.service).package;
  for (NodeIndex node = 0; node < scenario.nodes.size(); ++node) {
    if (scenario.nodes[node].tier != stream.from) continue;
    Source source;
    source.stream = index;
    source.service = stream.service;
    source.node = node;
    source.rate = 1.0 / to_seconds(stream.mean_interval());
    source.periodic = std::holds_alternative<Periodic>(stream.arrivals);
    source.request = stream.input_size + options.message_overhead;
    source.response = options.response_size.value_or(package.response_to(stream.input_size)) + options.message_overhead;
    source.choices = choices;
    flows.sources.push_back(std::move(source));
  }
}

}  // namespace

Flows make_flows(const Scenario& scenario, const Placement& placement, const ModelOptions& options) {
  ServingPlan plan = make_serving_plan(scenario, placement, options);
  Flows flows;
  for (StreamIndex stream = 0; stream < scenario.workload.size(); ++stream) {
    std::vector<Choice> choices;
    for (const Serving& serving : plan.of_service.at(scenario.workload[stream].service)) choices.push_back({serving, 0.0});
    add_stream(scenario, stream, choices, options, flows);
  }
  flows.servers = std::move(plan.servers);
  flows.stations = std::move(plan.stations);
  return flows;
}

}  // namespace continuo
