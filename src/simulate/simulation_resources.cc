// How busy servers and links were.
#include <algorithm>

#include "network/link_load.hh"
#include "simulate/simulation.hh"

namespace continuo {

std::vector<ResourceLoad> Simulation::resources(std::span<const ServiceResult> services) {
  std::vector<ResourceLoad> loads;
  const Duration time = now_ - scenario_start;
  if (time <= Duration::zero()) return loads;
  const double unserved = generated_to_completed(services);
  for (std::size_t server = 0; server < plan_.servers.size(); ++server) {
    const Server& which = plan_.servers[server];
    const auto found = server_states_.find(server);
    SharedCpu* cpu = found != server_states_.end() ? &servers_[found->second].cpu : nullptr;
    const double offered = cpu != nullptr ? cpu->offered(now_) : which.capacity * to_seconds(time);
    const double done = cpu != nullptr ? cpu->done(now_) : 0.0;
    const bool profiled = which.kind == Server::Kind::profiled;
    const double prepared = profiled ? 0.0 : prepared_[which.node] * to_seconds(options_.prepare_time);
    loads.push_back({.name = server_name(scenario_, which),
                     .kind = profiled ? ResourceKind::accelerator : ResourceKind::cpu,
                     .utilisation = std::min(1.0, (done + prepared) / offered),
                     .offered_load = (done * unserved + prepared) / offered});
  }
  std::vector<PathLoad> paths;
  for (const MessageNetwork::Link& link : network_.links()) {
    if (!link.is_access) paths.push_back({link.from, link.to, *link.counters});
  }
  std::ranges::sort(paths, {}, [](const PathLoad& path) { return std::pair{path.from, path.to}; });
  for (ResourceLoad& load : link_loads(scenario_, paths, time)) loads.push_back(std::move(load));
  for (const MessageNetwork::Link& link : network_.links()) {
    if (!link.is_access) continue;
    if (auto load = access_load(scenario_, link.from, link.up, *link.counters, time)) loads.push_back(*std::move(load));
  }
  return loads;
}

}  // namespace continuo
