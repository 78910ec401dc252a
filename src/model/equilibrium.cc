#include "model/equilibrium.hh"

#include <algorithm>
#include <cmath>

#include "policy/routing.hh"

namespace continuo {
namespace {

constexpr int rounds_max = 120;
constexpr int trials_max = 40;            // of the share that a transfer moves
constexpr double gap_max = 1e-3;          // relative difference of predictions that counts as none
constexpr double residue = 0.02;          // of the largest share; below: left over from averaging
constexpr double load_max_exact = 0.95;   // above, the queue is a straight line, so that overload has a price
constexpr int places_felt = 32;           // of longer queues the limit is left out, so that overload has a price

// Mean over the arrivals of what policy/routing.hh calls waiting: who waits and, when all workers are busy, one more.
double mean_waiting(QueueLoad load, int workers) {
  const double free_workers = workers - 1.0;
  const double rho = load.work / workers;
  if (load.rate <= 1e-12) return 0.0;
  const double shrink = std::min(1.0, load_max_exact / rho);
  const QueueLoad queue{load.rate * shrink, load.work * shrink, load.square * shrink};
  const Waiting wait = poisson_waiting(queue, workers);
  const double ahead = queue.rate * wait.mean + wait.probability;
  return free_workers + ahead * (1 + 40 * std::max(0.0, rho - load_max_exact));
}

class Router {
 public:
  Router(const Scenario& scenario, Flows& flows) : scenario_{scenario}, flows_{flows}, loads_{flows}, waiting_(flows.stations.size()) {
    candidates_.reserve(flows.sources.size());
    for (const Source& source : flows.sources) add_candidates(source);
  }

  void run() {
    const auto choosing = std::ranges::count_if(candidates_, [](const auto& choices) { return choices.size() > 1; });
    for (int round = 1; round <= rounds_max; ++round) {
      double moved = 0.0;
      for (std::size_t source = 0; source < flows_.sources.size(); ++source) {
        const std::size_t choices = candidates_[source].size();
        if (choices == 0) continue;
        if (choices == 1) {
          if (round == 1) add(source, 0, 1.0);
          continue;
        }
        moved += balances(source) ? balance(source, round == 1) : average(source, 1.0 / round);
      }
      if (moved < 1e-9 && (round > 1 || choosing <= 1)) break;
    }
    for (std::size_t source = 0; source < flows_.sources.size(); ++source) {
      if (candidates_[source].size() > 1 && !balances(source)) trim(flows_.sources[source]);
    }
  }

 private:
  struct Candidate {
    RouteCandidate route;
    bool meets_itself = true;  // requests of this source queue behind earlier ones of the same source
  };

  void add_candidates(const Source& source) {
    std::vector<Candidate> candidates;
    candidates.reserve(source.choices.size());
    for (const Choice& choice : source.choices) {
      const ServerClass& server = flows_.servers[choice.server];
      Candidate& candidate = candidates.emplace_back();
      candidate.route = route_of(flows_, choice);
      // One that sends at fixed intervals, each long enough to serve a request in, never does; neither does a user who waits for answers.
      const bool overlaps = source.rate * choice.service.mean * server.busy_factor >= server.workers;
      candidate.meets_itself = !source.closed && (!source.periodic || overlaps);
    }
    candidates_.push_back(std::move(candidates));
  }

  // Its requests change what it predicts, or those of nodes like it do.
  bool balances(std::size_t source) const {
    return flows_.sources[source].count * flows_.sources[source].users > 1 || std::ranges::any_of(candidates_[source], &Candidate::meets_itself);
  }

  // What the source's node predicts for its next request, in seconds.
  double predict(std::size_t source, std::size_t index) {
    const Source& from = flows_.sources[source];
    const Choice& choice = from.choices[index];
    Candidate& candidate = candidates_[source][index];
    if (flows_.batches && scenario_.services[from.service].batch.most > 1) return predict_batches(from, choice, candidate);
    if (candidate.meets_itself) {
      candidate.route.waiting = waiting(choice.station);
    } else {
      candidate.route.waiting = waiting_of(choice.station, loads_.queue_without(from, choice));
    }
    // Nodes go by the service time that they measure under load.
    candidate.route.service_time = from_seconds(choice.service.mean * loads_.stretch(choice.station));
    return to_seconds(predict_latency({from.request, from.response, {}}, candidate.route));
  }

  double predict_batches(const Source& from, const Choice& choice, Candidate& candidate) {
    const Batching& batching = scenario_.services[from.service].batch;
    BatchQueue queue = loads_.batch_queue(choice, batching);
    const double workers = loads_.workers(choice.station);
    if (!candidate.meets_itself) queue.rate = std::max(0.0, queue.rate - from.rate_of_one(choice) / from.users / workers);
    const double rho = queue.load();
    const double shrink = std::min(1.0, load_max_exact / std::max(rho, 1e-12));
    queue.rate *= shrink;
    const BatchEstimate estimate = estimate_batches(queue);
    candidate.route.batch = batching.most;
    candidate.route.waiting = workers * estimate.present * (1 + 40 * std::max(0.0, rho - load_max_exact));
    candidate.route.service_time = from_seconds(estimate.run);
    return to_seconds(predict_latency({from.request, from.response, {}}, candidate.route));
  }

