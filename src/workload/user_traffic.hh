// For whom a run's messages were on the way: users of closed loops, who take what links have left, or open streams. Pure.
#pragma once

#include <map>
#include <utility>

#include "scenario/scenario.hh"

namespace continuo {

class UserTraffic {
 public:
  explicit UserTraffic(const Scenario& scenario);

  // Whether there are both: else it need not be told of messages.
  bool is_mixed() const { return has_open_ && has_users_; }
  void add(NodeIndex from, NodeIndex to, Bytes size, bool for_user);

  // The users' share of what was on the way from one node to another, or up from a node or down to it. Of nothing: that of all
  // streams, if they are all of one kind, else 0.
  double share(NodeIndex from, NodeIndex to) const;
  double access_share(NodeIndex node, bool up) const;

 private:
  struct Carried {
    double all = 0.0;  // bytes
    double for_users = 0.0;
  };
  static void add(Carried& carried, Bytes size, bool for_user);
  double share_of(const Carried& carried) const;

  bool has_open_;
  bool has_users_;
  std::map<std::pair<NodeIndex, NodeIndex>, Carried> carried_;
  std::map<std::pair<NodeIndex, bool>, Carried> of_node_;  // up, or down
};

}  // namespace continuo
