#include "model/equilibrium.hh"

#include <algorithm>

#include "policy/routing.hh"

namespace continuo {
namespace {

constexpr int rounds_max = 120;
constexpr double share_min = 0.02;        // below: left over from averaging
constexpr double load_max_exact = 0.95;   // above, the queue is continued as a straight line, so that overload has a price
constexpr Duration no_deadline = std::chrono::hours{48};

double queue_service(const Flows& flows, const Choice& choice) {
  return choice.service.mean * busy_factor(flows.servers[choice.server]);
}

double queue_service_sd(const Flows& flows, const Choice& choice) {
  return choice.service.sd * busy_factor(flows.servers[choice.server]);
}

void shift(const Flows& flows, std::vector<QueueLoad>& loads, const Source& source, const Choice& choice, double share) {
  loads[choice.server].add(source.rate * share, queue_service(flows, choice), queue_service_sd(flows, choice));
}

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
  Router(const Scenario& scenario, Flows& flows) : scenario_{scenario}, flows_{flows}, loads_(flows.servers.size()) {
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
      candidate.service_time = from_seconds(choice.service.mean);
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
    for (const Choice& choice : source.choices) shift(flows_, loads_, source, choice, -choice.share);
    for (std::size_t choice = 0; choice < candidates.size(); ++choice) {
      const std::size_t server = source.choices[choice].server;
      candidates[choice].waiting = requests_held(loads_[server], flows_.servers[server].workers);
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
      shift(flows_, loads_, source, source.choices[choice], share);
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
  std::vector<QueueLoad> loads_;
  std::vector<std::vector<RouteCandidate>> candidates_;
};

}  // namespace

void route_flows(const Scenario& scenario, Flows& flows) { Router{scenario, flows}.run(); }

std::vector<QueueLoad> server_loads(const Flows& flows) {
  std::vector<QueueLoad> loads(flows.servers.size());
  for (const Source& source : flows.sources) {
    for (const Choice& choice : source.choices) shift(flows, loads, source, choice, choice.share);
  }
  return loads;
}

}  // namespace continuo
