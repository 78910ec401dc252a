#include "model/waits.hh"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/terms/replay.hh"
#include "model/terms/serialisation.hh"
#include "workload/arrivals.hh"

namespace continuo {
namespace {

constexpr int exact_sources_max = 64;     // N*D/D/1 costs N^2
constexpr std::size_t replayed_sources_max = 2000;
constexpr double replayed_requests_max = 1e5;
constexpr double same = 0.01;             // relative difference below which periods or service times count as equal

}  // namespace

Waits::Waits(const Scenario& scenario, const Flows& flows, const ModelOptions& options, double drawn, const RowsFollowed& rows,
             RowMemory* memory)
    : scenario_{scenario}, flows_{flows}, options_{options}, drawn_{drawn}, rows_{rows}, memory_{memory}, stations_{station_loads(flows)}, links_{scenario, flows} {
  admit();
}

SlowStart Waits::sent_by(const Source& source, const Choice& choice, const Message& message) const {
  const ClassLink& there = flows_.links[choice.there];
  const ClassLink& back = flows_.links[choice.back];
  const double interval = 1.0 / source.rate_of_one(choice);
  const double jitter_there = to_seconds(there.properties->delay_sd());
  const double jitter_back = to_seconds(back.properties->delay_sd());
  // The rest of a user's round but for thinking: waits are in it.
  const double visits = source.users / source.rate_of_one(choice);
  const double busy = source.closed ? std::max(message.elsewhere, source.users / source.rate - source.think) : message.elsewhere;
  SlowStart row{.message = message.message,
          .rate = message.way.path,
          .round_trip = there.delay + back.delay,
          .jitter = std::hypot(jitter_there, jitter_back),
          .interval = interval,
          .periodic = source.periodic || (source.closed && !source.exponential),
          .exchange = busy,
          .users = source.closed ? static_cast<int>(source.users) : 0,
          .pause = std::max(0.0, visits - busy),
          .messages = to_seconds(scenario_.workload[source.stream].duration) / interval,
          .opening = message.is_request ? source.transport.opening : 0,
          .one_connection = source.transport.one_connection,
          .stack = scenario_.tiers[flows_.classes[message.way.from].tier].network,
          .loss = packet_loss(*message.way.properties),
          .followed = rows_};
  // What else the node sends that one takes the same connections.
  for (const Source& other : flows_.sources) {
    if (other.nodes != source.nodes) continue;
    for (const Choice& one : other.choices) {
      if (one.there != choice.there || one.share <= 0.0 || &one == &choice) continue;
      if (scenario_.workload[other.stream].transport != scenario_.workload[source.stream].transport) continue;
      row.others.push_back({.message = message.is_request ? other.request : other.response,
                            .interval = 1.0 / other.rate_of_one(one),
                            .periodic = other.periodic,
                            .exchange = elsewhere(other, one)});
    }
  }
  return row;
}

const FollowedRow& Waits::row_of(const Source& source, const Choice& choice, const Message& message) {
  if (message.is_request && message.message == source.request) {
    if (const FollowedRow* played = played_link(source, choice)) return *played;
  }
  const SlowStart row = sent_by(source, choice, message);
  if (memory_ != nullptr) return memory_->row(row, !source.periodic || choice.share < 1.0);
  return row_ = follow_row(row);
}

// An exchange without stalls: what is not slow start.
double Waits::elsewhere(const Source& source, const Choice& choice) const {
  const ClassLink& there = flows_.links[choice.there];
  const ClassLink& back = flows_.links[choice.back];
  return to_seconds(options_.request_handling + options_.answer_handling) + there.delay + back.delay +
         serialisation_seconds(source.request, there.path, there.passing_on) + stations_.queue_service(choice).mean +
         serialisation_seconds(source.response, back.path, back.passing_on);
}

double Waits::mean_prepare(const Source& source) const {
  return to_seconds(options_.prepare_time) / core_speed(scenario_.tiers[flows_.classes[source.nodes].tier].cpu());
}

// The time from a request's scheduled moment to its arrival at the station, in the mean.
double Waits::mean_way(const Source& source, const Choice& choice) {
  const double way = mean_prepare(source);
  if (choice.local()) return way;
  const ClassLink& there = flows_.links[choice.there];
  return way + to_seconds(options_.request_handling) + there.delay + serialisation_seconds(source.request, there.path, there.passing_on) +
         mean_of(row_of(source, choice, {there, source.request, true, elsewhere(source, choice)}).stalls);
}

bool Waits::add_replayed(const Source& source, const Choice& choice, std::vector<ReplayedSource>& sources) {
  const Stream& stream = scenario_.workload[source.stream];
  const ServerClass& server = flows_.servers[choice.server];
  const bool whole = !source.closed && (!source.periodic || choice.share > 1 - same) && server.count == 1;
  if (!whole || sources.size() + static_cast<std::size_t>(source.count) > replayed_sources_max) return false;
  const double feeding = choice.local() ? 0.0 : serialisation_seconds(source.request, flows_.links[choice.there].path);
  if (!source.periodic) {  // of any delay: Poisson arrivals stay so
    sources.push_back({.first = to_seconds(stream.start), .period = 1.0 / source.rate_at(choice, server), .service = stations_.queue_service(choice), .group = source.stream,
                       .shared = on_shared_link(source, choice), .feeding = feeding, .poisson = true,
                       .places = static_cast<std::size_t>(flows_.places[choice.station])});
    return true;
  }
  const double way = mean_way(source, choice);
  const NodeClass& nodes = flows_.classes[source.nodes];
  RowMemory own;
  sources.reserve(sources.size() + nodes.count);
  for (Rng rng : (memory_ == nullptr ? own : *memory_).arrivals(scenario_, source.stream, nodes)) {
    const Duration phase = first_gap(stream.arrivals, rng);
    if (phase >= stream.duration) continue;
    sources.push_back({.first = to_seconds(stream.start + phase) + way,
                       .period = 1.0 / source.rate,
                       .path = choice.local() ? nullptr : flows_.links[choice.there].properties,
                       .service = stations_.queue_service(choice),
                       .group = source.stream,
                       .shared = on_shared_link(source, choice),
                       .feeding = feeding,
                       .places = static_cast<std::size_t>(flows_.places[choice.station])});
  }
  return true;
}

// Sums of services decide where few sources wait for themselves and each other. Of requests at random many more are played as it is.
double Waits::played_of(std::span<const ReplayedSource> sources) const {
  constexpr double more = 4;
  return memory_ != nullptr || std::ranges::any_of(sources, &ReplayedSource::poisson) ? drawn_ : more * drawn_;
}

// Where all that a station serves comes at fixed intervals, while the same time lasts, the phases of the scenario's seed are played
// through: queues of few sources depend on them more than on anything else.
std::optional<Waiting> Waits::replayed_waiting(const Source& first, const Choice& of_first) {
  const std::size_t station = of_first.station;
  if (const auto known = replayed_.find({station, first.stream}); known != replayed_.end()) return known->second;
  const auto not_played = [&] { return replayed_[{station, first.stream}] = std::nullopt; };
  std::vector<ReplayedSource> sources;
  for (const Source& source : flows_.sources) {
    for (const Choice& choice : source.choices) {
      if (choice.station != station || choice.share <= 0.0) continue;
      if (!add_replayed(source, choice, sources)) return not_played();
    }
  }
  if (replayed_requests(sources, drawn_) > replayed_requests_max) return not_played();
  const auto played = replay_waits(sources, flows_.servers[of_first.server].workers, scenario_.workload.size(), played_of(sources));
  for (StreamIndex group = 0; group < played.size(); ++group) {
    std::optional<Waiting>& known = replayed_[{station, group}] = std::nullopt;
    if (played[group].refused >= 1.0) known = Waiting{.refused = 1.0};
    if (played[group].waits.empty()) continue;
    std::vector<double> workers;
    std::vector<double> shared;
    for (const ReplayedWait& wait : played[group].waits) {
      workers.push_back(wait.worker);
      shared.push_back(wait.shared);
    }
    known = observed_waiting(std::move(workers));
    known->refused = played[group].refused;
    if (on_shared_link(first, of_first) > 0.0) known->before = std::move(shared);
  }
  return replayed_[{station, first.stream}];
}

std::optional<Waiting> Waits::played_waiting(const Source& first, const Choice& of_first) {
  if (!slow_each_other(of_first)) return std::nullopt;
  const ServerClass& server = flows_.servers[of_first.server];
  const auto [known, is_new] = played_.try_emplace(of_first.server);
  if (is_new) {
    const int cores = scenario_.tiers[flows_.classes[server.nodes].tier].cores;
    const bool has_quota = server.capacity < cores;
    std::vector<ReplayedSource> sources;
    for (const Source& source : flows_.sources) {
      for (const Choice& choice : source.choices) {
        if (choice.server != of_first.server || choice.share <= 0.0) continue;
        const std::size_t before = sources.size();
        if (!add_replayed(source, choice, sources)) return std::nullopt;
        for (std::size_t added = before; added < sources.size(); ++added) {
          // Where in a quota's period a request comes makes times vary that nothing else does.
          sources[added].service = {.mean = choice.service.work, .sd = has_quota ? std::max(choice.service.work_sd, 1e-9) : choice.service.work_sd};
          sources[added].station = choice.station;
        }
      }
    }
    if (replayed_requests(sources, drawn_) > replayed_requests_max) return std::nullopt;
    if (std::ranges::all_of(sources, &ReplayedSource::poisson)) return std::nullopt;  // a formula has these
    known->second = play_cpu(sources, {server.capacity, cores, server.workers}, scenario_.workload.size(), played_of(sources));
  }
  if (known->second.empty()) return std::nullopt;
  const PlayedGroup& group = known->second[first.stream];
  if (group.refused >= 1.0) return Waiting{.refused = 1.0};
  if (group.times.empty()) return std::nullopt;
  std::vector<double> workers;
  std::vector<double> served;
  std::vector<double> shared;
  for (const PlayedTimes& one : group.times) {
    workers.push_back(one.worker);
    served.push_back(one.served);
    shared.push_back(one.shared);
  }
  Waiting waiting = observed_waiting(std::move(workers));
  waiting.served = std::move(served);
  waiting.refused = group.refused;
  if (on_shared_link(first, of_first) > 0.0) waiting.before = std::move(shared);
  return waiting;
}

Waits::Arriving Waits::arriving(const Choice& choice) const {
  const ServerClass& server = flows_.servers[choice.server];
  Arriving all;
  double rate = 0.0;
  double poisson = 0.0;
  double period = 0.0;  // times rate
  for (const Source& source : flows_.sources) {
    for (const Choice& one : source.choices) {
      if (one.station != choice.station || one.share <= 0.0) continue;
      const double here = source.rate_at(one, server);
      all.sources += one.local() ? 1.0 : source.count;
      all.whole = all.whole && source.periodic && one.share > 1 - same && (one.local() || server.count == 1);
      rate += here;
      if (source.periodic && one.share > 1 - same) period += here / source.rate;
      else poisson += here;  // a part of what comes at fixed intervals does not
    }
  }
  all.poisson = rate > 0.0 ? poisson / rate : 1.0;
  if (rate > poisson) all.in_period = rate * period / (rate - poisson);
  return all;
}

double Waits::steadier(const Arriving& arriving, const QueueLoad& load, double rho) const {
  if (arriving.poisson >= 1.0 || load.work <= 0.0) return 1.0;
  const double cs2 = std::max(0.0, load.square * load.rate / (load.work * load.work) - 1);
  return (arrival_variation(arriving.poisson, arriving.in_period, std::min(rho, 1.0)) + cs2) / (1 + cs2);
}

double Waits::on_shared_link(const Source& source, const Choice& choice) const {
  if (choice.local() || flows_.servers[choice.server].count > 1) return 0.0;
  for (const LinkLoads::Hop& hop : links_.hops(flows_.links[choice.there])) {
    if (!hop.up) return sends_alone(source, choice) ? 0.0 : serialisation_seconds(source.request, hop.rate);
  }
  return 0.0;
}

const Waiting& Waits::for_worker(const Source& source, const Choice& choice) { return worker_ = worker_waiting(source, choice); }

LoneSource Waits::lone(const Source& source, const Choice& choice) const {
  const ServiceTime busy = stations_.queue_service(choice);
  const double alone = choice.service.mean * stations_.stretch(choice.station);
  return {.interval = 1.0 / source.rate,
          .service = busy.mean,
          .sd = busy.sd,
          .jitter = choice.local() ? 0.0 : to_seconds(flows_.links[choice.there].properties->delay_sd()),
          .sooner = std::max(0.0, busy.mean - alone)};
}

// Periodic sources that send all their requests to one station meet each other's work only, and their own where services outlast intervals.
Waiting Waits::worker_waiting(const Source& source, const Choice& choice) {
  const ServerClass& server = flows_.servers[choice.server];
  if (choice.closed_waits != no_waits) {
    const Waiting& known = flows_.closed_waits[choice.closed_waits].worker;
    rule_ = known.served.empty() ? WaitRule::mean_value : WaitRule::loops_cpu;
    return known;
  }
  if (flows_.batches) {
    if (const Batched* batches = batched(source, choice)) {
      rule_ = batches->rule;
      return batches->waiting[source.stream];
    }
  }
  if (!refused_.empty() && refused_[choice.station] > 0.0) return limited_waiting(source, choice);
  if (auto played = played_waiting(source, choice)) {
    rule_ = WaitRule::replay_cpu;
    return *std::move(played);
  }
  if (auto waiting = tandem_waiting(source, choice)) {
    rule_ = WaitRule::tandem;
    return *std::move(waiting);
  }
  if (auto drawn = drawn_waiting(source, choice)) {
    rule_ = WaitRule::drawn_cpu;
    return *std::move(drawn);
  }
  if (auto shared = shared_waiting(choice)) {
    rule_ = WaitRule::shared_cpu;
    return *std::move(shared);
  }
  const Arriving all = arriving(choice);
  if (all.poisson > 0.0 && all.poisson < 1.0) {
    if (const auto replayed = replayed_waiting(source, choice)) {
      rule_ = WaitRule::replay_mixed;
      return *replayed;
    }
  }
  if (!source.periodic) {
    rule_ = all.poisson < 1.0 ? WaitRule::bound : server.workers == 1 ? WaitRule::pollaczek_khinchine : WaitRule::whitt;
    if (all.poisson >= 1.0) return random_waiting(choice, server.workers);
    const QueueLoad queue = stations_.queue(choice.station);
    Waiting wait = poisson_waiting(queue, server.workers);
    wait.mean *= steadier(all, queue, queue.work / server.workers);
    return wait;
  }
  double sources = 0;
  bool whole = true;
  bool alike = true;
  for (const Source& other : flows_.sources) {
    for (const Choice& one : other.choices) {
      if (one.station != choice.station || one.share <= 0.0) continue;
      sources += one.local() ? 1.0 : other.count;
      whole = whole && other.periodic && one.share > 1 - same && (one.local() || server.count == 1);
      alike = alike && std::abs(other.rate / source.rate - 1) < same &&
              std::abs(one.service.mean / choice.service.mean - 1) < same;
    }
  }
  rule_ = WaitRule::none;
  if (whole && sources <= server.workers && on_shared_link(source, choice) <= 0.0) {
    const LoneSource alone = lone(source, choice);
    if (!may_meet_itself(alone)) return {};
    if (server.workers == 1) {
      rule_ = WaitRule::lone;
      return lone_source_waiting(alone);
    }
  }
  if (whole) {
    if (const auto replayed = replayed_waiting(source, choice)) {
      rule_ = WaitRule::replay;
      return *replayed;
    }
  }
  if (whole && sources <= server.workers) return {};
  const QueueLoad others = stations_.queue_without(source, choice);
  rule_ = WaitRule::bound;
  if (!whole || !alike || server.workers > 1 || sources > exact_sources_max) {
    Waiting wait = poisson_waiting(others, server.workers);
    wait.mean *= steadier(arriving(choice), others, stations_.queue(choice.station).work / server.workers);
    return wait;
  }
  rule_ = WaitRule::n_d_d_1;
  const double mean = stations_.queue_service(choice).mean;
  const Waiting exact = periodic_waiting(static_cast<int>(sources), 1.0 / (source.rate * mean));
  const double spread = (others.square - others.work * mean) / (2 * (1 - others.work));  // what variance adds to M/G/1
  return {exact.mean * mean + std::max(0.0, spread), exact.probability};
}

}  // namespace continuo
