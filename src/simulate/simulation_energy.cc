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
  if (for_users_.is_mixed()) {
    const NodeIndex source = source_node(request);
    for_users_.add(is_answer ? serving : source, is_answer ? source : serving, size, streams_[number].sources.is_closed());
  }
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
  count_prepared(usage, in_use);
}

// What nodes have left for it beside what they serve: requests are taken to be prepared at once, however many there are.
void Simulation::count_prepared(Usage& usage, const std::map<NodeIndex, double>& in_use) {
  const double seconds = to_seconds(usage.time());
  const double of_one = to_seconds(options_.prepare_time);
  std::vector<double> asked(scenario_.tiers.size(), 0.0);
  std::vector<double> done(scenario_.tiers.size(), 0.0);
  const bool is_told = scenario_.nodes.size() <= energy_nodes_max;
  if (is_told) usage.of_nodes.resize(scenario_.nodes.size());
  for (NodeIndex node = 0; node < scenario_.nodes.size(); ++node) {
    const Tier& tier = scenario_.tier_of(node);
    const auto found = in_use.find(node);
    const double most = tier.cores * seconds;
    const double served = found != in_use.end() ? std::min(found->second, most) : 0.0;
    const double prepared = (prepared_.open(node) + prepared_.by_users(node)) * of_one;
    const double left = std::max(0.0, std::min(idle(node, usage.time()), most - served));
    asked[scenario_.nodes[node].tier] += prepared;
    done[scenario_.nodes[node].tier] += std::min(prepared, left);
    if (is_told) usage.of_nodes[node] = served + std::min(prepared, left);
  }
  for (const StreamState& stream : streams_) {
    const TierIndex tier = scenario_.workload[static_cast<std::size_t>(&stream - streams_.data())].from;
    const double prepared = static_cast<double>(stream.generated) * of_one;
    if (asked[tier] > 0.0) usage.add_busy(tier, stream.service, prepared * done[tier] / asked[tier]);
  }
}

// Core-seconds that the node's CPU could have done beside what it serves.
double Simulation::idle(NodeIndex node, Duration time) {
  const auto found = server_states_.find(node);  // the CPUs come first in the plan, in the order of the nodes
  if (found == server_states_.end()) return scenario_.tier_of(node).cpu() * to_seconds(time);
  SharedCpu& cpu = servers_[found->second].cpu;
  const double after = cpu.capacity() * to_seconds(time - (now_ - scenario_start));
  return cpu.offered(now_) + after - cpu.done(now_);
}

Usage Simulation::usage(Duration time) {
  Usage usage{scenario_, time};
  if (time <= Duration::zero()) return usage;
  count_servers(usage);
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