  // Queues change one at a time, and many sources look at them.
  double waiting(std::size_t station) {
    const QueueLoad queue = loads_.queue(station);
    Known& known = waiting_[station];
    if (known.work != queue.work || known.square != queue.square) {
      known = {queue.work, queue.square, waiting_of(station, queue)};
    }
    return known.waiting;
  }

  double waiting_of(std::size_t station, const QueueLoad& queue) const {
    const int workers = loads_.workers(station);
    const int places = flows_.places[station];
    if (places > places_felt || !may_refuse(queue, workers, places)) return mean_waiting(queue, workers);
    return workers - 1.0 + finite_queue(loads_.limited(station, queue), false).ahead;
  }

  void add(std::size_t source, std::size_t index, double share) {
    Choice& choice = flows_.sources[source].choices[index];
    choice.share += share;
    loads_.shift(flows_.sources[source], choice, share);
  }

  // Moves requests from the worst node in use to the best until both are alike, as often as that helps. Returns the share
  // that changed its node.
  double balance(std::size_t source, bool first) {
    const std::vector<Choice>& choices = flows_.sources[source].choices;
    if (first) fill(source);
    double moved = 0.0;
    for (std::size_t transfer = 0; transfer < 2 * choices.size(); ++transfer) {
      const auto [worst, best, gap] = extremes(source);
      if (worst == best || gap < gap_max) break;
      moved += equalise(source, worst, best);
    }
    return moved;
  }

  // The first shares: a part at a time to what is then best.
  void fill(std::size_t source) {
    const std::size_t parts = 2 * candidates_[source].size();
    for (std::size_t part = 0; part < parts; ++part) {
      add(source, extremes(source).best, 1.0 / static_cast<double>(parts));
    }
  }

  struct Extremes {
    std::size_t worst = 0;  // of those in use
    std::size_t best = 0;
    double gap = 0.0;       // relative
  };

  Extremes extremes(std::size_t source) {
    const std::vector<Choice>& choices = flows_.sources[source].choices;
    Extremes found;
    double longest = -1.0;
    double shortest = -1.0;
    for (std::size_t index = 0; index < choices.size(); ++index) {
      const double predicted = predict(source, index);
      if (shortest < 0 || predicted < shortest) {
        shortest = predicted;
        found.best = index;
      }
      if (choices[index].share > 0.0 && predicted > longest) {
        longest = predicted;
        found.worst = index;
      }
    }
    found.gap = longest > shortest ? (longest - shortest) / longest : 0.0;
    return found;
  }

  // Moves as much as makes both alike, or all. By false position with halved ends (the Illinois method, Dowell and Jarratt 1971).
  double equalise(std::size_t source, std::size_t from, std::size_t to) {
    const double all = flows_.sources[source].choices[from].share;
    double least = 0.0;
    double most = all;
    double gap_least = difference(source, from, to);  // positive: it is worth while to move some
    shift(source, from, to, all);
    double gap_most = difference(source, from, to);
    if (gap_most >= 0.0) {
      flows_.sources[source].choices[from].share = 0.0;
      return all;
    }
    double moved = all;
    int side = 0;
    for (int trial = 0; trial < trials_max && most - least > 1e-7 * all; ++trial) {
      const double next = std::clamp((least * gap_most - most * gap_least) / (gap_most - gap_least), least, most);
      shift(source, from, to, next - moved);
      moved = next;
      const double gap = difference(source, from, to);
      if (std::abs(gap) < gap_max / 10) break;
      if (gap > 0) {
        least = next;
        gap_least = gap;
        if (side == 1) gap_most /= 2;
        side = 1;
      } else {
        most = next;
        gap_most = gap;
        if (side == -1) gap_least /= 2;
        side = -1;
      }
    }
    return moved;
  }

  // Relative.
  double difference(std::size_t source, std::size_t from, std::size_t to) {
    const double one = predict(source, from);
    const double other = predict(source, to);
    return (one - other) / std::max(one, other);
  }

  void shift(std::size_t source, std::size_t from, std::size_t to, double share) {
    add(source, from, -share);
    add(source, to, share);
  }

  // Where the source's own requests do not change what it predicts, all of them would go back and forth at once: a step of
  // them goes to what is best now. Returns the share that changed its node.
  double average(std::size_t source, double step) {
    const std::size_t best = extremes(source).best;
    double moved = 0.0;
    for (std::size_t index = 0; index < candidates_[source].size(); ++index) {
      const double change = step * ((index == best ? 1.0 : 0.0) - flows_.sources[source].choices[index].share);
      add(source, index, change);
      moved += std::abs(change);
    }
    return moved;
  }

