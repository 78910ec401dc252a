#include "model/loops_capacity.hh"

#include <algorithm>

namespace continuo {
namespace {

constexpr double load_most = 1 - 1e-6;

// A node's CPU prepares what it sends, too.
void keep_cpus(const Scenario& scenario, const ModelOptions& options, const Flows& flows, std::vector<double>& kept) {
  std::vector<double> closed(flows.classes.size(), 0.0);  // core-seconds a second
  std::vector<double> open(flows.classes.size(), 0.0);
  const auto each = [&](auto take) {
    for (std::size_t index = 0; index < flows.sources.size(); ++index) {
      const Source& source = flows.sources[index];
      if (!source.choices.empty()) take(index, source.nodes, source.rate * to_seconds(options.prepare_time));
      for (const Choice& choice : source.choices) {
        const ServerClass& server = flows.servers[choice.server];
        if (choice.share <= 0.0 || server.kind != Server::Kind::cpu) continue;
        take(index, server.nodes, source.rate_at(choice, server) * choice.service.work * choice.fullest);
      }
    }
  };
  each([&](std::size_t source, std::size_t node, double work) { (flows.sources[source].closed ? closed : open)[node] += work; });
  each([&](std::size_t source, std::size_t node, double) {
    const double left = std::max(1e-9, load_most * scenario.tiers[flows.classes[node].tier].cpu() - open[node]);
    if (closed[node] > left && flows.sources[source].closed) kept[source] = std::min(kept[source], left / closed[node]);
  });
}

}  // namespace

std::vector<double> kept_below_capacity(const Scenario& scenario, const ModelOptions& options, const Flows& flows, const MeetingPlaces& places) {
  std::vector<double> kept(flows.sources.size(), 1.0);
  for (const MeetingPlace& where : places.all()) {
    double work = 0.0;
    for (const MeetingPlace::Visit& by : where.visits) {
      const Source& source = flows.sources[by.source];
      work += by.users / source.users * by.per_round * source.rate * by.service;
    }
    const double left = std::max(1e-9, load_most * where.workers - where.open.work);
    if (work <= left) continue;
    for (const MeetingPlace::Visit& by : where.visits) kept[by.source] = std::min(kept[by.source], left / work);
  }
  keep_cpus(scenario, options, flows, kept);
  return kept;
}

}  // namespace continuo
