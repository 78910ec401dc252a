#include "model/answer.hh"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <span>
#include <utility>

#include "energy/energy_of.hh"
#include "model/closed_loops.hh"
#include "model/energy_usage.hh"
#include "model/equilibrium.hh"
#include "model/first_order.hh"
#include "model/flows.hh"
#include "model/latency.hh"
#include "model/part.hh"
#include "model/terms/quantiles.hh"

namespace continuo {
namespace {

constexpr std::size_t points = 256;        // a service: means within 0.2 % of evaluate(), p99 within 0.8 %, in the median
constexpr double requests_played = 500;
constexpr RowsFollowed rows{.before = 12, .messages = 12, .rows = 2};

// Of a service's requests, what each class of nodes serves a second.
void find_servers(const Scenario& scenario, const Flows& flows, ServiceIndex service, ServiceAnswer& answer) {
  std::vector<double> tiers(scenario.tiers.size(), 0.0);
  std::vector<double> nodes(flows.classes.size(), 0.0);
  for (const Source& source : flows.sources) {
    if (source.service != service) continue;
    for (const Choice& choice : source.choices) {
      const ServerClass& server = flows.servers[choice.server];
      nodes[server.nodes] += source.rate_at(choice, server);
      tiers[flows.classes[server.nodes].tier] += source.rate * source.count * choice.share;
    }
  }
  double most = 0.0;
  for (std::size_t index = 0; index < nodes.size(); ++index) {
    const NodeIndex first = flows.classes[index].first;
    const bool earlier = answer.node && nodes[index] == most && scenario.nodes[first].name < scenario.nodes[*answer.node].name;
    if (nodes[index] <= 0.0 || (nodes[index] <= most && !earlier)) continue;
    most = nodes[index];
    answer.node = first;
  }
  most = 0.0;
  for (TierIndex tier = 0; tier < tiers.size(); ++tier) {
    const bool earlier = answer.tier && tiers[tier] == most && scenario.tiers[tier].name < scenario.tiers[*answer.tier].name;
    if (tiers[tier] <= 0.0 || (tiers[tier] <= most && !earlier)) continue;
    most = tiers[tier];
    answer.tier = tier;
  }
}

// The samples of all ways of a service that are in time.
struct Sums {
  explicit Sums(RowMemory& of) : memory{of}, latency{of.take_room()}, weight{of.take_room()} {
    latency.clear();
    weight.clear();
  }
  ~Sums() {
    memory.give_back(std::move(latency));
    memory.give_back(std::move(weight));
  }
  Sums(const Sums&) = delete;
  Sums& operator=(const Sums&) = delete;

  RowMemory& memory;
  std::vector<double> latency;
  std::vector<double> weight;
  double in_time = 0.0;
  double mean = 0.0;  // times in_time
  double within = 0.0;

  void take(const StageSamples& samples, double bound) {
    const std::size_t before = latency.size();
    latency.insert(latency.end(), samples.latency.begin(), samples.latency.end());
    weight.insert(weight.end(), samples.weight.begin(), samples.weight.end());
    const double deadline = to_seconds(samples.deadline);
    if (samples.deadline > Duration{} && std::ranges::count_if(samples.latency, [&](double one) { return one > deadline; }) > 0) {
      drop_late(before, deadline);
    }
    add(std::span{latency}.subspan(before), std::span{weight}.subspan(before), bound);
  }

  // In lanes, for the processor adds several at once.
  void add(std::span<const double> latencies, std::span<const double> weights, double bound) {
    constexpr std::size_t lanes = 4;
    std::array<double, lanes> all{};
    std::array<double, lanes> weighted{};
    std::array<double, lanes> met{};
    const auto add_to = [&](std::size_t lane, std::size_t point) {
      all[lane] += weights[point];
      weighted[lane] += weights[point] * latencies[point];
      met[lane] += latencies[point] <= bound ? weights[point] : 0.0;
    };
    const std::size_t whole = latencies.size() / lanes * lanes;
    for (std::size_t point = 0; point < whole; point += lanes) {
      for (std::size_t lane = 0; lane < lanes; ++lane) add_to(lane, point + lane);
    }
    for (std::size_t point = whole; point < latencies.size(); ++point) add_to(0, point);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      in_time += all[lane];
      mean += weighted[lane];
      within += met[lane];
    }
  }

  void drop_late(std::size_t first, double deadline) {
    std::size_t kept = first;
    for (std::size_t point = first; point < latency.size(); ++point) {
      latency[kept] = latency[point];
      weight[kept] = weight[point];
      kept += latency[point] <= deadline ? 1 : 0;
    }
    latency.resize(kept);
    weight.resize(kept);
  }
};

// Of one service: all but its latency, and what that is taken from.
struct Found {
  explicit Found(RowMemory& memory) : sums{memory} {}

