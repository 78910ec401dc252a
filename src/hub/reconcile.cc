// Reconciling: see reconcile.hh.
#include "hub/reconcile.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "policy/demand.hh"

namespace continuo {

namespace {

std::vector<PlacementNode> nodes_of(std::span<const Capability> capabilities) {
  std::vector<PlacementNode> nodes;
  for (const Capability& capability : capabilities) {
    PlacementNode node{capability.id, capability.tier, capability.cores * capability.quota, capability.cores,
                       capability.memory, {}};
    for (const RuntimeCapability& runtime : capability.runtimes) {
      node.runtimes.push_back(runtime.name);
    }
    nodes.push_back(std::move(node));
  }
  return nodes;
}

class Reconciler {
 public:
  Reconciler(const Scenario& scenario, const HubSituation& situation, const HubOptions& options)
      : scenario_{scenario}, situation_{situation}, options_{options} {
    const std::vector<PlacementNode> nodes = nodes_of(situation.nodes);
    const std::vector<PlacementService> demand = placement_demand(scenario, nodes);
    plan_.placement = place(demand, nodes);
  }

  HubPlan run() {
    settled_ = everybody_is_here() || situation_.now - situation_.started >= options_.settle;
    bool all_ready = settled_ && plan_.placement.unplaced.empty();
    for (const Assignment& assignment : plan_.placement.assignments) {
      all_ready = see_to(assignment) && all_ready;
    }
    for (const Rejection& rejection : plan_.placement.rejections) {
      plan_.lines.push_back(fmt::format("{}/{} not on {}: {}", rejection.service, rejection.variant, rejection.node,
                                        rejection.reason));
    }
    for (const std::string& service : plan_.placement.unplaced) {
      plan_.lines.push_back(fmt::format("{}: no node can run it", service));
    }
    unload_leftovers();
    plan_.complete = all_ready;
    return std::move(plan_);
  }

 private:
  bool everybody_is_here() const {
    return std::ranges::all_of(scenario_.nodes, [&](const Node& node) { return find(node.name) != nullptr; });
  }

  const Capability* find(const std::string& id) const {
    const auto found = std::ranges::find(situation_.nodes, id, &Capability::id);
    return found == situation_.nodes.end() ? nullptr : &*found;
  }

  const Service& service_named(const std::string& name) const {
    return *std::ranges::find(scenario_.services, name, &Service::name);
  }

  // The instance of the service on the node: of this variant if there is one.
  static const InstanceCapability* instance_of(const Capability& node, const Assignment& assignment,
                                               const std::string& digest) {
    for (const InstanceCapability& instance : node.instances) {
      if (instance.service == assignment.service && instance.variant == assignment.variant &&
          instance.digest == digest) {
        return &instance;
      }
    }
    return nullptr;
  }

  // Says whether the assigned instance is ready; orders it if nothing is under way.
  bool see_to(const Assignment& assignment) {
    const Service& service = service_named(assignment.service);
    const Capability& node = *find(assignment.node);
    const InstanceCapability* instance = instance_of(node, assignment, service.package.digest);
    std::string line = fmt::format("{}/{} on {}: predicted {:.1f} ms when idle", assignment.service, assignment.variant,
                                   assignment.node, to_milliseconds(assignment.predicted));
    const bool ready = instance != nullptr && instance->state == InstanceState::ready;
    const bool under_way = instance != nullptr && (instance->state == InstanceState::fetching ||
                                                   instance->state == InstanceState::loading);
    const bool misses = service.slo && assignment.predicted > service.slo->bound &&
                        std::holds_alternative<PlaceAutomatically>(scenario_.placement);
    if (instance != nullptr && instance->state == InstanceState::failed) {
      line += fmt::format("; failed there: {}", instance->failure);
    }
    if (misses) {
      line += fmt::format(", which misses the SLO ({:.1f} ms); nobody comes nearer", to_milliseconds(service.slo->bound));
    }
    if (!ready && !under_way && (!misses || settled_) && may_order({node.id, service.name, assignment.variant}, instance)) {
      plan_.actions.push_back({HubAction::Kind::load, node.id, node.address, service.name, assignment.variant,
                               service.package.digest, source_for(node, assignment, service), service.queue, service.batch});
    }
    plan_.lines.push_back(std::move(line));
    return ready;
  }

  // An order is given again when it has shown no effect, and ever more rarely when the instance fails.
  bool may_order(const HubOrderKey& key, const InstanceCapability* instance) const {
    const auto order = situation_.orders.find(key);
    if (order == situation_.orders.end()) {
      return true;
    }
    const bool failed = instance != nullptr && instance->state == InstanceState::failed;
    const int doublings = failed ? std::min(order->second.attempts, 10) : 0;
    const Duration wait = std::min(options_.answer * (1 << doublings), options_.longest_wait);
    return situation_.now - order->second.at >= wait;
  }

  // A node of the same tier that runs the variant is near; the hub has everything.
  std::string source_for(const Capability& node, const Assignment& assignment, const Service& service) const {
    if (node.id == situation_.hub) {
      return {};
    }
    for (const Capability& other : situation_.nodes) {
      if (other.id == node.id || other.tier != node.tier) {
        continue;
      }
      const InstanceCapability* instance = instance_of(other, assignment, service.package.digest);
      if (instance != nullptr && instance->state == InstanceState::ready) {
        return other.address;
      }
    }
    const Capability* hub = find(situation_.hub);
    return hub == nullptr ? std::string{} : hub->address;
  }

  // Services of the scenario on nodes that they are no longer assigned to; only once an assigned instance answers.
  void unload_leftovers() {
    if (!settled_) {
      return;
    }
    std::set<std::pair<std::string, std::string>> assigned;
    std::set<std::string> answered;
    for (const Assignment& a : plan_.placement.assignments) {
      assigned.emplace(a.service, a.node);
      const InstanceCapability* instance = instance_of(*find(a.node), a, service_named(a.service).package.digest);
      if (instance != nullptr && instance->state == InstanceState::ready) {
        answered.insert(a.service);
      }
    }
    for (const Capability& node : situation_.nodes) {
      for (const InstanceCapability& instance : node.instances) {
        const bool known = std::ranges::find(scenario_.services, instance.service, &Service::name) !=
                           scenario_.services.end();
        const bool loaded = instance.state == InstanceState::ready || instance.state == InstanceState::loading;
        if (known && loaded && !assigned.contains({instance.service, node.id}) && answered.contains(instance.service) &&
            may_order({node.id, instance.service, ""}, nullptr)) {
          plan_.actions.push_back({HubAction::Kind::unload, node.id, node.address, instance.service, "", "", "", {}, {}});
          plan_.lines.push_back(fmt::format("{} leaves {}", instance.service, node.id));
        }
      }
    }
  }

  const Scenario& scenario_;
  const HubSituation& situation_;
  const HubOptions& options_;
  HubPlan plan_;
  bool settled_ = false;
};

}  // namespace

HubPlan reconcile(const Scenario& scenario, const HubSituation& situation, const HubOptions& options) {
  return Reconciler{scenario, situation, options}.run();
}

}  // namespace continuo
