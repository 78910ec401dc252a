// A service's requests take few distinct ways: (stream, serving node). Each way's latency is a sum of independent terms,
// whose distribution is found by evaluating the sum at the points of a low-discrepancy sequence: one coordinate a term.
#include "model/latency.hh"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "model/equilibrium.hh"
#include "model/terms/low_discrepancy.hh"
#include "model/terms/path_rate.hh"
#include "model/terms/propagation.hh"
#include "model/terms/replay.hh"
#include "model/terms/serialisation.hh"
#include "model/terms/slow_start.hh"
#include "model/terms/waiting.hh"
#include "workload/schedule.hh"

namespace continuo {
namespace {

constexpr int points = 2000;              // a service; p99 then has an error of about 1 %
constexpr int points_min = 100;           // a way
constexpr double histogram_total = 1e6;   // weights become counts of this many
constexpr int exact_sources_max = 64;     // N*D/D/1 costs N^2
constexpr std::size_t replayed_sources_max = 2000;
constexpr double replayed_requests_max = 1e5;
constexpr double same = 0.01;             // relative difference below which periods or service times count as equal

using Pair = std::pair<NodeIndex, NodeIndex>;

// One way that requests of a service take, and how many take it.
struct Way {
  const Source* source = nullptr;
  const Choice* choice = nullptr;
  double rate = 0.0;
};

class Composer {
 public:
  Composer(const Scenario& scenario, const Flows& flows, const ModelOptions& options)
      : scenario_{scenario}, flows_{flows}, options_{options}, stations_{station_loads(flows)} {
    for (const Source& source : flows.sources) {
      for (const Choice& choice : source.choices) {
        const NodeIndex to = flows.servers[choice.server].node;
        if (choice.share <= 0.0 || to == source.node) continue;
        const double rate = source.rate * choice.share;
        links_[{source.node, to}].add(rate, on_link(source.request, source.node, to), 0.0);
        links_[{to, source.node}].add(rate, on_link(source.response, to, source.node), 0.0);
        load_access(source.node, to, source.request, rate);
        load_access(to, source.node, source.response, rate);
      }
    }
  }

  ServiceLatency compose(ServiceIndex service) const {
    ServiceLatency result;
    std::map<std::tuple<StreamIndex, std::size_t, bool>, Way> ways;
    double total = 0.0;
    double carried = 0.0;
    for (const Source& source : flows_.sources) {
      if (source.service != service) continue;
      for (const Choice& choice : source.choices) {
        if (choice.share <= 0.0) continue;
        const double rate = source.rate * choice.share;
        total += rate;
        carried += rate * sustained(source, choice, result.overloaded);
        const bool local = flows_.servers[choice.server].node == source.node;
        Way& way = ways[{source.stream, choice.server, local}];
        way = {&source, &choice, way.rate + rate};
      }
    }
    if (total <= 0.0) return result;
    result.sustained = carried / total;
    if (!result.overloaded.empty()) return result;
    double in_time = 0.0;
    for (const auto& [key, way] : ways) in_time += way.rate / total * sample(way, way.rate / total, result);
    result.in_time = in_time;
    return result;
  }

 private:
  struct AccessHop {
    NodeIndex node = 0;
    bool up = false;
    BitRate rate;
  };
  // The access links of limited rate on the way.
  std::vector<AccessHop> access_hops(NodeIndex from, NodeIndex to) const {
    std::vector<AccessHop> hops;
    if (scenario_.access.empty()) return hops;
    const auto add = [&](NodeIndex node, bool up, const std::optional<LinkProperties>& link) {
      if (const auto rate = link ? link->mean_rate() : std::nullopt) hops.push_back({node, up, *rate});
    };
    add(from, true, scenario_.access.at(from).up_link());
    add(to, false, scenario_.access.at(to).down_link());
    return hops;
  }

  void load_access(NodeIndex from, NodeIndex to, Bytes message, double rate) {
    for (const AccessHop& hop : access_hops(from, to)) {
      access_[{hop.node, hop.up}].add(rate, serialisation_seconds(message, hop.rate), 0.0);
    }
  }

  SlowStart sent_by(NodeIndex node, Bytes message, std::optional<BitRate> rate, double round_trip, double interval) const {
    constexpr double headers = 52;
    const NetworkStack& stack = scenario_.tier_of(node).network;
    return {.message = message,
            .rate = rate,
            .round_trip = round_trip,
            .interval = interval,
            .initial_window = stack.initial_window * (static_cast<double>(stack.mtu.count()) - headers),
            .slow_start_after_idle = stack.slow_start_after_idle};
  }

  // On the link of the pair alone, without the access links beside it.
  double on_link(Bytes message, NodeIndex from, NodeIndex to) const {
    return serialisation_seconds(message, scenario_.link(from, to).mean_rate());
  }

  double sending(Bytes message, NodeIndex from, NodeIndex to) const {
    return serialisation_seconds(message, path_rate(scenario_, from, to));
  }

