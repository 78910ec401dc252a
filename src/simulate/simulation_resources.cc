// How busy servers and links were, and how full the memory of those who serve.
#include <algorithm>
#include <iterator>

#include "network/link_load.hh"
#include "result/memory_load.hh"
#include "simulate/simulation.hh"

namespace continuo {

std::vector<ResourceLoad> Simulation::resources() {
  std::vector<ResourceLoad> loads;
  const Duration time = now_ - scenario_start;
  if (time <= Duration::zero()) return loads;
  const double unserved = open_unserved();
  const double longer = answered_to_generated(scenario_.duration(), time);
  const double prepare = to_seconds(options_.prepare_time);
  const std::vector<double> for_users = user_shares();
  const std::vector<double> full = at_fullest();
  for (std::size_t server = 0; server < plan_.servers.size(); ++server) {
    const Server& which = plan_.servers[server];
    const auto found = server_states_.find(server);
    SharedCpu* cpu = found != server_states_.end() ? &servers_[found->second].cpu : nullptr;
    const double offered = cpu != nullptr ? cpu->offered(now_) : which.capacity * to_seconds(time);
    const double done = cpu != nullptr ? cpu->done(now_) : 0.0;
    const double done_for_users = cpu != nullptr ? done * for_users[found->second] : 0.0;
    const bool profiled = which.kind == Server::Kind::profiled;
    const double prepared = profiled ? 0.0 : prepared_.open(which.node) * prepare;
    const double prepared_by_users = profiled ? 0.0 : prepared_.by_users(which.node) * prepare;
    const double as_full = cpu != nullptr && !full.empty() ? full[found->second] : 1.0;
    const double open = ((done - done_for_users) * as_full * unserved + prepared) / offered;
    loads.push_back({.name = server_name(scenario_, which),
                     .kind = profiled ? ResourceKind::accelerator : ResourceKind::cpu,
                     .utilisation = std::min(1.0, (done + prepared + prepared_by_users) / offered),
                     .offered_load = load_beside_users(open * longer, (done_for_users + prepared_by_users) / offered)});
  }
  const CountedTime counted{time, longer};
  std::vector<PathLoad> paths;
  for (const MessageNetwork::Link& link : network_.links()) {
    if (!link.is_access) paths.push_back({link.from, link.to, *link.counters, for_users_.share(link.from, link.to)});
  }
  std::ranges::sort(paths, {}, [](const PathLoad& path) { return std::pair{path.from, path.to}; });
  std::ranges::move(link_loads(scenario_, paths, counted), std::back_inserter(loads));
  for (const MessageNetwork::Link& link : network_.links()) {
    if (!link.is_access) continue;
    const AccessLoad access{link.from, link.up, *link.counters, for_users_.access_share(link.from, link.up)};
    if (auto load = access_load(scenario_, access, counted)) loads.push_back(*std::move(load));
  }
  for (const NodeMemory& memory : plan_.memory) loads.push_back(memory_load(scenario_.nodes[memory.node].name, memory.filled));
  return loads;
}

}  // namespace continuo
