#include "model/flows.hh"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "policy/demand.hh"

namespace continuo {
namespace {

constexpr double rounding = 1e-9;

// Profiled service times do not use the CPU: one request at a time, at the speed that the profile states.
Server make_server(const Scenario& scenario, NodeIndex node, ResourceKind kind) {
  const std::string& name = scenario.nodes.at(node).name;
  if (kind == ResourceKind::accelerator) return {name + " profiled", node, kind, 1.0, 1};
  const double cpu = scenario.tier_of(node).cpu();
  return {name + " cpu", node, kind, cpu, std::max(1, static_cast<int>(std::ceil(cpu - rounding)))};
}

class Builder {
 public:
  Builder(const Scenario& scenario, const ModelOptions& options) : scenario_{scenario}, options_{options} {
    for (NodeIndex node = 0; node < scenario.nodes.size(); ++node) {
      flows_.servers.push_back(make_server(scenario, node, ResourceKind::cpu));
    }
  }

  // The nodes' CPUs are servers 0 to nodes - 1; profiled ones follow as they are needed.
  std::size_t server_of(NodeIndex node, bool profiled) {
    if (!profiled) return node;
    const auto [found, added] = profiled_.try_emplace(node, flows_.servers.size());
    if (added) flows_.servers.push_back(make_server(scenario_, node, ResourceKind::accelerator));
    return found->second;
  }

  std::optional<Choice> choice(ServiceIndex service, const Assignment& assignment) {
    const auto node = std::ranges::find(scenario_.nodes, assignment.node, &Node::name);
    const auto& variants = scenario_.services.at(service).package.variants;
    const auto variant = std::ranges::find(variants, assignment.variant, &Variant::name);
    if (node == scenario_.nodes.end() || variant == variants.end()) return std::nullopt;
    const auto index = static_cast<NodeIndex>(node - scenario_.nodes.begin());
    const bool profiled = variant->runtime == "profiled";
    const double speed = profiled ? 1.0 : core_speed(scenario_.tier_of(index).cpu());
    ServiceTime time{to_seconds(variant->service_time) / speed, to_seconds(variant->service_time_sd) / speed};
    if (const auto measured = options_.measured.find({service, index}); measured != options_.measured.end()) {
      time = {to_seconds(measured->second.time), to_seconds(measured->second.sd)};
    }
    const std::size_t server = server_of(index, profiled);
    return Choice{server, station_of(server, service), variant->name, time.mean * speed, time, 0.0};
  }

  std::size_t station_of(std::size_t server, ServiceIndex service) {
    const auto [found, added] = stations_.try_emplace({server, service}, flows_.stations.size());
    if (added) flows_.stations.push_back({server, service});
    return found->second;
  }

  void add_stream(StreamIndex index, const std::vector<Choice>& choices) {
    const Stream& stream = scenario_.workload[index];
    const ServicePackage& package = scenario_.services.at(stream.service).package;
    for (NodeIndex node = 0; node < scenario_.nodes.size(); ++node) {
      if (scenario_.nodes[node].tier != stream.from) continue;
      Source source;
      source.stream = index;
      source.service = stream.service;
      source.node = node;
      source.rate = 1.0 / to_seconds(stream.mean_interval());
      source.periodic = std::holds_alternative<Periodic>(stream.arrivals);
      source.request = stream.input_size + options_.message_overhead;
      source.response = options_.response_size.value_or(package.response_size) + options_.message_overhead;
      source.choices = choices;
      flows_.sources.push_back(std::move(source));
    }
  }

  Flows take() { return std::move(flows_); }

 private:
  const Scenario& scenario_;
  const ModelOptions& options_;
  std::map<NodeIndex, std::size_t> profiled_;
  std::map<std::pair<std::size_t, ServiceIndex>, std::size_t> stations_;
  Flows flows_;
};

}  // namespace

Placement planned_placement(const Scenario& scenario) {
  const std::vector<PlacementNode> nodes = placement_nodes(scenario);
  return place(placement_demand(scenario, nodes), nodes);
}

Flows make_flows(const Scenario& scenario, const Placement& placement, const ModelOptions& options) {
  Builder builder{scenario, options};
  for (StreamIndex stream = 0; stream < scenario.workload.size(); ++stream) {
    const ServiceIndex service = scenario.workload[stream].service;
    std::vector<Choice> choices;
    for (const Assignment& assignment : placement.assignments) {
      if (assignment.service != scenario.services.at(service).name) continue;
      if (std::optional<Choice> choice = builder.choice(service, assignment)) choices.push_back(std::move(*choice));
    }
    builder.add_stream(stream, choices);
  }
  return builder.take();
}

double busy_factor(const Server& server) {
  return server.workers * core_speed(server.capacity) / server.capacity;
}

}  // namespace continuo