  // The share of these requests that every resource on their way can carry; names those that cannot carry all.
  double sustained(const Source& source, const Choice& choice, std::vector<std::string>& overloaded) const {
    const auto check = [&](double load, double rate, const std::string& name) {
      if (load < 1.0) return 1.0;
      const std::string text = fmt::format("{}: queue grows by {:.3g} requests/s", name, rate * (1 - 1 / load));
      if (std::ranges::find(overloaded, text) == overloaded.end()) overloaded.push_back(text);
      return 1.0 / load;
    };
    const Server& server = flows_.servers[choice.server];
    const QueueLoad queue = stations_.queue(choice.station);
    double share = check(queue.work / server.workers, queue.rate, server_name(scenario_, server));
    if (server.node == source.node) return share;
    for (const Pair& pair : {Pair{source.node, server.node}, Pair{server.node, source.node}}) {
      const QueueLoad& link = links_.at(pair);
      const std::string name = scenario_.nodes[pair.first].name + " to " + scenario_.nodes[pair.second].name;
      share = std::min(share, check(link.work, link.rate, name));
      for (const AccessHop& hop : access_hops(pair.first, pair.second)) {
        const QueueLoad& shared = access_.at({hop.node, hop.up});
        share = std::min(share, check(shared.work, shared.rate, scenario_.nodes[hop.node].name + (hop.up ? " up" : " down")));
      }
    }
    return share;
  }

  // The time from a request's scheduled moment to its arrival at the station, in the mean.
  double mean_way(const Source& source, const Choice& choice) const {
    const NodeIndex to = flows_.servers[choice.server].node;
    double way = to_seconds(options_.prepare_time) / core_speed(scenario_.tier_of(source.node).cpu());
    if (to == source.node) return way;
    const Duration round_trip = scenario_.link(source.node, to).mean_delay() + scenario_.link(to, source.node).mean_delay();
    const auto rate = path_rate(scenario_, source.node, to);
    way += slow_start_seconds(sent_by(source.node, source.request, rate, to_seconds(round_trip), 1.0 / (source.rate * choice.share)));
    return way + serialisation_seconds(source.request, rate) + to_seconds(scenario_.link(source.node, to).mean_delay());
  }

  // Where all that a station serves comes at fixed intervals, while the same time lasts, the phases of the scenario's seed are played
  // through: queues of few sources depend on them more than on anything else.
  std::optional<Waiting> replayed_waiting(StreamIndex stream, std::size_t station, const Server& server) const {
    if (const auto known = replayed_.find({station, stream}); known != replayed_.end()) return known->second;
    std::vector<ReplayedSource> sources;
    for (const Source& source : flows_.sources) {
      for (const Choice& choice : source.choices) {
        if (choice.station != station || choice.share <= 0.0) continue;
        const Stream& of_source = scenario_.workload[source.stream];
        const Stream& first = scenario_.workload[stream];
        const bool whole = source.periodic && choice.share > 1 - same && of_source.start == first.start &&
                           of_source.duration == first.duration;
        if (!whole || sources.size() == replayed_sources_max) return replayed_[{station, stream}] = std::nullopt;
        const auto at = Schedule{scenario_, source.stream, source.node}.next();
        if (!at) continue;
        const bool local = server.node == source.node;
        sources.push_back({.first = to_seconds(at->at - scenario_start) + mean_way(source, choice),
                           .period = 1.0 / source.rate,
                           .path = local ? nullptr : &scenario_.link(source.node, server.node),
                           .service = stations_.queue_service(choice),
                           .group = source.stream});
      }
    }
    if (replayed_requests(sources) > replayed_requests_max) return replayed_[{station, stream}] = std::nullopt;
    const auto waits = replay_waits(sources, server.workers, scenario_.workload.size());
    for (StreamIndex group = 0; group < waits.size(); ++group) {
      replayed_[{station, group}] = waits[group].empty() ? std::nullopt : std::optional{observed_waiting(waits[group])};
    }
    return replayed_[{station, stream}];
  }

  // Periodic sources that send all their requests to one station meet each other's work only, never their own.
  Waiting worker_waiting(const Source& source, const Choice& choice) const {
    if (const auto replayed = replayed_waiting(source.stream, choice.station, flows_.servers[choice.server])) return *replayed;
    const Server& server = flows_.servers[choice.server];
    const auto [mean, sd] = stations_.queue_service(choice);
    QueueLoad others = stations_.queue(choice.station);
    if (!source.periodic) return poisson_waiting(others, server.workers);
    others.remove(source.rate * choice.share, mean, sd);
    int sources = 0;
    bool whole = true;
    bool alike = true;
    for (const Source& other : flows_.sources) {
      for (const Choice& one : other.choices) {
        if (one.station != choice.station || one.share <= 0.0) continue;
        ++sources;
        whole = whole && other.periodic && one.share > 1 - same;
        alike = alike && std::abs(other.rate / source.rate - 1) < same &&
                std::abs(one.service.mean / choice.service.mean - 1) < same;
      }
    }
    if (whole && sources <= server.workers) return {};
    if (!whole || !alike || server.workers > 1 || sources > exact_sources_max) {
      return poisson_waiting(others, server.workers);
    }
    const Waiting exact = periodic_waiting(sources, 1.0 / (source.rate * mean));
    const double spread = (others.square - others.work * mean) / (2 * (1 - others.work));  // what variance adds to M/G/1
    return {exact.mean * mean + std::max(0.0, spread), exact.probability};
  }

