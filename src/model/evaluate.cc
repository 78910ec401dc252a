// The Evaluation of the model: placement, routing, the first-order test, and the latency beside it.
#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "energy/energy_of.hh"
#include "model/closed_loops.hh"
#include "model/energy_usage.hh"
#include "model/first_order.hh"
#include "model/flows.hh"
#include "model/latency.hh"
#include "model/left_out.hh"
#include "model/terms/recovery.hh"
#include "model/terms/slow_start.hh"
#include "model/model.hh"
#include "model/part.hh"
#include "policy/node_classes.hh"
#include "policy/node_memory.hh"
#include "policy/obstacles.hh"
#include "result/memory_load.hh"

namespace continuo {
namespace {

struct Served {
  double generated = 0.0;
  double taken = 0.0;
  std::map<std::pair<std::string, std::string>, double> by_node;  // (node, variant): requests
};

Served served(const Scenario& scenario, const Flows& flows, Latencies& latencies, ServiceIndex service) {
  Served served;
  for (const Source& source : flows.sources) {
    if (source.service != service) continue;
    const double seconds = to_seconds(scenario.workload[source.stream].duration);
    served.generated += source.rate * source.count * seconds;
    for (const Choice& choice : source.choices) {
      const double taken = latencies.taken(source, choice);
      if (taken <= 0.0) continue;
      const ServerClass& server = flows.servers[choice.server];
      const NodeClass& nodes = flows.classes[server.nodes];
      const std::string& variant = scenario.services[service].package.variants[choice.variant].name;
      const double all = source.rate * source.count * taken * seconds;
      served.taken += all;
      for (std::size_t member = 0; member < nodes.count; ++member) {
        served.by_node[{scenario.nodes[nodes.node(member)].name, variant}] += all / static_cast<double>(server.count);
      }
    }
  }
  return served;
}

// A service's latency as distributions.
struct ServiceLatency {
  Histogram latency;  // empty if any part of the way is overloaded: there is no stable latency then
  Stages stages;
  double in_time = 1.0;  // share of the requests answered within their deadline
  ServiceCarried carried;
};

// What no Duration holds is as long as one can be: 290 years.
Duration duration_of(double seconds) { return from_seconds(std::min(seconds, 9e9)); }

constexpr double histogram_total = 1e6;  // weights become counts of this many

void add_way(const StageSamples& samples, ServiceLatency& result) {
  const auto add = [&](const auto& stage, Histogram& histogram) {
    const bool constant = std::ranges::adjacent_find(stage, std::not_equal_to<>{}) == stage.end();
    std::uint64_t all = 0;
    for (std::size_t point = 0; point < samples.latency.size(); ++point) {
      if (samples.deadline > Duration{} && duration_of(samples.latency[point]) > samples.deadline) continue;
      const auto times = static_cast<std::uint64_t>(std::max(1.0, std::round(samples.weight[point] * histogram_total)));
      all += times;
      if (!constant) histogram.add(duration_of(stage[point]), times);
    }
    if (constant) histogram.add(duration_of(stage[0]), all);
  };
  add(samples.latency, result.latency);
  add(std::vector<double>(samples.latency.size(), samples.prepare), result.stages.prepare);
  add(samples.uplink, result.stages.uplink);
  add(samples.queue, result.stages.queue);
  add(samples.service, result.stages.service);
  add(samples.downlink, result.stages.downlink);
  for (std::size_t point = 0; point < samples.latency.size(); ++point) {
    const bool late = samples.deadline > Duration{} && duration_of(samples.latency[point]) > samples.deadline;
    result.in_time += late ? 0.0 : samples.weight[point];
  }
}

ServiceLatency service_latency(Latencies& latencies, ServiceIndex service) {
  ServiceLatency result;
  result.carried = latencies.carried(service, true);
  if (result.carried.rate <= 0.0 || !result.carried.stable) return result;
  result.in_time = 0.0;
  latencies.each_way(service, result.carried.rate, [&](const StageSamples& samples) { add_way(samples, result); });
  result.in_time = std::min(1.0, result.in_time);
  return result;
}

// Requests before those in question, so that the whole numbers of all intervals add up to that of their sum.
struct Counted {
  double generated = 0.0;
  double completed = 0.0;
};

std::uint64_t whole(double requests) { return static_cast<std::uint64_t>(std::llround(std::max(0.0, requests))); }
std::uint64_t counted(double requests, double& before) {
  const std::uint64_t earlier = whole(before);
  before += requests;
  return whole(before) - earlier;
}

ServiceResult service_result(const Service& service, const Served& requests, const ServiceLatency& latency, Counted& before) {
  ServiceResult result;
  result.name = service.name;
  result.generated = counted(requests.generated, before.generated);
  const bool placed = !requests.by_node.empty();
  result.completed = placed ? std::min(result.generated, counted(requests.generated * latency.carried.sustained * latency.in_time, before.completed)) : 0;
  std::uint64_t failed = result.generated - result.completed;
  if (placed && latency.carried.overloaded.empty() && latency.carried.refused > 0.0) {
    const std::uint64_t refused = std::min(failed, whole(requests.generated * latency.carried.refused));
    if (refused > 0) result.failed[latency.carried.by_deadline ? "http-504" : "http-503"] = refused;
    failed -= refused;
  }
  if (failed > 0) {
    result.failed[!placed ? "no-node" : (latency.carried.overloaded.empty() ? "deadline" : "overloaded")] = failed;
  }
  if (result.generated > 0) {
    result.latency = latency.latency;
    result.stages = latency.stages;
  }
  for (const auto& [key, count] : requests.by_node) {
    const double share = count / requests.taken;
    result.by_node.push_back({key.first, key.second, share, whole(share * static_cast<double>(result.completed))});
  }
  if (service.slo) {
    const double answered = requests.generated > 0 && latency.carried.overloaded.empty() && placed ? latency.in_time : 0.0;
    result.slo = ServiceLevelMet{service.slo->bound, service.slo->quantile,
                                 answered * result.latency.share_within(service.slo->bound)};
  }
  return result;
}

// Where links lose more packets than the terms for it hold for.
void add_losses(const Scenario& scenario, const Flows& flows, std::vector<std::string>& notes) {
  const auto look = [&](const ClassLink& link, Bytes message) {
    const double loss = packet_loss(*link.properties);
    const double segments = segments_of(message, scenario.tiers[flows.classes[link.from].tier].network);
    if (holds_for(loss, segments)) return;
    const std::string note = fmt::format("model: from {} to {} {:.3g} % of the packets are lost, {:.2g} of a message of {:.0f}: more than its terms for that "
                                         "hold for (--explain); latency is higher", scenario.nodes[link.from_node].name, scenario.nodes[link.to_node].name,
                                         100 * loss, loss * segments, segments);
    if (std::ranges::find(notes, note) == notes.end()) notes.push_back(note);
  };
  for (const Source& source : flows.sources) {
    for (const Choice& choice : source.choices) {
      if (choice.share <= 0.0 || choice.local()) continue;
      look(flows.links[choice.there], source.request);
      look(flows.links[choice.back], source.response);
    }
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
    evaluation.notes.push_back("model: flows wait for each other at an access link as whole messages, one after the other; packets interleave, and messages that meet end later");
  }
  evaluation.notes.push_back(
      "model: service times are normal, delays have the shape that is asked for and traces their mean rate, waits have an exponential tail, and a request's terms are independent");
  evaluation.notes.push_back("model: shares are those of an equilibrium of mean loads; no failures, no cold start");
}

// Whatever the load, and so no part of the first-order test: memory is full or not. What serves is found anew, since points of a sweep, which
// tell no memory, would have to carry it in their flows.
void add_memory(const Scenario& scenario, const ModelOptions& options, Evaluation& evaluation) {
  const ClassPlacement placed = class_placement(scenario, options);
  for (const NodeMemory& memory : memory_of_nodes(scenario, placed.classes, placed.serving)) {
    evaluation.resources.push_back(memory_load(scenario.nodes[memory.node].name, memory.filled));
  }
}

// Resources are in use for what is not refused.
void use_taken(const FirstOrder& taken, FirstOrder& first) {
  std::unordered_map<std::string_view, double> utilisation;
  for (const ResourceLoad& used : taken.resources) utilisation.try_emplace(used.name, used.utilisation);
  for (ResourceLoad& resource : first.resources) {
    const auto found = utilisation.find(resource.name);
    if (found != utilisation.end()) resource.utilisation = found->second;
  }
}

// Of closed loops: what they are in the figures, and where these do not hold.
void add_loops(const Scenario& scenario, const Flows& flows, std::vector<std::string>& notes) {
  if (std::ranges::none_of(flows.sources, &Source::closed)) return;
  notes.emplace_back("model: users of closed loops come round as fast as the answers let them, by mean value analysis; a resource that they fill has a load of 1 and no less than its service time for each of them");
  if (flows.batches) {
    notes.emplace_back("model: users of closed loops are taken to be served one by one, as fast as full batches serve them: what they wait for in batches is left out");
  }
  if (!std::ranges::all_of(flows.sources, &Source::closed)) {
    notes.emplace_back("model: where users meet open streams, these take their part first: a first-order figure, waits may be off by a half, percentiles by more");
  }
  std::vector<double> users(flows.stations.size(), 0.0);
  for (const Source& source : flows.sources) {
    for (const Choice& choice : source.choices) {
      if (source.closed && choice.share > 0.0) users[choice.station] += source.users * (choice.local() ? 1.0 : source.count);
    }
  }
  for (std::size_t station = 0; station < users.size(); ++station) {
    const ServerClass& server = flows.servers[flows.stations[station].server];
    if (users[station] <= flows.places[station] + server.workers) continue;
    notes.push_back(fmt::format("model: {} users may meet at {}, which refuses a request when {} wait: the model waits instead",
                                           users[station], server_name(scenario, flows, server), flows.places[station]));
  }
}

// Of a time in which all streams send.
Part part_together(const Scenario& scenario, const ModelOptions& options, std::vector<Counted>& before) {
  const Flows flows = routed_flows(scenario, options);
  Latencies latencies{scenario, flows, options, {}};
  const auto after = latencies.after_refusals();
  FirstOrder first = first_order(scenario, after ? after->offered : flows, options);
  std::vector<ServiceResult> services;
  std::vector<double> generated;
  std::vector<std::string> overloads;
  std::vector<std::string> notes;
  bool feasible = first.feasible;
  for (ServiceIndex service = 0; service < scenario.services.size(); ++service) {
    const Served requests = served(scenario, flows, latencies, service);
    const std::string& name = scenario.services[service].name;
    const ServiceLatency latency = service_latency(latencies, service);
    services.push_back(service_result(scenario.services[service], requests, latency, before[service]));
    generated.push_back(requests.generated);
    if (requests.generated > 0 && requests.by_node.empty()) {
      feasible = false;
      notes.push_back(fmt::format("{}: no node can run it", name));
      std::ranges::move(obstacles(name, options.placement ? *options.placement : planned_placement(scenario)), std::back_inserter(notes));
    }
    for (const std::string& overloaded : latency.carried.overloaded) {
      feasible = false;
      overloads.push_back(fmt::format("{}: overloaded at {}; no stable latency", name, overloaded));
    }
  }
  if (after) use_taken(first_order(scenario, after->taken, options), first);
  const Flows& carried = after ? after->taken : flows;
  add_losses(scenario, flows, notes);
  if (const std::string short_queue = short_link_queue(scenario, flows); !short_queue.empty()) {
    notes.push_back(fmt::format("model: {}: what it drops is left out; latency is higher (--explain)", short_queue));
  }
  add_loops(scenario, flows, notes);
  return {std::move(first), feasible, std::move(services), std::move(generated), std::move(overloads), std::move(notes),
          usage_of(scenario, carried, demands_of(scenario, carried, options), options, NodesListed::yes)};
}

// Of a run whose streams start or end at different times.
Part part_by_intervals(const Scenario& scenario, const ModelOptions& options, std::vector<Counted>& before) {
  const Intervals intervals = intervals_of(scenario);
  const ModelOptions placed = with_placement(scenario, options);
  std::vector<Part> parts;
  for (const Interval& interval : intervals.all) {
    const PartScenario part = part_of(scenario, placed, interval);
    parts.push_back(part_together(part.scenario, part.options, before));
  }
  Part all = composed(scenario, intervals.all, parts);
  std::ranges::move(notes_of(intervals), std::back_inserter(all.notes));
  return all;
}

}  // namespace

std::optional<std::string> model_refuses(const Scenario& scenario, const ModelOptions& options) {
  const bool may_have_many = scenario.nodes.size() > model_classes_max;
  const bool fits = scenario.nodes.size() <= model_nodes_max &&
                    (!may_have_many || class_placement(scenario, options).classes.size() <= model_classes_max);
  if (fits) return std::nullopt;
  return fmt::format("the model takes at most {} nodes of at most {} kinds, and the scenario has more; --at simulate takes them",
                     model_nodes_max, model_classes_max);
}

Evaluation evaluate(const Scenario& scenario, const ModelOptions& options) {
  std::vector<Counted> before(scenario.services.size());
  Part part = send_together(scenario) ? part_together(scenario, options, before) : part_by_intervals(scenario, options, before);
  Evaluation evaluation;
  evaluation.scenario = scenario.name;
  evaluation.fidelity = Fidelity::model;
  evaluation.seed = scenario.seed;
  evaluation.commit = options.commit;
  evaluation.duration = scenario.duration();
  evaluation.services = std::move(part.services);
  evaluation.resources = std::move(part.first.resources);
  evaluation.inequalities = std::move(part.first.inequalities);
  evaluation.feasible = part.feasible;
  for (const ServiceResult& service : evaluation.services) {
    if (static_cast<double>(service.completed) >= answered_least * static_cast<double>(service.generated)) continue;
    evaluation.feasible = false;
    if (!service.failed.contains("deadline")) continue;
    part.overloads.push_back(fmt::format("{}: {} request is answered within its deadline", service.name, service.completed == 0 ? "no" : "hardly any"));
  }
  evaluation.bottleneck = std::move(part.first.bottleneck);
  evaluation.bottleneck_load = part.first.bottleneck_load;
  evaluation.energy = energy_of(scenario, part.usage, evaluation.services);
  add_memory(scenario, options, evaluation);
  evaluation.notes = std::move(part.overloads);
  std::ranges::move(part.notes, std::back_inserter(evaluation.notes));
  add_assumptions(scenario, evaluation);
  return evaluation;
}

}  // namespace continuo
