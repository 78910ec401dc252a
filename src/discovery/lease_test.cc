// Leases by the default options: a heartbeat each 500 ms, three missed end the lease.
#include "discovery/lease.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;
using Kind = LeaseChange::Kind;

TEST(LeaseTable, finds_a_node_at_its_first_heartbeat_only) {
  LeaseTable leases;
  EXPECT_FALSE(leases.alive("edge-1"));
  const auto change = leases.renew("edge-1", 10s);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->kind, Kind::found);
  EXPECT_EQ(change->id, "edge-1");
  EXPECT_TRUE(leases.alive("edge-1"));
  EXPECT_FALSE(leases.renew("edge-1", 10500ms));
}

TEST(LeaseTable, loses_a_node_after_three_missed_heartbeats_and_not_before) {
  LeaseTable leases;
  leases.renew("edge-1", 10s);
  EXPECT_TRUE(leases.expire(11499ms).empty());
  const auto lost = leases.expire(11500ms);
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost[0].kind, Kind::lost);
  EXPECT_EQ(lost[0].why, "no heartbeat for 1500 ms");
  EXPECT_FALSE(leases.alive("edge-1"));
  EXPECT_TRUE(leases.expire(20s).empty());  // said once
}

TEST(LeaseTable, keeps_a_node_whose_heartbeats_come_in_time) {
  LeaseTable leases;
  for (Duration now = 0s; now < 10s; now += 1400ms) {
    leases.renew("edge-1", now);
    EXPECT_TRUE(leases.expire(now + 1399ms).empty());
  }
}

TEST(LeaseTable, loses_a_node_at_once_when_it_refuses_a_connection) {
  LeaseTable leases;
  EXPECT_FALSE(leases.fail("edge-1", "connection refused", 1s));  // not known
  leases.renew("edge-1", 1s);
  const auto lost = leases.fail("edge-1", "connection refused", 1001ms);
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->kind, Kind::lost);
  EXPECT_EQ(lost->why, "connection refused");
  EXPECT_FALSE(leases.alive("edge-1"));
  EXPECT_FALSE(leases.fail("edge-1", "connection refused", 1002ms));  // said once
}

TEST(LeaseTable, tells_a_return_from_a_first_meeting) {
  LeaseTable leases;
  leases.renew("edge-1", 1s);
  leases.fail("edge-1", "reset", 2s);
  const auto change = leases.renew("edge-1", 3s);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->kind, Kind::returned);
  EXPECT_TRUE(leases.alive("edge-1"));
}

TEST(LeaseTable, reports_several_losses_in_the_order_of_ids) {
  LeaseTable leases;
  leases.renew("b", 0s);
  leases.renew("a", 0s);
  leases.renew("c", 1s);
  const auto lost = leases.expire(2s);
  ASSERT_EQ(lost.size(), 2U);
  EXPECT_EQ(lost[0].id, "a");
  EXPECT_EQ(lost[1].id, "b");
}

TEST(LeaseTable, stays_within_its_limit_and_forgets_the_longest_dead_first) {
  LeaseOptions options;
  options.limit = 2;
  LeaseTable leases{options};
  leases.renew("a", 0s);
  leases.renew("b", 0s);
  EXPECT_FALSE(leases.renew("c", 0s));  // full of living ones
  EXPECT_FALSE(leases.alive("c"));
  leases.fail("b", "reset", 1s);
  leases.fail("a", "reset", 2s);
  EXPECT_TRUE(leases.renew("c", 3s));  // in the place of b
  EXPECT_EQ(leases.size(), 2U);
  EXPECT_EQ(leases.renew("a", 3s)->kind, Kind::returned);
}

}  // namespace
}  // namespace continuo
