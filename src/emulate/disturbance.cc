// First the state is asked, then the fabric, the groups and the processes are told.
#include "emulate/disturbance.hh"

#include <csignal>
#include <filesystem>

#include "os/timer.hh"

namespace continuo {

namespace {

constexpr pid_t every_process = -1;  // but the first

int signal_of(NodeCommand command) {
  switch (command) {
    case NodeCommand::pause: return SIGSTOP;
    case NodeCommand::resume: return SIGCONT;
    case NodeCommand::kill:
    case NodeCommand::restart: return SIGKILL;
  }
  return SIGKILL;
}

}  // namespace

Disturbance::Disturbance(const Scenario& scenario, Infrastructure& infrastructure, ProcessWatch& processes,
                         std::function<void(NodeIndex)> start_node)
    : scenario_{scenario},
      infrastructure_{infrastructure},
      processes_{processes},
      start_node_{std::move(start_node)},
      state_{scenario},
      quotas_{scenario},
      ending_(scenario.nodes.size(), 0),
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
  const auto* nodes = std::get_if<CommandNodes>(&action);
  std::vector<double> quotas_before;
  std::vector<NodeState> states_before;
  for (const NodeIndex node : quota != nullptr ? quota->nodes : std::vector<NodeIndex>{}) {
    quotas_before.push_back(state_.quota(node));
  }
  for (const NodeIndex node : nodes != nullptr ? nodes->nodes : std::vector<NodeIndex>{}) {
    states_before.push_back(state_.state(node));
  }
  if (auto why = state_.apply(action)) {
    return why;
  }
  if (const auto* access = std::get_if<ChangeAccess>(&action)) {
    infrastructure_.fabric().change([&](Fabric& fabric, Instant now) {
      for (const NodeIndex node : access->nodes) {
        fabric.change_access(node, access->up, state_.access(node, access->up), now);
      }
    });
  } else if (!pairs.empty()) {
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
    change_quota(*quota, quotas_before);
  } else if (nodes != nullptr) {
    command(*nodes, states_before);
  }
  return std::nullopt;
}

void Disturbance::change_quota(const ChangeQuota& change, const std::vector<double>& before) {
  const auto limit = [this](NodeIndex node, double quota) {
    infrastructure_.cgroup(node).limit_cpu(quota * scenario_.tier_of(node).cores);
  };
  try {
    for (const NodeIndex node : change.nodes) {
      limit(node, change.quota);
    }
  } catch (...) {
    for (std::size_t index = change.nodes.size(); index-- > 0;) {  // backwards: a node that is named twice gets its first again
      state_.put_back(change.nodes[index], before[index]);
      try {
        limit(change.nodes[index], before[index]);
      } catch (const std::exception&) {
        // what could not be written has changed nothing
      }
    }
    throw;
  }
  quotas_.change(change);
}

void Disturbance::command(const CommandNodes& command, const std::vector<NodeState>& before) {
  std::size_t reached = 0;
  try {
    while (reached < command.nodes.size()) {
      const NodeIndex node = command.nodes[reached];
      infrastructure_.nodes().at(node).signal(every_process, signal_of(command.command));
      ++reached;
      if (command.command != NodeCommand::kill && command.command != NodeCommand::restart) {
        continue;
      }
      ending_[node] = processes_.running(node, ProcessRole::node) + processes_.running(node, ProcessRole::operating);
      restarting_[node] = command.command == NodeCommand::restart;
      if (restarting_[node] && ending_[node] == 0) {
        start_anew(node);
      }
    }
  } catch (...) {
    for (; reached < command.nodes.size(); ++reached) {
      state_.put_back(command.nodes[reached], before[reached]);
    }
    throw;
  }
}

bool Disturbance::has_ended(NodeIndex node) {
  if (ending_.at(node) == 0) {
    return false;
  }
  --ending_[node];
  if (ending_[node] == 0 && restarting_[node]) {
    start_anew(node);
  }
  return true;
}

// The store is seen from here through the node's first process.
void Disturbance::start_anew(NodeIndex node) {
  restarting_[node] = false;
  const auto root = std::filesystem::path{"/proc"} / std::to_string(infrastructure_.nodes().at(node).first_process()) / "root";
  std::error_code gone;
  std::filesystem::remove_all(root / "run/continuo/store", gone);
  try {
    start_node_(node);
  } catch (...) {
    state_.put_back(node, NodeState::killed);
    throw;
  }
}

}  // namespace continuo
