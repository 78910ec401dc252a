#include "model/deadline_places.hh"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "policy/routing.hh"

namespace continuo {
namespace {

constexpr double rounding = 1e-9;

// Seconds of a request at an idle node, as the sender predicts it.
double idle_seconds(const Flows& flows, const Source& source, const Choice& choice) {
  return to_seconds(predict_latency({source.request, source.response, {}}, route_of(flows, choice)));
}

// By station: only one node can send there, and so knows the queue.
std::vector<bool> known_to_sender(const Flows& flows) {
  std::vector<std::optional<std::size_t>> by(flows.stations.size());  // class
  std::vector<bool> known(flows.stations.size(), true);
  for (const Source& source : flows.sources) {
    for (const Choice& choice : source.choices) {
      std::optional<std::size_t>& sender = by[choice.station];
      const bool is_one = choice.local() || (source.count <= 1.0 && flows.servers[choice.server].count == 1);
      known[choice.station] = known[choice.station] && is_one && sender.value_or(source.nodes) == source.nodes;
      sender = source.nodes;
    }
  }
  return known;
}

}  // namespace

void limit_by_deadlines(const Scenario& scenario, const ModelOptions& options, Flows& flows) {
  if (std::ranges::none_of(scenario.workload, [](const Stream& stream) { return stream.deadline > Duration::zero(); })) return;
  constexpr double unlimited = 1e9;
  std::vector<double> most(flows.stations.size(), -1.0);
  const std::vector<bool> known = known_to_sender(flows);
  for (const Source& source : flows.sources) {
    const Duration deadline = scenario.workload[source.stream].deadline;
    const double prepare = to_seconds(options.prepare_time) / core_speed(scenario.tiers[flows.classes[source.nodes].tier].cpu());
    for (const Choice& choice : source.choices) {
      const double left = to_seconds(deadline) - prepare - idle_seconds(flows, source, choice);
      const bool is_limited = deadline > Duration::zero() && !source.closed && known[choice.station] && left >= 0.0 && choice.service.mean > 0.0;
      const double places = is_limited ? left * flows.servers[choice.server].workers / choice.service.mean : unlimited;
      most[choice.station] = std::max(most[choice.station], places);
    }
  }
  flows.by_deadline.assign(flows.stations.size(), false);
  for (std::size_t station = 0; station < most.size(); ++station) {
    const double places = std::floor(most[station] + rounding);
    const bool batches = scenario.services[flows.stations[station].service].batch.most > 1;
    if (batches || places < 0.0 || places >= flows.places[station]) continue;
    flows.places[station] = static_cast<int>(places);
    flows.by_deadline[station] = true;
  }
}

}  // namespace continuo
