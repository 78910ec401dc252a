// How long requests of Poisson sources wait and run where they share a node's cores.
#include "model/waits.hh"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/terms/drawn_cpu.hh"
#include "policy/service_time.hh"

namespace continuo {
namespace {

constexpr double full = 1 - 1e-9;  // a load of which nothing is left but rounding
// Requests of Poisson sources that are drawn, for each of a replay of others: as many more as fuller nodes take longer to fill and empty.
constexpr double drawn_least = 25;
constexpr double drawn_most = 100;
constexpr double drawn_of_idle = 5;
constexpr double drawn_of_all = 250;  // on all nodes together
constexpr double drawn_load_most = 0.98;  // beyond, so many are too few for a node to fill and empty in
constexpr double alike = 0.01;     // relative difference below which a request is as fast among others as alone

double cs2_of(const QueueLoad& queue) { return std::max(0.0, queue.square * queue.rate / (queue.work * queue.work) - 1); }

}  // namespace

Waits::OnCpu Waits::on_cpu_of(const Choice& choice) const {
  OnCpu all;
  for (std::size_t station = 0; station < flows_.stations.size(); ++station) {
    if (flows_.stations[station].server != choice.server) continue;
    if (station == choice.station) all.place = all.works.size();
    const double work = all.works.emplace_back(stations_.work(station));
    all.work += work;
    all.loaded += work > 0.0 ? 1 : 0;
  }
  return all;
}

bool Waits::slow_each_other(const Choice& choice) const {
  const ServerClass& server = flows_.servers[choice.server];
  if (server.kind != Server::Kind::cpu || server.count > 1) return false;
  const OnCpu all = on_cpu_of(choice);
  return all.work < full * server.capacity && (all.loaded > 1 || server.busy_factor > 1 + alike);
}

bool Waits::crowds_out(const Choice& choice) const {
  constexpr double busy = 0.8;
  const double capacity = flows_.servers[choice.server].capacity;
  const OnCpu all = on_cpu_of(choice);
  return all.loaded > 1 && all.work > busy * capacity && std::ranges::max(all.works) > (1 + alike) * capacity / all.loaded;
}

Waits::Shared Waits::shared_by(std::size_t of, const OnCpu& all) const {
  const ServerClass& server = flows_.servers[of];
  Shared shared{share_cpu(all.works, server.capacity, server.workers)};
  if (all.loaded < 2) return shared;
  std::vector<SharedRequests> requests;
  for (std::size_t station = 0; station < flows_.stations.size(); ++station) {
    if (flows_.stations[station].server != of) continue;
    const double rate = stations_.rate(station);
    const double work = all.works[requests.size()];
    requests.push_back(rate > 0.0 && work > 0.0 ? SharedRequests{rate, work / rate / core_speed(server.capacity), cs2_of(stations_.queue(station))} : SharedRequests{});
  }
  shared.longer = waits_longer(shared.shares, requests, server.capacity, server.workers);
  if (server.workers > 1) return shared;
  // Where a quota is kept: of M/G/1 whose busy periods begin with another service, (1 - rho) / (1 - rho + rho_0) is idle (Welch 1964).
  double first = 0.0;
  for (const Source& source : flows_.sources) {
    for (const Choice& choice : source.choices) {
      if (choice.server == of) first += source.rate_at(choice, server) * choice.service.mean;
    }
  }
  const double rho = all.work / server.capacity;
  shared.idle = (1 - rho) / (1 - rho + std::min(rho, first));
  shared.meets = rho > 0.0 ? (1 - shared.idle) / rho : 1.0;
  return shared;
}

std::optional<Waiting> Waits::shared_waiting(const Choice& choice) {
  const ServerClass& server = flows_.servers[choice.server];
  if (server.kind != Server::Kind::cpu) return std::nullopt;
  const OnCpu on_cpu = on_cpu_of(choice);
  const auto& [works, place, work, loaded] = on_cpu;
  if ((loaded < 2 && server.busy_factor < 1 + alike) || work >= full * server.capacity) return std::nullopt;
  const Arriving all = arriving(choice);
  if (loaded < 2 && all.poisson < 1.0) return std::nullopt;
  auto known = shared_.find(choice.server);
  if (known == shared_.end()) known = shared_.emplace(choice.server, shared_by(choice.server, on_cpu)).first;
  const Shared& shared = known->second;
  const Presence& here = shared.shares.services[place];
  const double rate = stations_.rate(choice.station);
  if (rate <= 0.0 || works[place] <= 0.0) return std::nullopt;
  const QueueLoad queue = stations_.queue(choice.station);
  const double alone = works[place] / rate / core_speed(server.capacity);
  const double cs2 = cs2_of(queue);
  const bool none_waits = all.whole && all.sources <= server.workers;
  // A request that comes to an idle node finds a quota's period unspent, and holds its worker as much shorter: E[V] is that of services of which a
  // share P_0, idle, are such (Welch 1964: R (P_0 E[S_0^2] + (1 - P_0) E[S^2]) / (2 (1 - rho))).
  const double saves = std::max(0.0, alone - choice.service.mean);
  const double first = 1 - shared.idle * (1 - std::pow(1 - saves / alone, 2));
  const double waits = none_waits ? 0.0
                                  : first * shared.longer * std::max(0.0, here.present - here.running) / rate *
                                        service_variation_factor(work / server.capacity, server.workers, cs2) *
                                        steadier(all, queue, work / server.capacity);
  Waiting wait{.mean = waits, .probability = none_waits ? 0.0 : std::min(1.0, here.full * shared.meets), .seen = {}};
  // Longer requests see the node change while they run, and meet the mean of it.
  // And it shares the CPU with what runs of the others at least as it does at any time, whatever the product form says of a light service
  // beside a heavy one: max(1, n / C) is convex.
  double others = 0.0;
  for (std::size_t service = 0; service < works.size(); ++service) others += service == place ? 0.0 : shared.shares.services[service].running;
  const double together = std::max({1.0, here.running / rate / alone, (1 + others) / std::max(1.0, server.capacity)});
  const double longer = 1 + shared.meets * (together - 1);
  const double settles = shared.shares.settles * alone;
  const double kept = settles / (settles + alone * longer);
  double mean = 0.0;
  double below = 0.0;
  for (const Presence::Slowed& slowed : here.slowed) mean += (slowed.share - std::exchange(below, slowed.share)) * slowed.times;
  mean = 1 + shared.meets * (mean - 1);
  const double more = mean > 0.0 ? std::max(1.0, longer / mean) : 1.0;
  for (const Presence::Slowed& slowed : here.slowed) {
    const double runs = alone * (longer + kept * (more * slowed.times - longer)) - (wait.stretch.empty() ? saves : 0.0);
    wait.stretch.emplace_back(1 - (1 - slowed.share) * shared.meets, runs / choice.service.mean);
  }
  return wait;
}

double Waits::drawn_at(double load) const {
  const double nodes = static_cast<double>(flows_.servers.size());
  const double times = std::min(std::clamp(drawn_of_idle / (1 - load), drawn_least, drawn_most), drawn_of_all / nodes);
  return times < drawn_least / 10 ? 0.0 : drawn_ * times;
}

std::vector<PlayedGroup> Waits::draw(const Choice& of, double load) const {
  const ServerClass& server = flows_.servers[of.server];
  for (std::size_t station = 0; station < flows_.stations.size(); ++station) {
    if (flows_.stations[station].server == of.server && is_joined(station)) return {};  // by requests that come at other times than their sources'
  }
  std::vector<ReplayedSource> sources;
  for (const Source& source : flows_.sources) {
    for (const Choice& choice : source.choices) {
      const double rate = choice.server == of.server ? source.rate_at(choice, server) : 0.0;
      if (rate <= 0.0) continue;
      if (source.periodic || source.closed) return {};
      sources.push_back({.period = 1.0 / rate, .service = {.mean = choice.service.work, .sd = choice.service.work_sd}, .station = choice.station,
                         .group = source.stream, .poisson = true});
    }
  }
  const double requests = drawn_at(load);
  if (requests <= 0.0) return {};
  const PlayedCpu cpu{server.capacity, scenario_.tiers[flows_.classes[server.nodes].tier].cores, server.workers, {}};
  return draw_cpu(sources, cpu, scenario_.workload.size(), requests);
}

std::optional<Waiting> Waits::drawn_waiting(const Source& source, const Choice& choice) {
  const ServerClass& server = flows_.servers[choice.server];
  if (memory_ != nullptr || server.kind != Server::Kind::cpu) return std::nullopt;
  const OnCpu all = on_cpu_of(choice);
  if ((all.loaded < 2 && server.busy_factor < 1 + alike) || all.work >= drawn_load_most * server.capacity) return std::nullopt;
  const auto [known, is_new] = drawn_on_.try_emplace(choice.server);
  if (is_new) known->second = draw(choice, all.work / server.capacity);
  if (known->second.empty() || known->second[source.stream].times.empty()) return std::nullopt;
  std::vector<double> workers;
  std::vector<double> served;
  for (const PlayedTimes& one : known->second[source.stream].times) {
    workers.push_back(one.worker);
    served.push_back(one.served);
  }
  Waiting waiting = observed_waiting(std::move(workers));
  waiting.served = std::move(served);
  return waiting;
}

}  // namespace continuo
