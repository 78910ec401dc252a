#include "model/equilibrium.hh"

#include <algorithm>

#include "policy/routing.hh"

namespace continuo {
namespace {

constexpr int rounds_max = 120;
constexpr double share_min = 0.02;        // below: left over from averaging
constexpr double load_max_exact = 0.95;   // above, the queue is continued as a straight line, so that overload has a price
constexpr Duration no_deadline = std::chrono::hours{48};

// Mean number of requests waiting or in service.
double requests_held(QueueLoad load, int workers) {
  const double rho = load.work / workers;
  if (load.rate <= 1e-12) return 0.0;
  if (rho <= load_max_exact) return load.rate * poisson_waiting(load, workers).mean + load.work;
  const double shrink = load_max_exact / rho;
  const QueueLoad at_max{load.rate * shrink, load.work * shrink, load.square * shrink};
  const double held = at_max.rate * poisson_waiting(at_max, workers).mean + at_max.work;
  return held * (1 + 40 * (rho - load_max_exact));
}

class Router {
 public:
  Router(const Scenario& scenario, Flows& flows) : scenario_{scenario}, flows_{flows}, loads_{flows} {
    for (const Source& source : flows.sources) candidates_.push_back(candidates_of(source));
  }

  void run() {
    for (int round = 1; round <= rounds_max; ++round) {
      double moved = 0.0;
      for (std::size_t source = 0; source < flows_.sources.size(); ++source) moved += improve(source, 1.0 / round);
      if (round > 1 && moved < 1e-9) break;
    }
    for (Source& source : flows_.sources) trim(source);
  }

 private:
  std::vector<RouteCandidate> candidates_of(const Source& source) const {
    std::vector<RouteCandidate> candidates;
    for (const Choice& choice : source.choices) {
      const Server& server = flows_.servers[choice.server];
      RouteCandidate candidate;
      candidate.node = server.name;
      candidate.workers = server.workers;
      if (server.node != source.node) {
        const LinkProperties& there = scenario_.link(source.node, server.node);
        candidate.round_trip = there.delay + scenario_.link(server.node, source.node).delay;
        candidate.rate = there.rate;
      }
      candidates.push_back(std::move(candidate));
    }
    return candidates;
  }

  // Moves `step` of the source's requests to what is best for it now; its own requests are not in its own way. Returns the
  // share that changed its node.
  double improve(std::size_t index, double step) {
    Source& source = flows_.sources[index];
    std::vector<RouteCandidate>& candidates = candidates_[index];
    if (candidates.empty()) return 0.0;
    for (const Choice& choice : source.choices) loads_.shift(source, choice, -choice.share);
    for (std::size_t choice = 0; choice < candidates.size(); ++choice) {
      const std::size_t station = source.choices[choice].station;
      candidates[choice].waiting = requests_held(loads_.queue(station), loads_.workers(station));
      // Nodes go by the service time that they measure under load.
      const double service = source.choices[choice].service.mean * loads_.stretch(station);
      candidates[choice].service_time = from_seconds(service);
    }
    const std::optional<Route> best =
        choose_route({source.request, source.response, no_deadline}, candidates);
    double moved = 0.0;
    for (std::size_t choice = 0; choice < candidates.size(); ++choice) {
      double& share = source.choices[choice].share;
      const double wanted = best && best->node == candidates[choice].node ? 1.0 : 0.0;
      const double next = share + step * (wanted - share);
      moved += std::abs(next - share);
      share = next;
      loads_.shift(source, source.choices[choice], share);
    }
    return moved;
  }

  static void trim(Source& source) {
    double kept = 0.0;
    for (Choice& choice : source.choices) {
      if (choice.share < share_min) choice.share = 0.0;
      kept += choice.share;
    }
    if (kept <= 0.0) return;
    for (Choice& choice : source.choices) choice.share /= kept;
  }

  const Scenario& scenario_;
  Flows& flows_;
  StationLoads loads_;
  std::vector<std::vector<RouteCandidate>> candidates_;
};

}  // namespace

void route_flows(const Scenario& scenario, Flows& flows) { Router{scenario, flows}.run(); }

StationLoads::StationLoads(const Flows& flows)
    : flows_{flows}, queues_(flows.stations.size()), station_work_(flows.stations.size(), 0.0),
      server_work_(flows.servers.size(), 0.0), server_stations_(flows.servers.size(), 0) {
  for (const Station& station : flows.stations) ++server_stations_[station.server];
}

void StationLoads::shift(const Source& source, const Choice& choice, double share) {
  const double rate = source.rate * share;
  const double factor = busy_factor(flows_.servers[choice.server]);
  queues_[choice.station].add(rate, choice.service.mean * factor, choice.service.sd * factor);
  station_work_[choice.station] += rate * choice.work;
  server_work_[choice.server] += rate * choice.work;
}

double StationLoads::stretch(std::size_t station) const {
  const Server& server = server_of(station);
  if (server.kind == ResourceKind::accelerator) return 1.0;
  const std::size_t index = flows_.stations[station].server;
  const double others = std::max(0.0, server_work_[index] - station_work_[station]);
  const double alone = core_speed(server.capacity);
  const double equal_part = std::min(alone, server.capacity / server_stations_[index]);
  return alone / std::clamp(server.capacity - others, equal_part, alone);
}

QueueLoad StationLoads::queue(std::size_t station) const {
  const double slower = stretch(station);
  const QueueLoad& alone = queues_[station];
  return {alone.rate, alone.work * slower, alone.square * slower * slower};
}

ServiceTime StationLoads::queue_service(const Choice& choice) const {
  const double factor = busy_factor(flows_.servers[choice.server]) * stretch(choice.station);
  return {choice.service.mean * factor, choice.service.sd * factor};
}

int StationLoads::workers(std::size_t station) const { return server_of(station).workers; }

const Server& StationLoads::server_of(std::size_t station) const {
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
