#include "model/flows.hh"

#include <map>
#include <utility>

#include "model/deadline_places.hh"
#include "model/terms/path_rate.hh"
#include "policy/batching.hh"

namespace continuo {
namespace {

// A choice for the requests of any source, before it is known who the source is.
struct Offer {
  ServiceIndex service = 0;
  std::size_t server = 0;
  std::size_t station = 0;
  std::size_t variant = 0;
  ServiceTime time;
};

class Builder {
 public:
  Builder(const Scenario& scenario, const ModelOptions& options) : scenario_{scenario}, options_{options} {
    ClassPlacement placed = class_placement(scenario, options);
    flows_.classes = std::move(placed.classes);
    asked_.resize(scenario.services.size(), false);
    for (const Stream& stream : scenario.workload) asked_.at(stream.service) = true;
    flows_.servers.reserve(flows_.classes.size() + 1);
    for (std::size_t index = 0; index < flows_.classes.size(); ++index) add_server(index, Server::Kind::cpu);
    dense_ = flows_.classes.size() <= dense_classes_max;
    if (dense_) links_.resize(flows_.classes.size() * flows_.classes.size(), no_link);
    for (const ClassServing& serving : placed.serving) {
      if (asked_[serving.service]) add_offer(serving);
    }
  }

  Flows take() {
    for (StreamIndex stream = 0; stream < scenario_.workload.size(); ++stream) {
      for (std::size_t index = 0; index < flows_.classes.size(); ++index) {
        if (flows_.classes[index].tier == scenario_.workload[stream].from) add_source(stream, index);
      }
    }
    return std::move(flows_);
  }

 private:
  static constexpr std::size_t dense_classes_max = 32;

  std::size_t add_server(std::size_t node_class, Server::Kind kind) {
    const NodeClass& nodes = flows_.classes[node_class];
    // Profiled service times do not use the CPU: one request at a time, at the speed that the profile states.
    const double cpu = kind == Server::Kind::profiled ? 1.0 : scenario_.tiers[nodes.tier].cpu();
    const int workers = workers_on(cpu);
    flows_.servers.push_back({node_class, kind, cpu, kind == Server::Kind::profiled ? 1 : workers, nodes.count,
                              kind == Server::Kind::profiled ? 1.0 : busy_factor(workers, cpu)});
    return flows_.servers.size() - 1;
  }

  std::size_t server_of(std::size_t node_class, bool profiled) {
    if (!profiled) return node_class;
    for (std::size_t server = flows_.classes.size(); server < flows_.servers.size(); ++server) {
      if (flows_.servers[server].nodes == node_class) return server;
    }
    return add_server(node_class, Server::Kind::profiled);
  }

  std::size_t station_of(std::size_t server, ServiceIndex service) {
    flows_.stations.push_back({server, service});  // of a service no node has more than one variant
    flows_.places.push_back(scenario_.services[service].queue);
    return flows_.stations.size() - 1;
  }

  void add_offer(const ClassServing& serving) {
    const Variant& variant = scenario_.services[serving.service].package.variants[serving.variant];
    const NodeClass& nodes = flows_.classes[serving.node_class];
    const double cpu = scenario_.tiers[nodes.tier].cpu();
    const bool profiled = variant.is_profiled();
    const ServiceTime time = service_on(options_, serving.service, nodes.first, variant, cpu);
    const std::size_t server = server_of(serving.node_class, profiled);
    offers_.push_back({serving.service, server, station_of(server, serving.service), serving.variant, time});
  }

  std::size_t link(std::size_t from, std::size_t to) {
    std::size_t& known = dense_ ? links_[from * flows_.classes.size() + to] : sparse_.try_emplace({from, to}, no_link).first->second;
    if (known != no_link) return known;
    const NodeIndex from_node = flows_.classes[from].node(0);
    const NodeIndex to_node = flows_.classes[to].node(from == to ? 1 : 0);
    const LinkProperties& properties = scenario_.link(from_node, to_node);
    flows_.links.push_back({from, to, from_node, to_node, &properties, to_seconds(properties.mean_delay()), properties.mean_rate(),
                            path_rate(scenario_, from_node, to_node), passing_on(scenario_, from_node, to_node)});
    return known = flows_.links.size() - 1;
  }

  void add_source(StreamIndex index, std::size_t node_class) {
    const Stream& stream = scenario_.workload[index];
    const ServicePackage& package = scenario_.services.at(stream.service).package;
    Source source;
    source.stream = index;
    source.service = stream.service;
    source.nodes = node_class;
    source.count = static_cast<double>(flows_.classes[node_class].count);
    source.rate = 1.0 / to_seconds(stream.mean_interval());
    source.periodic = std::holds_alternative<Periodic>(stream.arrivals);
    if (const auto* loop = std::get_if<ClosedLoop>(&stream.arrivals)) {
      source.closed = true;
      source.users = loop->users;
      source.think = to_seconds(loop->think);
      source.exponential = loop->exponential;
    }
    source.transport = transport_costs(stream.transport, options_);
    source.request = stream.input_size + source.transport.request_overhead;
    source.response = options_.response_size.value_or(package.response_to(stream.input_size)) + source.transport.answer_overhead;
    source.choices.reserve(offers_.size() + 1);
    for (const Offer& offer : offers_) {
      if (offer.service == stream.service) add_choices(offer, source);
    }
    flows_.sources.push_back(std::move(source));
  }

  void add_choices(const Offer& offer, Source& source) {
    Choice choice{offer.server, offer.station, offer.variant, offer.time};
    const int most = scenario_.services[offer.service].batch.most;
    if (most > 1) {
      choice.fullest = choice.in_batches = fullest_share(most, offer.time.next);
      flows_.batches = true;
    }
    const std::size_t nodes = flows_.servers[offer.server].nodes;
    const std::size_t count = flows_.classes[nodes].count;
    if (nodes == source.nodes) {
      source.choices.push_back(choice);
      if (count == 1) return;
    }
    choice.spread = static_cast<double>(nodes == source.nodes ? count - 1 : count);
    choice.there = link(source.nodes, nodes);
    choice.back = link(nodes, source.nodes);
    source.choices.push_back(choice);
  }

  const Scenario& scenario_;
  const ModelOptions& options_;
  Flows flows_;
  std::vector<bool> asked_;
  std::vector<Offer> offers_;
  bool dense_ = true;
  std::vector<std::size_t> links_;  // by class and class, where these are few
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> sparse_;
};

}  // namespace

RouteCandidate route_of(const Flows& flows, const Choice& choice) {
  RouteCandidate route;
  route.service_time = from_seconds(choice.service.mean);
  route.workers = flows.servers[choice.server].workers;
  if (choice.local()) return route;
  route.round_trip = from_seconds(flows.links[choice.there].delay + flows.links[choice.back].delay);
  route.rate = flows.links[choice.there].path;
  return route;
}

Flows make_flows(const Scenario& scenario, const ModelOptions& options) {
  Flows flows = Builder{scenario, options}.take();
  limit_by_deadlines(scenario, options, flows);
  return flows;
}

std::string server_name(const Scenario& scenario, const Flows& flows, const ServerClass& server, std::size_t member) {
  const std::string& node = scenario.nodes[flows.classes[server.nodes].node(member)].name;
  return node + (server.kind == Server::Kind::profiled ? " profiled" : " cpu");
}

}  // namespace continuo
