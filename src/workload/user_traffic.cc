#include "workload/user_traffic.hh"

#include <algorithm>

#include "workload/user.hh"

namespace continuo {

UserTraffic::UserTraffic(const Scenario& scenario)
    : has_open_{std::ranges::any_of(scenario.workload,
                                    [](const Stream& stream) { return !std::holds_alternative<ClosedLoop>(stream.arrivals); })},
      has_users_{has_users(scenario)} {}

void UserTraffic::add(NodeIndex from, NodeIndex to, Bytes size, bool for_user) {
  if (!is_mixed()) return;
  Carried& carried = carried_[{from, to}];
  carried.all += static_cast<double>(size.count());
  carried.for_users += for_user ? static_cast<double>(size.count()) : 0.0;
}

double UserTraffic::share(NodeIndex from, NodeIndex to) const {
  const auto found = carried_.find({from, to});
  return share_of(found == carried_.end() ? Carried{} : found->second);
}

double UserTraffic::access_share(NodeIndex node, bool up) const {
  Carried sum;
  for (const auto& [pair, carried] : carried_) {
    if ((up ? pair.first : pair.second) != node) continue;
    sum.all += carried.all;
    sum.for_users += carried.for_users;
  }
  return share_of(sum);
}

double UserTraffic::share_of(const Carried& carried) const {
  if (carried.all > 0.0) return carried.for_users / carried.all;
  return has_users_ && !has_open_ ? 1.0 : 0.0;
}

}  // namespace continuo
