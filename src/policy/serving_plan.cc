#include "policy/serving_plan.hh"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "policy/demand.hh"
#include "policy/quota_periods.hh"
#include "scenario/batch_times.hh"

namespace continuo {
namespace {

// Profiled service times do not use the CPU: one request at a time, at the speed that the profile states.
Server make_server(const Scenario& scenario, NodeIndex node, Server::Kind kind) {
  Server server{.node = static_cast<std::uint32_t>(node), .kind = kind};
  if (kind == Server::Kind::profiled) return server;
  server.capacity = scenario.tier_of(node).cpu();
  server.workers = static_cast<std::uint16_t>(workers_on(server.capacity));
  return server;
}

class Planner {
 public:
  Planner(const Scenario& scenario, const Placement& placement, const Assumptions& assumptions)
      : scenario_{scenario}, assumptions_{assumptions} {
    plan_.of_service.resize(scenario.services.size());
    asked_.resize(scenario.services.size(), false);
    for (const Stream& stream : scenario.workload) asked_.at(stream.service) = true;
    plan_.servers.reserve(scenario.nodes.size());
    for (const Assignment& assignment : placement.assignments) nodes_.emplace(assignment.node, scenario.nodes.size());
    for (NodeIndex node = 0; node < scenario.nodes.size(); ++node) {
      plan_.servers.push_back(make_server(scenario, node, Server::Kind::cpu));
      if (const auto named = nodes_.find(scenario.nodes[node].name); named != nodes_.end()) named->second = node;
    }
  }

  void add(ServiceIndex service, const Assignment& assignment) {
    const auto node = nodes_.find(assignment.node);
    const auto& variants = scenario_.services.at(service).package.variants;
    const auto variant = std::ranges::find(variants, assignment.variant, &Variant::name);
    if (node == nodes_.end() || node->second == scenario_.nodes.size() || variant == variants.end()) return;
    const NodeIndex index = node->second;
    loaded_[index].add(*variant);
    if (!asked_.at(service)) return;
    const bool profiled = variant->is_profiled();
    const double cpu = scenario_.tier_of(index).cpu();
    const ServiceTime time = service_on(assumptions_, service, index, *variant, cpu);
    const std::size_t server = server_of(index, profiled);
    plan_.of_service[service].push_back({server, station_of(server, service), variant->name, time});
  }

  ServingPlan take() {
    for (const auto& [node, variants] : loaded_) {
      if (const auto filled = variants.share_of(scenario_.tier_of(node).memory)) plan_.memory.push_back({node, *filled});
    }
    return std::move(plan_);
  }

 private:
  std::size_t server_of(NodeIndex node, bool profiled) {
    if (!profiled) return node;
    const auto [found, added] = profiled_.try_emplace(node, plan_.servers.size());
    if (added) plan_.servers.push_back(make_server(scenario_, node, Server::Kind::profiled));
    return found->second;
  }

  std::size_t station_of(std::size_t server, ServiceIndex service) {
    const auto [found, added] = stations_.try_emplace({server, service}, plan_.stations.size());
    if (added) plan_.stations.push_back({server, service});
    return found->second;
  }

  const Scenario& scenario_;
  const Assumptions& assumptions_;
  std::vector<bool> asked_;                 // by service: a stream asks for it
  std::map<std::string, NodeIndex> nodes_;  // of the placement
  std::map<NodeIndex, LoadedVariants> loaded_;
  std::map<NodeIndex, std::size_t> profiled_;
  std::map<std::pair<std::size_t, ServiceIndex>, std::size_t> stations_;
  ServingPlan plan_;
};

double behind(double work, double mean, double cpu) { return std::max(0.0, work / core_speed(cpu) - mean); }

ServiceTime on_quota(double work, double sd, double cpu) {
  const AloneTime alone = alone_on_quota(work, sd, cpu);
  return {alone.mean, alone.sd, behind(work, alone.mean, cpu), work, sd};
}

// The runs that were timed began anywhere in the quota's periods: that is part of how they vary.
ServiceTime as_measured(double mean, double sd, double cpu) {
  const double phase = alone_on_quota(cpu * mean, cpu).sd;
  const double of_work = core_speed(cpu) * std::sqrt(std::max(0.0, sd * sd - phase * phase));
  const Work work = work_of_alone(mean, of_work, cpu);
  return {mean, std::max(sd, phase), behind(work.mean, mean, cpu), work.mean, work.sd};
}

// What each further request of a batch adds, in times of one's work. Elapsed times would not do: a request alone may find all that it needs
// unspent in a period of the quota, and a batch wait for many periods.
double measured_next(const TimedBatch& batch, double work, double cpu) {
  const double together = work_of_alone(to_seconds(batch.time), 0.0, cpu).mean;
  return std::max(0.0, (together / work - 1) / (batch.requests - 1));
}

}  // namespace

ServiceTime service_on(const Assumptions& assumptions, ServiceIndex service, NodeIndex node, const Variant& variant, double cpu) {
  const double stated = to_seconds(variant.service_time);
  const double stated_sd = to_seconds(variant.service_time_sd);
  const double next = next_share(variant);
  // A profile states its distribution; the few runs that a node timed are draws from it, and say less.
  if (variant.is_profiled()) return {.mean = stated, .sd = stated_sd, .work = stated, .work_sd = stated_sd, .next = next};
  const auto measured = assumptions.measured.find({service, node});
  const bool is_measured = measured != assumptions.measured.end();
  ServiceTime time = is_measured ? as_measured(to_seconds(measured->second.time), to_seconds(measured->second.sd), cpu)
                                 : on_quota(stated, stated_sd, cpu);
  time.next = is_measured && measured->second.batch.requests > 1 && time.work > 0.0 ? measured_next(measured->second.batch, time.work, cpu) : next;
  return time;
}

Placement planned_placement(const Scenario& scenario) {
  const std::vector<PlacementNode> nodes = placement_nodes(scenario);
  return place(placement_demand(scenario, nodes), nodes);
}

Placement planned_on_able(const Scenario& scenario) {
  const std::vector<PlacementNode> nodes = able_nodes(scenario);
  return place(placement_demand(scenario, nodes), nodes);
}

ServingPlan make_serving_plan(const Scenario& scenario, const Placement& placement, const Assumptions& assumptions) {
  Planner planner{scenario, placement, assumptions};
  std::map<std::string, ServiceIndex> services;
  for (ServiceIndex service = 0; service < scenario.services.size(); ++service) {
    services.emplace(scenario.services[service].name, service);
  }
  for (const Assignment& assignment : placement.assignments) {
    const auto service = services.find(assignment.service);
    if (service != services.end()) planner.add(service->second, assignment);
  }
  return planner.take();
}

std::string server_name(const Scenario& scenario, const Server& server) {
  return scenario.nodes.at(server.node).name + (server.kind == Server::Kind::profiled ? " profiled" : " cpu");
}

double busy_factor(int workers, double capacity) { return workers * core_speed(capacity) / capacity; }
double busy_factor(const Server& server) { return busy_factor(server.workers, server.capacity); }

}  // namespace continuo