  ServiceAnswer answer;
  Sums sums;
  bool stable = true;
};

// Into `found`, which is new.
void find(const Scenario& scenario, const Flows& flows, Latencies& latencies, ServiceIndex index, bool& feasible, Found& found) {
  const Service& service = scenario.services[index];
  ServiceAnswer& answer = found.answer;
  for (const Source& source : flows.sources) {
    if (source.service == index) answer.generated += source.rate * source.count * to_seconds(scenario.workload[source.stream].duration);
  }
  const ServiceCarried carried = latencies.carried(index, false);
  const bool placed = carried.rate > 0.0;
  feasible = feasible && (placed || answer.generated <= 0.0) && carried.stable;
  if (service.slo) answer.slo_met = 0.0;
  if (!placed || answer.generated <= 0.0) return;
  find_servers(scenario, flows, index, answer);
  answer.completed = answer.generated * carried.sustained;
  found.stable = carried.stable;
  if (!carried.stable) return;
  Sums& sums = found.sums;
  const double bound = service.slo ? to_seconds(service.slo->bound) : 0.0;
  latencies.each_way(index, carried.rate, [&](const StageSamples& samples) { sums.take(samples, bound); });
  answer.completed = answer.generated * std::min(1.0, sums.in_time);
  if (service.slo) answer.slo_met = std::min(1.0, sums.within);
}

ServiceAnswer& with_latency(Found& found) {
  const Sums& sums = found.sums;
  if (!found.stable || sums.latency.empty() || sums.in_time <= 0.0) return found.answer;
  const auto [p50, p95, p99] = quantiles(sums.latency, sums.weight, {0.50, 0.95, 0.99});
  found.answer.latency = {sums.mean / sums.in_time, p50, p95, p99};
  return found.answer;
}

// Of a service in another interval: its tier and node are those of the one with most requests. Weights are requests.
void add(const Found& more, Found& sum) {
  const double before = sum.answer.generated;
  const double requests = more.answer.generated;
  if (more.answer.tier && requests >= before) {
    sum.answer.tier = more.answer.tier;
    sum.answer.node = more.answer.node;
  }
  if (more.answer.slo_met) {
    const double met = *more.answer.slo_met * requests + sum.answer.slo_met.value_or(0.0) * before;
    sum.answer.slo_met = before + requests > 0.0 ? met / (before + requests) : 0.0;
  }
  sum.answer.generated += requests;
  sum.answer.completed += more.answer.completed;
  sum.sums.latency.insert(sum.sums.latency.end(), more.sums.latency.begin(), more.sums.latency.end());
  for (const double weight : more.sums.weight) sum.sums.weight.push_back(weight * requests);
  sum.sums.in_time += more.sums.in_time * requests;
  sum.sums.mean += more.sums.mean * requests;
  sum.stable = sum.stable && more.stable;
}

// Whatever the loads; who generates not even one request, in whole numbers, does not count.
void judge_answered(Answer& answer) {
  for (const ServiceAnswer& service : answer.services) {
    answer.feasible = answer.feasible && (service.generated < 0.5 || service.completed >= answered_least * service.generated);
  }
}

void add_energy(const Scenario& scenario, const Usage& usage, Answer& answer) {
  std::vector<double> completed;
  completed.reserve(answer.services.size());
  for (const ServiceAnswer& service : answer.services) completed.push_back(service.completed);
  const EnergyFigures figures = energy_figures(scenario, usage, completed);
  for (ServiceIndex service = 0; service < completed.size(); ++service) {
    answer.services[service].energy_per_request = figures.per_request[service];
  }
  answer.cost_per_million = figures.cost_per_million;
}

// Of a time in which all streams send: the load into `answer`, and take(found) for each service in turn. What was used.
template <class Take>
Usage find_together(const Scenario& scenario, const ModelOptions& options, RowMemory& memory, Answer& answer, Take take) {
  const Flows flows = routed_flows(scenario, options);
  Latencies latencies{scenario, flows, options, {.points = points, .replayed = requests_played, .rows = rows, .memory = &memory}};
  const auto after = latencies.after_refusals();
  const Flows& offered = after ? after->offered : flows;
  const Demands demands = demands_of(scenario, offered, options);
  const Bottleneck bottleneck = bottleneck_of(scenario, offered, demands);
  answer.feasible = answer.feasible && bottleneck.feasible;
  if (bottleneck.load > answer.bottleneck_load) {
    answer.bottleneck = bottleneck_name(scenario, flows, bottleneck);
    answer.bottleneck_load = bottleneck.load;
  }
  for (ServiceIndex service = 0; service < scenario.services.size(); ++service) {
    Found found{memory};
    find(scenario, flows, latencies, service, answer.feasible, found);
    take(service, found);
  }
  return after ? usage_of(scenario, after->taken, demands_of(scenario, after->taken, options), options, NodesListed::no)
               : usage_of(scenario, flows, demands, options, NodesListed::no);
}

// As composed() in model/part.hh.
Answer answer_by_intervals(const Scenario& scenario, const ModelOptions& options, RowMemory& memory) {
  const ModelOptions placed = with_placement(scenario, options);
  Answer answer;
  std::deque<Found> services;
  for (ServiceIndex service = 0; service < scenario.services.size(); ++service) services.emplace_back(memory);
  Usage usage{scenario, scenario.duration()};
  for (const Interval& interval : intervals_of(scenario).all) {
    const PartScenario part = part_of(scenario, placed, interval);
    const Usage used = find_together(part.scenario, part.options, memory, answer, [&](ServiceIndex service, const Found& found) { add(found, services[service]); });
    add_usage(scenario, used, usage);
  }
  for (Found& service : services) answer.services.push_back(with_latency(service));
  judge_answered(answer);
  add_energy(scenario, usage, answer);
  return answer;
}

}  // namespace

Answer answer(const Scenario& scenario, const ModelOptions& options) {
  RowMemory memory;
  return answer(scenario, options, memory);
}

Answer answer(const Scenario& scenario, const ModelOptions& options, RowMemory& memory) {
  if (!send_together(scenario)) return answer_by_intervals(scenario, options, memory);
  Answer answer;
  answer.services.reserve(scenario.services.size());
  const Usage usage = find_together(scenario, options, memory, answer, [&](ServiceIndex, Found& found) { answer.services.push_back(with_latency(found)); });
  judge_answered(answer);
  add_energy(scenario, usage, answer);
  return answer;
}

}  // namespace continuo
