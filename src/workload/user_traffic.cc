#include "workload/user_traffic.hh"

#include <algorithm>

#include "workload/user.hh"

namespace continuo {

UserTraffic::UserTraffic(const Scenario& scenario)
    : has_open_{std::ranges::any_of(scenario.workload,
                                    [](const Stream& stream) { return !std::holds_alternative<ClosedLoop>(stream.arrivals); })},
      has_users_{has_users(scenario)} {}

void UserTraffic::add(Carried& carried, Bytes size, bool for_user) {
  carried.all += static_cast<double>(size.count());
  carried.for_users += for_user ? static_cast<double>(size.count()) : 0.0;
}

void UserTraffic::add(NodeIndex from, NodeIndex to, Bytes size, bool for_user) {
  if (!is_mixed()) return;
  add(carried_[{from, to}], size, for_user);
  add(of_node_[{from, true}], size, for_user);
  add(of_node_[{to, false}], size, for_user);
}

double UserTraffic::share(NodeIndex from, NodeIndex to) const {
  const auto found = carried_.find({from, to});
  return share_of(found == carried_.end() ? Carried{} : found->second);
}

double UserTraffic::access_share(NodeIndex node, bool up) const {
  const auto found = of_node_.find({node, up});
  return share_of(found == of_node_.end() ? Carried{} : found->second);
}

double UserTraffic::share_of(const Carried& carried) const {
  if (carried.all > 0.0) return carried.for_users / carried.all;
  return has_users_ && !has_open_ ? 1.0 : 0.0;
}

}  // namespace continuo
