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
  // `start_node` starts the node's server and operating services; it is called when those of a restarted node have ended.
  Disturbance(const Scenario& scenario, Infrastructure& infrastructure, ProcessWatch& processes,
              std::function<void(NodeIndex)> start_node);

  // Why it has no effect; nothing: it was done. A restart is done once what ran has ended: has_ended() goes on.
  // Throws what the system says if it cannot be done; state() then tells of each node what is in force.
  std::optional<std::string> apply(const Action& action);
  // To be told when a node's server or one of its operating services has ended. True: because somebody wanted it. Throws if they
  // cannot be started anew, as they should: the node is killed then.
  bool has_ended(NodeIndex node);

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
  std::vector<std::size_t> ending_;  // by node: of its server and operating services, how many were killed and have not ended yet
  std::vector<bool> restarting_;     // to be started then
};

}  // namespace continuo
