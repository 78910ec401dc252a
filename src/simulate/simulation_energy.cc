// What servers and links were used for, service by service.
#include <algorithm>
#include <map>

#include "energy/energy_of.hh"
#include "network/tcp_segment.hh"
#include "scenario/link_class.hh"
#include "simulate/simulation.hh"

namespace continuo {

bool Simulation::are_in_place(const Scenario& scenario) {
  const std::size_t tiers = scenario.tiers.size();
  bool in_place = scenario.pair_links.empty() && scenario.links.size() == tiers * tiers;
  for (std::size_t place = 0; in_place && place < scenario.links.size(); ++place) {
    in_place = scenario.links[place].from == place / tiers && scenario.links[place].to == place % tiers;
  }
  return in_place;
}

void Simulation::note_carried(const Request& request, Bytes size, bool is_answer) {
  const std::size_t number = stream_number(request.source);
  const TierIndex asking = scenario_.workload[number].from;
  const NodeIndex serving = serving_node(request);
  const TierIndex answering = scenario_.nodes[serving].tier;
  const TierIndex from = is_answer ? answering : asking;
  const TierIndex to = is_answer ? asking : answering;
  std::size_t link_class = from * scenario_.tiers.size() + to;  // where the parser puts it, and most often right
  if (!links_in_place_) {
    const NodeIndex source = source_node(request);
    const auto found = is_answer ? link_class_of(scenario_, serving, source) : link_class_of(scenario_, source, serving);
    if (!found) return;
    link_class = *found;
  }
  const Bytes wire = tcp_wire_size(size, tcp_segment(scenario_.tiers[from].network));
  carried_[link_class * scenario_.services.size() + streams_[number].service] += static_cast<std::uint64_t>(wire.count());
}

void Simulation::count_servers(Usage& usage) {
  const double seconds = to_seconds(usage.time());
  std::map<NodeIndex, double> in_use;  // core-seconds, of nodes that serve
  std::vector<double> used;            // the same, by server
  for (ServerState& state : servers_) {
    const Server& server = plan_.servers[state.server];
    const bool profiled = server.kind == Server::Kind::profiled;
    used.push_back(state.cpu.done(now_) * (profiled ? scenario_.tier_of(server.node).cores : 1));
    in_use[server.node] += used.back();
  }
  std::vector<double> worked(servers_.size(), 0.0);
  for (const StationState& station : stations_) worked[station.server] += station.worked;
  for (std::size_t server = 0; server < servers_.size(); ++server) {
    const NodeIndex node = plan_.servers[servers_[server].server].node;
    // A node with its CPU and its profiled device busy draws no more than one with all its cores in use.
    const double most = scenario_.tier_of(node).cores * seconds;
    if (in_use[node] > most) used[server] *= most / in_use[node];
    if (worked[server] <= 0.0) usage.add_busy_beside(scenario_.nodes[node].tier, used[server]);
  }
  for (std::size_t station = 0; station < stations_.size(); ++station) {
    const std::size_t server = stations_[station].server;
    if (worked[server] <= 0.0) continue;
    usage.add_busy(scenario_.nodes[plan_.servers[servers_[server].server].node].tier, plan_.stations[station].service,
                   used[server] * stations_[station].worked / worked[server]);
  }
  if (scenario_.nodes.size() > energy_nodes_max) return;
  usage.of_nodes.resize(scenario_.nodes.size());
  for (NodeIndex node = 0; node < scenario_.nodes.size(); ++node) {
    const double most = scenario_.tier_of(node).cores * seconds;
    const auto served = in_use.find(node);
    const double prepared = prepared_[node] * to_seconds(options_.prepare_time);
    usage.of_nodes[node] = prepared + (served != in_use.end() ? std::min(served->second, most) : 0.0);
  }
}

Usage Simulation::usage(Duration time) {
  Usage usage{scenario_, time};
  if (time <= Duration::zero()) return usage;
  count_servers(usage);
  for (StreamIndex stream = 0; stream < streams_.size(); ++stream) {
    const double prepared = static_cast<double>(streams_[stream].generated) * to_seconds(options_.prepare_time);
    usage.add_busy(scenario_.workload[stream].from, streams_[stream].service, prepared);
  }
  const std::size_t services = scenario_.services.size();
  for (std::size_t cell = 0; cell < carried_.size(); ++cell) {
    usage.add_carried(cell / services, cell % services, static_cast<double>(carried_[cell]));
  }
  // Queues count what was sent again, too; links that only delay have none.
  std::vector<double> queued(usage.link_classes(), 0.0);
  for (const MessageNetwork::Link& link : network_.links()) {
    const auto link_class = link.is_access ? std::nullopt : link_class_of(scenario_, link.from, link.to);
    if (link_class) queued[*link_class] += static_cast<double>((link.counters->offered - link.counters->overflowed).count());
  }
  for (std::size_t link = 0; link < queued.size(); ++link) {
    if (queued[link] > usage.carried(link)) usage.set_carried(link, queued[link]);
  }
  return usage;
}

}  // namespace continuo
