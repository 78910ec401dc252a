// Services from the ledger of the load; resources from counters.
#include "emulate/accounting.hh"

#include <algorithm>
#include <iterator>
#include <optional>
#include <tuple>

#include "emulate/energy_account.hh"
#include "energy/energy_of.hh"
#include "network/link_load.hh"
#include "result/memory_load.hh"

namespace continuo {

namespace {

std::vector<ServedShare> shares(const RequestLedger::OfService& requests_of, std::uint64_t all) {
  std::vector<ServedShare> result;
  for (const auto& [who, served] : requests_of.served) {
    result.push_back({.node = who.first,
                      .variant = who.second,
                      .share = static_cast<double>(served.requests) / static_cast<double>(std::max<std::uint64_t>(1, all)),
                      .requests = served.requests});
  }
  return result;
}

ServiceResult account_service(const Scenario& scenario, ServiceIndex index, const RunObservations& run,
                              const RequestLedger::OfService& requests) {
  const Service& service = scenario.services[index];
  ServiceResult result = requests.result;
  std::uint64_t scheduled = 0;
  for (const auto& [who, known] : run.scheduled) {
    const Stream& stream = scenario.workload.at(who.first);
    if (stream.service != index) {
      continue;
    }
    const auto sent = requests.of_sender.find({stream.name, scenario.nodes.at(who.second).name});
    const std::uint64_t told = sent == requests.of_sender.end() ? 0 : sent->second;
    const std::uint64_t count = known.value_or(told);
    scheduled += count;
    if (count > told) {
      const auto stopped = run.stopped_senders.find(who.second);
      result.failed[stopped == run.stopped_senders.end() ? load_died : stopped->second] += count - told;
    }
  }
  result.generated = std::max(scheduled, requests.records);
  result.by_node = shares(requests, result.completed);
  if (service.slo) {
    const auto generated = static_cast<double>(std::max<std::uint64_t>(1, result.generated));
    result.slo = {.bound = service.slo->bound,
                  .quantile = service.slo->quantile,
                  .met_share = static_cast<double>(requests.within) / generated};
  }
  return result;
}

// Open streams' requests over the answered ones of these.
double open_unserved(const RequestLedger& requests, const Evaluation& evaluation) {
  std::uint64_t generated = 0;
  std::uint64_t completed = 0;
  for (ServiceIndex service = 0; service < evaluation.services.size(); ++service) {
    const RequestLedger::OfService& counted = requests.of(service);
    generated += evaluation.services[service].generated - counted.records_of_users;
    completed += counted.result.completed - counted.completed_for_users;
  }
  return generated_to_completed(generated, completed);
}

// Of what a node does, the users' part: of the time that it held requests; if it has served none, of the requests that it sent.
double user_share(const Scenario& scenario, const RequestLedger& requests, const std::string& node) {
  double held = 0.0;
  double held_for_users = 0.0;
  double sent = 0.0;
  double sent_by_users = 0.0;
  for (ServiceIndex service = 0; service < scenario.services.size(); ++service) {
    for (const auto& [who, served] : requests.of(service).served) {
      if (who.first != node) continue;
      held += to_seconds(served.held);
      held_for_users += to_seconds(served.held_for_users);
    }
    for (const auto& [who, records] : requests.of(service).of_sender) {
      if (who.second != node) continue;
      const auto stream = std::ranges::find(scenario.workload, who.first, &Stream::name);
      const bool is_closed = stream != scenario.workload.end() && std::holds_alternative<ClosedLoop>(stream->arrivals);
      sent += static_cast<double>(records);
      sent_by_users += is_closed ? static_cast<double>(records) : 0.0;
    }
  }
  if (held > 0.0) return held_for_users / held;
  return sent > 0.0 ? sent_by_users / sent : 0.0;
}

// By how much less a node would have done for the same requests if each batch had been as large as can be: its load is what it could not do
// more of.
double fullest_on(const Scenario& scenario, const RequestLedger& requests, const std::string& node) {
  Duration held{};
  Duration at_fullest{};
  bool batches = false;
  for (ServiceIndex service = 0; service < scenario.services.size(); ++service) {
    batches = batches || scenario.services[service].batch.most > 1;
    for (const auto& [who, served] : requests.of(service).served) {
      const auto variant = std::ranges::find(scenario.services[service].package.variants, who.second, &Variant::name);
      const bool beside_cpu = variant != scenario.services[service].package.variants.end() && variant->is_profiled();
      if (who.first != node || beside_cpu) continue;
      held += served.held;
      at_fullest += served.at_fullest;
    }
  }
  return batches && held > Duration::zero() ? to_seconds(at_fullest) / to_seconds(held) : 1.0;
}

void account_nodes(const Scenario& scenario, const RequestLedger& requests, const RunObservations& run, Evaluation& evaluation) {
  const double factor = open_unserved(requests, evaluation);
  const double longer = answered_to_generated(scenario.duration(), run.load_time);
  for (NodeIndex node = 0; node < run.usage.size(); ++node) {
    const Tier& tier = scenario.tier_of(node);
    const double used = to_seconds(run.usage[node].cpu_used) / (to_seconds(run.load_time) * mean_cpu(scenario, run, node));
    const std::string& name = scenario.nodes[node].name;
    const double open = used * (1 - user_share(scenario, requests, name)) * fullest_on(scenario, requests, name);
    const double users = used * user_share(scenario, requests, name);
    const bool serves = std::any_of(evaluation.services.begin(), evaluation.services.end(), [&](const ServiceResult& service) {
      return std::any_of(service.by_node.begin(), service.by_node.end(),
                         [&](const ServedShare& share) { return share.node == name; });
    });
    evaluation.resources.push_back({.name = name + " cpu",
                                    .kind = ResourceKind::cpu,
                                    .utilisation = std::min(used, 1.0),
                                    .offered_load = load_beside_users(open * (serves ? factor : 1.0) * longer, users)});
    const double filled = static_cast<double>(run.usage[node].memory_peak.count()) / static_cast<double>(tier.memory.count());
    evaluation.resources.push_back(memory_load(name, filled));
  }
}

// A profiled variant stands for a device beside the CPU: it is busy while it holds a request.
void account_devices(const Scenario& scenario, const RequestLedger& requests, const RunObservations& run, Evaluation& evaluation) {
  struct Held {
    Duration all{};
    Duration for_users{};
    Duration at_fullest{};
  };
  std::map<std::string, Held> held;  // by node
  for (ServiceIndex service = 0; service < scenario.services.size(); ++service) {
    const auto& variants = scenario.services[service].package.variants;
    for (const auto& [who, served] : requests.of(service).served) {
      const auto variant = std::ranges::find(variants, who.second, &Variant::name);
      if (variant == variants.end() || !variant->is_profiled()) continue;
      held[who.first].all += served.held;
      held[who.first].for_users += served.held_for_users;
      held[who.first].at_fullest += served.at_fullest;
    }
  }
  const double factor = open_unserved(requests, evaluation) * answered_to_generated(scenario.duration(), run.load_time);
  for (const auto& [node, time] : held) {
    const double busy = to_seconds(time.all) / to_seconds(run.load_time);
    const double users = to_seconds(time.for_users) / to_seconds(run.load_time);
    const double full = time.all > Duration::zero() ? to_seconds(time.at_fullest) / to_seconds(time.all) : 1.0;
    evaluation.resources.push_back({.name = node + " profiled",
                                    .kind = ResourceKind::accelerator,
                                    .utilisation = std::min(busy, 1.0),
                                    .offered_load = load_beside_users((busy - users) * full * factor, users)});
  }
}

void account_links(const Scenario& scenario, const RequestLedger& requests, const RunObservations& run, Evaluation& evaluation) {
  std::map<std::pair<Port, Port>, LinkCounters> before;
  for (const PathCounters& path : run.before.paths) {
    before[{path.from, path.to}] = path.link;
  }
  std::vector<PathLoad> paths;
  for (const PathCounters& path : run.after.paths) {
    paths.push_back({.from = path.from, .to = path.to, .counters = path.link.since(before[{path.from, path.to}]),
                     .for_users = requests.for_users().share(path.from, path.to)});
  }
  const CountedTime counted{run.load_time, answered_to_generated(scenario.duration(), run.load_time)};
  std::ranges::move(link_loads(scenario, paths, counted), std::back_inserter(evaluation.resources));
}

void account_access(const Scenario& scenario, const RequestLedger& requests, const RunObservations& run, Evaluation& evaluation) {
  const CountedTime counted{run.load_time, answered_to_generated(scenario.duration(), run.load_time)};
  for (const AccessCounters& access : run.after.access) {
    const auto earlier = std::ranges::find_if(run.before.access, [&](const auto& other) { return access.is_same_as(other); });
    const LinkCounters before = earlier == run.before.access.end() ? LinkCounters{} : earlier->link;
    const AccessLoad load{access.port, access.up, access.link.since(before), requests.for_users().access_share(access.port, access.up)};
    if (auto told = access_load(scenario, load, counted)) evaluation.resources.push_back(*std::move(told));
  }
}

}  // namespace

double mean_cpu(const Scenario& scenario, const RunObservations& run, NodeIndex node) {
  const Tier& tier = scenario.tier_of(node);
  double quota = tier.quota;
  double used = 0.0;  // quota times seconds
  Duration since{};
  for (const AppliedAction& applied : run.applied) {
    const auto* change = std::get_if<ChangeQuota>(&applied.action);
    if (change == nullptr || std::ranges::find(change->nodes, node) == change->nodes.end()) {
      continue;
    }
    const Duration at = std::clamp(applied.at, since, std::max(since, run.load_time));
    used += quota * to_seconds(at - since);
    since = at;
    quota = change->quota;
  }
  if (run.load_time <= Duration::zero()) {
    return tier.cpu();
  }
  return tier.cores * (used + quota * to_seconds(run.load_time - since)) / to_seconds(run.load_time);
}

Evaluation account(const Scenario& scenario, const RequestLedger& requests, const RunObservations& run) {
  Evaluation evaluation;
  evaluation.scenario = scenario.name;
  evaluation.fidelity = Fidelity::emulate;
  evaluation.seed = scenario.seed;
  evaluation.duration = run.load_time;
  for (ServiceIndex service = 0; service < scenario.services.size(); ++service) {
    evaluation.services.push_back(account_service(scenario, service, run, requests.of(service)));
  }
  if (run.load_time > Duration::zero()) {
    account_nodes(scenario, requests, run, evaluation);
    account_devices(scenario, requests, run, evaluation);
    account_links(scenario, requests, run, evaluation);
    account_access(scenario, requests, run, evaluation);
    evaluation.timeline = requests.timeline(run.load_time);
    evaluation.energy = energy_of(scenario, usage_of(scenario, requests, run), evaluation.services);
  }
  find_bottleneck(evaluation);
  return evaluation;
}

}  // namespace continuo
