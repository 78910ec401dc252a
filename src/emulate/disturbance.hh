// Does to a running emulation what events and commands say.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "emulate/capacity.hh"
#include "emulate/infrastructure.hh"
#include "emulate/process_watch.hh"
#include "scenario/infrastructure_state.hh"

namespace continuo {

class Disturbance {
 public:
  // `start_node` starts the node's server; it is called when a restarted node's processes have ended.
  Disturbance(const Scenario& scenario, Infrastructure& infrastructure, ProcessWatch& processes,
              std::function<void(NodeIndex)> start_node);

  // Why it has no effect; nothing: it was done. A restart is done once the node's server has ended: node_ended() goes on.
  // Throws what the system says if it cannot be done; state() then tells of each node what is in force.
  std::optional<std::string> apply(const Action& action);
  // To be told when a node's server has ended. True: because somebody wanted it. Throws if it cannot be started anew, as it
  // should: the node is killed then.
  bool node_ended(NodeIndex node);

  // What is in force.
  const InfrastructureState& state() const { return state_; }
  const QuotaSum& quotas() const { return quotas_; }

 private:
  void change_quota(const ChangeQuota& change, const std::vector<double>& before);
  void command(const CommandNodes& command, const std::vector<NodeState>& before);
  void start_anew(NodeIndex node);

  const Scenario& scenario_;
  Infrastructure& infrastructure_;
  ProcessWatch& processes_;
  std::function<void(NodeIndex)> start_node_;
  InfrastructureState state_;
  QuotaSum quotas_;
  std::vector<bool> ending_;      // by node: its server was killed and has not ended yet
  std::vector<bool> restarting_;  // to be started then
};

}  // namespace continuo