  static void trim(Source& source) {
    if (source.choices.empty()) return;
    const double largest = std::ranges::max_element(source.choices, {}, &Choice::share)->share;
    double kept = 0.0;
    for (Choice& choice : source.choices) {
      if (choice.share < residue * largest) choice.share = 0.0;
      kept += choice.share;
    }
    for (Choice& choice : source.choices) choice.share /= kept;
  }

  struct Known {
    double work = 0.0;
    double square = 0.0;
    double waiting = 0.0;
  };

  const Scenario& scenario_;
  Flows& flows_;
  StationLoads loads_;
  std::vector<Known> waiting_;  // by station, and for which queue
  std::vector<std::vector<Candidate>> candidates_;
};

}  // namespace

void route_flows(const Scenario& scenario, Flows& flows) { Router{scenario, flows}.run(); }

StationLoads::StationLoads(const Flows& flows)
    : flows_{flows}, stations_(flows.stations.size()), servers_(flows.servers.size()) {
  for (const Station& station : flows.stations) ++servers_[station.server].stations;
}

void StationLoads::shift(const Source& source, const Choice& choice, double share) {
  const ServerClass& server = flows_.servers[choice.server];
  const double rate = source.rate * share * source.count / static_cast<double>(server.count);
  const double factor = server.busy_factor * choice.fullest;
  const double work = rate * choice.service.work * choice.fullest;
  OfStation& station = stations_[choice.station];
  station.queue.add(rate, while_busy(choice) * factor, choice.service.sd * factor);
  station.work += work;
  servers_[choice.server].work += work * station.admitted;
}

void StationLoads::admit(std::size_t station, double share) {
  servers_[flows_.stations[station].server].work += stations_[station].work * (share - stations_[station].admitted);
  stations_[station].admitted = share;
}

// Where none may wait, none follows another at once.
double StationLoads::while_busy(const Choice& choice) const {
  return choice.service.mean + (flows_.places[choice.station] > 0 ? choice.service.behind : 0.0);
}

double StationLoads::stretch(std::size_t station) const {
  const ServerClass& server = server_of(station);
  if (server.kind == Server::Kind::profiled) return 1.0;
  const OfServer& on = servers_[flows_.stations[station].server];
  const double others = std::max(0.0, on.work - work(station));
  const double alone = core_speed(server.capacity);
  const double equal_part = std::min(alone, server.capacity / on.stations);
  return alone / std::clamp(server.capacity - others, equal_part, alone);
}

QueueLoad StationLoads::queue(std::size_t station) const {
  const double slower = stretch(station);
  const QueueLoad& alone = stations_[station].queue;
  return {alone.rate, alone.work * slower, alone.square * slower * slower};
}

QueueLoad StationLoads::queue_without(const Source& source, const Choice& choice) const {
  QueueLoad others = queue(choice.station);
  const ServiceTime service = queue_service(choice);
  others.remove(source.rate_of_one(choice) / source.users, service.mean * choice.fullest, service.sd * choice.fullest);
  return others;
}

ServiceTime StationLoads::queue_service(const Choice& choice) const {
  const double factor = flows_.servers[choice.server].busy_factor * stretch(choice.station);
  return {while_busy(choice) * factor, choice.service.sd * factor};
}

BatchQueue StationLoads::batch_queue(const Choice& choice, const Batching& batching) const {
  const double slower = flows_.servers[choice.server].busy_factor * stretch(choice.station);
  return {.rate = rate(choice.station) / workers(choice.station),
          .alone = choice.service.mean * slower,
          .behind = choice.service.behind * slower,
          .sd = choice.service.sd * slower,
          .next = choice.service.next,
          .most = batching.most,
          .wait = to_seconds(batching.wait)};
}

int StationLoads::workers(std::size_t station) const { return server_of(station).workers; }

FiniteQueue StationLoads::limited(std::size_t station, const QueueLoad& load) const {
  const double mean = load.work / load.rate;
  return {.rate = load.rate,
          .service = mean,
          .cs2 = std::max(0.0, load.square / load.rate / (mean * mean) - 1),
          .workers = workers(station),
          .places = flows_.places[station],
          .alone = server_of(station).busy_factor};
}

const ServerClass& StationLoads::server_of(std::size_t station) const {
  return flows_.servers[flows_.stations[station].server];
}

StationLoads station_loads(const Flows& flows) {
  StationLoads loads{flows};
  for (const Source& source : flows.sources) {
    for (const Choice& choice : source.choices) loads.shift(source, choice, choice.share);
  }
  return loads;
}

}  // namespace continuo
