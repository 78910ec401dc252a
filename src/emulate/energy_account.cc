#include "emulate/energy_account.hh"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "scenario/link_class.hh"

namespace continuo {

namespace {

// For sharing a sender's CPU out among the services that it asks: what sending one request takes beside a second in service.
constexpr double seconds_a_request_sent = 15e-6;

// By the names that records have.
class Places {
 public:
  explicit Places(const Scenario& scenario) {
    for (NodeIndex node = 0; node < scenario.nodes.size(); ++node) nodes_[scenario.nodes[node].name] = node;
    for (StreamIndex stream = 0; stream < scenario.workload.size(); ++stream) streams_[scenario.workload[stream].name] = stream;
  }
  std::optional<NodeIndex> node(std::string_view name) const { return find(nodes_, name); }
  std::optional<StreamIndex> stream(std::string_view name) const { return find(streams_, name); }

 private:
  using Index = std::map<std::string_view, std::size_t>;
  static std::optional<std::size_t> find(const Index& index, std::string_view name) {
    const auto found = index.find(name);
    return found == index.end() ? std::nullopt : std::optional{found->second};
  }

  Index nodes_;
  Index streams_;
};

bool is_profiled(const Service& service, const std::string& variant) {
  const auto found = std::ranges::find(service.package.variants, variant, &Variant::name);
  return found != service.package.variants.end() && found->is_profiled();
}

void count_nodes(const Scenario& scenario, const RequestLedger& requests, const RunObservations& run, const Places& places, Usage& usage) {
  const std::size_t services = scenario.services.size();
  std::vector<double> weights(scenario.nodes.size() * services, 0.0);
  std::vector<double> devices(scenario.nodes.size(), 0.0);  // seconds that profiled ones were busy
  for (ServiceIndex service = 0; service < services; ++service) {
    const auto& of_service = requests.of(service);
    for (const auto& [who, served] : of_service.served) {
      const auto node = places.node(who.first);
      if (!node) continue;
      weights[*node * services + service] += to_seconds(served.held);
      if (is_profiled(scenario.services[service], who.second)) devices[*node] += to_seconds(served.held);
    }
    for (const auto& [who, sent] : of_service.of_sender) {
      const auto node = places.node(who.second);
      if (node) weights[*node * services + service] += seconds_a_request_sent * static_cast<double>(sent);
    }
  }
  const double seconds = to_seconds(run.load_time);
  usage.of_nodes.resize(scenario.nodes.size());
  for (NodeIndex node = 0; node < scenario.nodes.size() && node < run.usage.size(); ++node) {
    const Tier& tier = scenario.tier_of(node);
    const double busy = std::max(0.0, to_seconds(run.usage[node].cpu_used)) + tier.cores * devices[node];
    // No node draws more than one with all its cores in use.
    usage.of_nodes[node] = std::min(busy, tier.cores * seconds);
    const double* weight = weights.data() + node * services;  // of scenarios without services there are none
    double all = 0.0;
    for (ServiceIndex service = 0; service < services; ++service) all += weight[service];
    if (all <= 0.0) usage.add_busy_beside(scenario.nodes[node].tier, usage.of_nodes[node]);
    for (ServiceIndex service = 0; service < services && all > 0.0; ++service) {
      usage.add_busy(scenario.nodes[node].tier, service, usage.of_nodes[node] * weight[service] / all);
    }
  }
}

// The messages of what was completed, as if each sender had asked each server in proportion to what these did in all.
void expect_messages(const Scenario& scenario, const RequestLedger& requests, const Places& places, Usage& usage) {
  for (ServiceIndex service = 0; service < scenario.services.size(); ++service) {
    const auto& of_service = requests.of(service);
    if (of_service.records == 0) continue;
    for (const auto& [who, sent] : of_service.of_sender) {
      const auto stream = places.stream(who.first);
      const auto sender = places.node(who.second);
      if (!stream || !sender) continue;
      const Bytes request = scenario.workload[*stream].input_size;
      const Bytes answer = scenario.services[service].package.response_to(request);
      const double share = static_cast<double>(sent) / static_cast<double>(of_service.records);
      for (const auto& [where, served] : of_service.served) {
        const auto server = places.node(where.first);
        if (!server || *server == *sender) continue;
        const double messages = share * static_cast<double>(served.requests);
        const auto there = link_class_of(scenario, *sender, *server);
        const auto back = link_class_of(scenario, *server, *sender);
        if (there) usage.add_carried(*there, service, messages * static_cast<double>(request.count()));
        if (back) usage.add_carried(*back, service, messages * static_cast<double>(answer.count()));
      }
    }
  }
}

// What queues refused was never sent.
void count_links(const Scenario& scenario, const RunObservations& run, Usage& usage) {
  std::map<std::pair<Port, Port>, LinkCounters> before;
  for (const PathCounters& path : run.before.paths) before[{path.from, path.to}] = path.link;
  std::vector<double> carried(usage.link_classes(), 0.0);
  for (const PathCounters& path : run.after.paths) {
    const LinkCounters during = path.link.since(before[{path.from, path.to}]);
    const auto link_class = link_class_of(scenario, path.from, path.to);
    if (link_class) carried[*link_class] += static_cast<double>((during.offered - during.overflowed).count());
  }
  for (std::size_t link = 0; link < carried.size(); ++link) usage.set_carried(link, std::max(0.0, carried[link]));
}

}  // namespace

Usage usage_of(const Scenario& scenario, const RequestLedger& requests, const RunObservations& run) {
  Usage usage{scenario, run.load_time};
  const Places places{scenario};
  count_nodes(scenario, requests, run, places, usage);
  expect_messages(scenario, requests, places, usage);
  count_links(scenario, run, usage);
  return usage;
}

}  // namespace continuo