  Waiting link_waiting(const Source& source, double share, NodeIndex from, NodeIndex to, Bytes message) const {
    QueueLoad others = links_.at({from, to});
    if (source.periodic) others.remove(source.rate * share, on_link(message, from, to), 0.0);
    Waiting wait = poisson_waiting(others, 1);
    for (const AccessHop& hop : access_hops(from, to)) {
      QueueLoad there = access_.at({hop.node, hop.up});
      if (source.periodic) there.remove(source.rate * share, serialisation_seconds(message, hop.rate), 0.0);
      const Waiting more = poisson_waiting(there, 1);
      wait = {wait.mean + more.mean, 1 - (1 - wait.probability) * (1 - more.probability)};
    }
    return wait;
  }

  // Adds one way's distribution; returns the share that meets the deadline.
  double sample(const Way& way, double weight, ServiceLatency& result) const {
    const Source& source = *way.source;
    const Choice& choice = *way.choice;
    const NodeIndex from = source.node;
    const NodeIndex to = flows_.servers[choice.server].node;
    const bool local = from == to;
    const Stream& stream = scenario_.workload[source.stream];
    std::vector<Bytes> sizes{stream.input_size};
    if (const auto known = options_.input_sizes.find(source.stream); known != options_.input_sizes.end()) {
      if (!known->second.empty()) sizes = known->second;
      std::ranges::sort(sizes);
    }
    const double prepare = to_seconds(options_.prepare_time) / core_speed(scenario_.tier_of(from).cpu());
    const Waiting wait = worker_waiting(source, choice);
    Waiting wait_there;
    Waiting wait_back;
    const double interval = 1.0 / (source.rate * choice.share);
    double round_trip = 0.0;
    if (!local) {
      wait_there = link_waiting(source, choice.share, from, to, source.request);
      wait_back = link_waiting(source, choice.share, to, from, source.response);
      round_trip = to_seconds(scenario_.link(from, to).mean_delay() + scenario_.link(to, from).mean_delay());
    }
    const double slower = stations_.stretch(choice.station);
    const ServiceTime serving{choice.service.mean * slower, choice.service.sd * slower};
    const int count = std::max(points_min, static_cast<int>(points * weight));
    const auto times = static_cast<std::uint64_t>(std::max(1.0, histogram_total * weight / count));
    int met = 0;
    LowDiscrepancy<7> sequence;
    for (int point = 0; point < count; ++point) {
      const auto u = sequence.next();
      double uplink = 0.0;
      double downlink = 0.0;
      if (!local) {
        const Bytes request = sizes[static_cast<std::size_t>(u[0] * static_cast<double>(sizes.size()))] + options_.message_overhead;
        const LinkProperties& there = scenario_.link(from, to);
        const auto rate = path_rate(scenario_, from, to);
        const double gap = source.periodic ? interval : -std::log(1 - u[6]) * interval;
        uplink = slow_start_seconds(sent_by(from, request, rate, round_trip, gap)) + serialisation_seconds(request, rate) +
                 propagation_seconds(there, normal_quantile(u[1])) + wait_there.at(u[5]);
        downlink = slow_start_seconds(sent_by(to, source.response, path_rate(scenario_, to, from), round_trip, gap)) +
                   sending(source.response, to, from) + wait_back.at(1 - u[5]) +
                   propagation_seconds(scenario_.link(to, from), normal_quantile(u[2]));
      }
      const double queue = wait.at(u[3]);
      const double service = service_seconds(serving, normal_quantile(u[4]));
      const Duration latency = from_seconds(prepare + uplink + queue + service + downlink);
      if (stream.deadline > Duration{} && latency > stream.deadline) continue;
      ++met;
      result.stages.prepare.add(from_seconds(prepare), times);
      result.stages.uplink.add(from_seconds(uplink), times);
      result.stages.queue.add(from_seconds(queue), times);
      result.stages.service.add(from_seconds(service), times);
      result.stages.downlink.add(from_seconds(downlink), times);
      result.latency.add(latency, times);
    }
    return static_cast<double>(met) / count;
  }

  const Scenario& scenario_;
  const Flows& flows_;
  const ModelOptions& options_;
  StationLoads stations_;
  std::map<Pair, QueueLoad> links_;
  std::map<std::pair<NodeIndex, bool>, QueueLoad> access_;  // true: up
  mutable std::map<std::pair<std::size_t, StreamIndex>, std::optional<Waiting>> replayed_;  // by station; nothing: not by replay
};

}  // namespace

std::vector<ServiceLatency> service_latencies(const Scenario& scenario, const Flows& flows, const ModelOptions& options) {
  const Composer composer{scenario, flows, options};
  std::vector<ServiceLatency> latencies;
  for (ServiceIndex service = 0; service < scenario.services.size(); ++service) {
    latencies.push_back(composer.compose(service));
  }
  return latencies;
}

}  // namespace continuo
