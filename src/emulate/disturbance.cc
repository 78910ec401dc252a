// First the state is asked, then the fabric, the groups and the processes are told.
#include "emulate/disturbance.hh"

#include <csignal>
#include <filesystem>

#include "os/timer.hh"

namespace continuo {

namespace {

constexpr pid_t every_process = -1;  // but the first

}  // namespace

Disturbance::Disturbance(const Scenario& scenario, Infrastructure& infrastructure, ProcessWatch& processes,
                         std::function<void(NodeIndex)> start_node)
    : scenario_{scenario},
      infrastructure_{infrastructure},
      processes_{processes},
      start_node_{std::move(start_node)},
      state_{scenario},
      quotas_{scenario},
      ending_(scenario.nodes.size(), false),
      restarting_(scenario.nodes.size(), false) {}

std::optional<std::string> Disturbance::apply(const Action& action) {
  const auto* quota = std::get_if<ChangeQuota>(&action);
  if (quota != nullptr && !infrastructure_.is_bounded()) {
    return "nodes have no CPU quota in this run";
  }
  if (quota != nullptr) {
    if (auto why = quotas_.why_too_much(*quota, usable_cores())) {
      return why;
    }
  }
  auto pairs = pairs_of(action);
  if (std::holds_alternative<Heal>(action) && pairs.empty()) {
    pairs = state_.cut_pairs();
  }
  if (auto why = state_.apply(action)) {
    return why;
  }
  if (!pairs.empty()) {
    infrastructure_.fabric().change([&](Fabric& fabric, Instant now) {
      for (const auto& [from, to] : pairs) {
        if (std::holds_alternative<ChangeLinks>(action)) {
          fabric.change(from, to, state_.link(from, to), now);
        } else {
          fabric.connect(from, to, !state_.is_cut(from, to), now);
        }
      }
    });
  } else if (quota != nullptr) {
    for (const NodeIndex node : quota->nodes) {
      infrastructure_.cgroup(node).limit_cpu(quota->quota * scenario_.tier_of(node).cores);
    }
    quotas_.change(*quota);
  } else if (const auto* nodes = std::get_if<CommandNodes>(&action)) {
    command(*nodes);
  }
  return std::nullopt;
}

void Disturbance::command(const CommandNodes& command) {
  for (const NodeIndex node : command.nodes) {
    EmulatedNode& emulated = infrastructure_.nodes().at(node);
    switch (command.command) {
      case NodeCommand::pause: emulated.signal(every_process, SIGSTOP); break;
      case NodeCommand::resume: emulated.signal(every_process, SIGCONT); break;
      case NodeCommand::kill:
      case NodeCommand::restart:
        emulated.signal(every_process, SIGKILL);
        ending_[node] = processes_.is_running(node, ProcessRole::node);
        restarting_[node] = command.command == NodeCommand::restart;
        if (restarting_[node] && !ending_[node]) {
          start_anew(node);
        }
        break;
    }
  }
}

bool Disturbance::node_ended(NodeIndex node) {
  const bool wanted = ending_.at(node);
  ending_[node] = false;
  if (wanted && restarting_[node]) {
    start_anew(node);
  }
  return wanted;
}

// The store is seen from here through the node's first process.
void Disturbance::start_anew(NodeIndex node) {
  restarting_[node] = false;
  const auto root = std::filesystem::path{"/proc"} / std::to_string(infrastructure_.nodes().at(node).first_process()) / "root";
  std::error_code gone;
  std::filesystem::remove_all(root / "run/continuo/store", gone);
  start_node_(node);
}

}  // namespace continuo
