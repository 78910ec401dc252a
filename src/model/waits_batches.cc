// What requests wait for that are run in batches.
#include <algorithm>

#include "model/terms/batches.hh"
#include "model/waits.hh"
#include "policy/batching.hh"

namespace continuo {
namespace {

constexpr double full = 1 - 1e-9;
constexpr double requests_most = 1e5;      // of a replay
constexpr double chained_for_each = 5;     // requests drawn from a chain, for each of a replay
constexpr double drawn_for_each = 50;      // of those that come at random and are played through

}  // namespace

const Waits::Batched* Waits::batched(const Source& source, const Choice& choice) {
  const auto [known, is_new] = batched_.try_emplace(choice.server);
  if (!is_new) return known->second ? &*known->second : nullptr;
  const ServerClass& server = flows_.servers[choice.server];
  std::vector<std::size_t> stations;
  bool batches = false;
  double work = 0.0;  // workers, busy at the fullest
  for (std::size_t station = 0; station < flows_.stations.size(); ++station) {
    if (flows_.stations[station].server != choice.server) continue;
    if (stations_.work(station) <= 0.0) continue;
    batches = batches || scenario_.services[flows_.stations[station].service].batch.most > 1;
    stations.push_back(station);
    work += stations_.work(station);
    if (stations_.queue(station).work >= full * server.workers) return nullptr;
  }
  if (!batches || work >= full * server.capacity) return nullptr;
  const Arriving all = arriving(choice);
  if (stations.size() == 1 && server.workers == 1 && !all.whole) {
    known->second = chained(choice, scenario_.services[source.service].batch);
    if (known->second) return &*known->second;
  }
  known->second = play(source, choice, stations);
  return &*known->second;
}

std::optional<Waits::Batched> Waits::chained(const Choice& choice, const Batching& batching) {
  const BatchQueue queue = stations_.batch_queue(choice, batching);
  if (!can_chain_batches(queue)) return std::nullopt;
  Batches batches = chain_batches(queue, chained_for_each * drawn_);
  Batched result{WaitRule::batch_chain, std::vector<double>(flows_.stations.size(), 1.0), {}};
  result.sizes[choice.station] = batches.size;
  result.waiting.assign(scenario_.workload.size(), std::move(batches.waiting));
  return result;
}

// Phases that are known are played through, as where nothing is batched; else arrivals are drawn.
Waits::Batched Waits::play(const Source& first, const Choice& of_first, const std::vector<std::size_t>& stations) {
  const ServerClass& server = flows_.servers[of_first.server];
  const bool profiled = server.kind == Server::Kind::profiled;
  PlayedCpu cpu{server.capacity, profiled ? 1 : scenario_.tiers[flows_.classes[server.nodes].tier].cores, server.workers, {}};
  cpu.stations.resize(flows_.stations.size());
  for (const std::size_t station : stations) cpu.stations[station].batching = scenario_.services[flows_.stations[station].service].batch;
  std::vector<ReplayedSource> replayed;
  std::vector<ReplayedSource> drawn;
  bool whole = true;
  for (const Source& source : flows_.sources) {
    for (const Choice& choice : source.choices) {
      if (choice.server != of_first.server || choice.share <= 0.0) continue;
      cpu.stations[choice.station].next = choice.service.next;
      const ServiceTime service{.mean = choice.service.work, .sd = choice.service.work_sd};
      drawn.push_back({.period = 1.0 / source.rate_at(choice, server), .service = service, .station = choice.station, .group = source.stream});
      const std::size_t before = replayed.size();
      whole = whole && source.periodic && add_replayed(source, choice, replayed);
      for (std::size_t added = before; added < replayed.size(); ++added) {
        replayed[added].service = service;
        if (service.sd <= 0.0 && server.capacity < cpu.cores) replayed[added].service.sd = 1e-9;  // where in a quota's period it comes varies
        replayed[added].station = choice.station;
        replayed[added].places = ReplayedSource::unlimited;
      }
    }
  }
  whole = whole && replayed_requests(replayed, drawn_) <= requests_most;
  const std::vector<ReplayedSource>& sources = whole ? replayed : drawn;
  const ReplayedRow row = whole ? replayed_row(sources, drawn_) : random_row(sources, drawn_for_each * drawn_);
  PlayedBatches played = play_batches(row, sources, cpu, scenario_.workload.size());
  Batched result{whole ? WaitRule::batch_replay : WaitRule::batch_drawn, std::move(played.sizes), std::vector<Waiting>(scenario_.workload.size())};
  result.sizes.resize(flows_.stations.size(), 1.0);
  for (StreamIndex stream = 0; stream < scenario_.workload.size(); ++stream) {
    const std::vector<PlayedTimes>& seen = played.of_group[stream].times;
    if (seen.empty()) continue;
    std::vector<double> workers;
    Waiting with;
    for (const PlayedTimes& one : seen) {
      workers.push_back(one.worker);
      with.served.push_back(one.served);
      with.before.push_back(one.shared);
    }
    Waiting& waiting = result.waiting[stream] = observed_waiting(std::move(workers));
    waiting.served = std::move(with.served);
    if (whole && on_shared_link(first, of_first) > 0.0) waiting.before = std::move(with.before);
  }
  if (whole) played_[of_first.server] = std::move(played.of_group);
  return result;
}

std::optional<double> Waits::in_batches(const Source& source, const Choice& choice) {
  const Batched* batches = batched(source, choice);
  if (batches == nullptr) return std::nullopt;
  const double size = batches->sizes[choice.station];
  return batch_times(size, choice.service.next) / size;
}

}  // namespace continuo
