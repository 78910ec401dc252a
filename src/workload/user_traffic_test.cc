#include "workload/user_traffic.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

Scenario with_streams(const std::vector<Arrivals>& arrivals) {
  Scenario scenario;
  for (const Arrivals& of_stream : arrivals) scenario.workload.emplace_back().arrivals = of_stream;
  return scenario;
}

TEST(UserTraffic, is_the_share_of_users_in_what_a_pair_of_nodes_and_an_access_link_carried) {
  UserTraffic traffic{with_streams({ClosedLoop{}, Poisson{}})};
  traffic.add(1, 0, Bytes::of(300), true);
  traffic.add(1, 0, Bytes::of(100), false);
  traffic.add(1, 2, Bytes::of(400), false);
  EXPECT_DOUBLE_EQ(traffic.share(1, 0), 0.75);
  EXPECT_DOUBLE_EQ(traffic.share(1, 2), 0.0);
  EXPECT_DOUBLE_EQ(traffic.share(0, 1), 0.0) << "nothing was on its way there";
  EXPECT_DOUBLE_EQ(traffic.access_share(1, true), 0.375) << "300 of 800 bytes";
  EXPECT_DOUBLE_EQ(traffic.access_share(0, false), 0.75);
}

TEST(UserTraffic, is_all_of_it_where_there_are_users_only_and_nothing_where_there_are_none) {
  EXPECT_DOUBLE_EQ(UserTraffic{with_streams({ClosedLoop{}})}.share(1, 0), 1.0);
  EXPECT_DOUBLE_EQ(UserTraffic{with_streams({Periodic{}})}.access_share(1, true), 0.0);
}

}  // namespace
}  // namespace continuo
