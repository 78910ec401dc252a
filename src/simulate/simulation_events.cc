// What the scenario's events do to a simulation.
#include <algorithm>

#include "simulate/simulation.hh"

namespace continuo {

std::vector<std::uint32_t> Simulation::servers_of(NodeIndex node) const {
  std::vector<std::uint32_t> servers;
  for (std::uint32_t server = 0; server < servers_.size(); ++server) {
    if (plan_.servers[servers_[server].server].node == node) servers.push_back(server);
  }
  return servers;
}

void Simulation::apply(const Event& event) {
  const auto* nodes = std::get_if<CommandNodes>(&event.action);
  if (nodes != nullptr) say_all();
  if (state_.apply(event.action)) return;  // it changes nothing
  note_cuts(event.action);
  for (const auto& [from, to] : pairs_of(event.action)) network_.refresh(from, to, now_);
  if (const auto* heal = std::get_if<Heal>(&event.action); heal != nullptr && heal->one.empty()) network_.refresh_all(now_);
  if (const auto* access = std::get_if<ChangeAccess>(&event.action)) network_.refresh_access(access->nodes, access->up, now_);
  if (const auto* quota = std::get_if<ChangeQuota>(&event.action)) {
    for (const NodeIndex node : quota->nodes) {
      const std::uint32_t server = server_state(node);  // the CPUs come first in the plan, in the order of the nodes
      servers_[server].cpu.change(scenario_.tier_of(node).cores * quota->quota, now_);
      watch(server);
    }
  }
  if (nodes != nullptr) {
    command(*nodes);
    note_silence();
  }
  applied_.push_back({.at = now_ - scenario_start, .what = event.text, .origin = EventOrigin::scenario, .late = Duration::zero()});
}

void Simulation::command(const CommandNodes& command) {
  for (const NodeIndex node : command.nodes) {
    switch (command.command) {
      case NodeCommand::kill: kill(node); break;
      case NodeCommand::pause: pause(node, true); break;
      case NodeCommand::resume: pause(node, false); break;
      case NodeCommand::restart:
        kill(node);
        pause(node, false);
        break;
    }
  }
}

// Connections to it are reset: who waits for it learns of its end as fast as the network tells.
void Simulation::kill(NodeIndex node) {
  lost_sender_[node] = true;
  for (const std::uint32_t server : servers_of(node)) {
    for (const std::uint32_t job : servers_[server].cpu.drop_all(now_)) drop_batch(job);
    for (StationState& station : stations_) {
      if (station.server != server) continue;
      for (const std::uint32_t job : station.waiting) jobs_.take(job);
      station.waiting.clear();
      station.busy = station.further = 0;
    }
  }
  for (const RequestIndex held : std::exchange(held_[node], {})) fail(held, "sender-killed");
  for (const RequestIndex index : requests_.numbers()) {
    const Request& request = requests_[index];
    const bool is_sent = request.tries > 0;
    const bool comes_back = is_sent && !request.is_away && !is_local(request);  // it fails when it does
    const bool is_held = request.answered && source_node(request) != node && is_paused(source_node(request));
    if (comes_back || is_held) continue;
    if (source_node(request) == node && is_sent) {
      if (request.is_away) {
        note_back(request);
        network_.disown_message_of(request.message, index);
      }
      fail(index, "sender-killed");
    } else if (request.is_away && serving_node(request) == node) {
      network_.disown_message_of(request.message, index);
      try_elsewhere(index, network_.delay(MessageNetwork::back(request.lane), refusal));
    }
  }
}

void Simulation::pause(NodeIndex node, bool paused) {
  if (paused == is_paused(node)) return;
  if (paused) paused_since_.emplace(node, now_);
  else paused_since_.erase(node);
  for (const std::uint32_t server : servers_of(node)) {
    servers_[server].cpu.stop(paused, now_);
    watch(server);
  }
  if (paused) {
    events_.push({now_ + options_.lease, EventKind::lease, 0});
    return;
  }
  for (const RequestIndex held : std::exchange(held_[node], {})) {
    if (requests_[held].is_away) delivered(held);
    else route(held);
  }
}

void Simulation::note_cuts(const Action& action) {
  if (!std::holds_alternative<Partition>(action) && !std::holds_alternative<Heal>(action)) return;
  std::erase_if(cut_since_, [&](const auto& cut) {
    return !state_.is_cut(cut.first / scenario_.nodes.size(), cut.first % scenario_.nodes.size());
  });
  for (const auto& [from, to] : pairs_of(action)) {
    if (state_.is_cut(from, to)) cut_since_.try_emplace(from * scenario_.nodes.size() + to, now_);
  }
  events_.push({now_ + options_.lease, EventKind::lease, 0});
}

// As far as `from` knows: silence tells when the lease has run out, a reset connection at once.
bool Simulation::is_alive(NodeIndex from, NodeIndex to) const {
  if (state_.state(to) == NodeState::killed) return false;
  if (const auto paused = paused_since_.find(to); paused != paused_since_.end() && now_ - paused->second >= options_.lease) return false;
  if (cut_since_.empty()) return true;
  const auto cut = cut_since_.find(from * scenario_.nodes.size() + to);
  return cut == cut_since_.end() || now_ - cut->second < options_.lease;
}

void Simulation::leases_run_out() {
  for (const RequestIndex index : requests_.numbers()) {
    const Request& request = requests_[index];
    if (is_paused(source_node(request))) continue;
    if (!request.is_away || is_alive(source_node(request), serving_node(request))) continue;
    network_.disown_message_of(request.message, index);
    try_elsewhere(index, Duration::zero());
  }
}

}  // namespace continuo
