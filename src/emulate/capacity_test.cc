// A host that is too small is told so, tier by tier.
#include "emulate/capacity.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo {
namespace {

Scenario two_tiers() {
  Scenario scenario;
  scenario.tiers = {{.name = "cloud", .nodes = 1, .cores = 2, .quota = 0.5, .runtimes = {}},
                    {.name = "endpoint", .nodes = 4, .cores = 1, .quota = 0.25, .runtimes = {}}};
  scenario.nodes = {{"cloud-1", 0}, {"endpoint-1", 1}, {"endpoint-2", 1}, {"endpoint-3", 1}, {"endpoint-4", 1}};
  return scenario;  // 1 + 1 cores
}

TEST(HostCapacity, suffices_if_the_quotas_sum_up_to_no_more_than_its_cores) {
  EXPECT_EQ(why_host_is_too_small(two_tiers(), 2), std::nullopt);
}

TEST(HostCapacity, is_refused_with_the_sum_of_every_tier) {
  const auto why = why_host_is_too_small(two_tiers(), 1);
  ASSERT_TRUE(why);
  EXPECT_THAT(*why, ::testing::HasSubstr("need 2.00 cores and this host has 1"));
  EXPECT_THAT(*why, ::testing::ContainsRegex("cloud +1 x 2 cores x quota 0.5 +=  +1.00"));
  EXPECT_THAT(*why, ::testing::ContainsRegex("endpoint +4 x 1 core  x quota 0.25 +=  +1.00"));
}

TEST(HostCapacity, is_refused_if_an_event_raises_the_quotas_beyond_it) {
  using namespace std::chrono_literals;
  Scenario scenario = two_tiers();
  scenario.events = {{.at = 10s, .action = ChangeQuota{{1, 2, 3, 4}, 0.75}, .text = "quota 0.75 of endpoint"}};  // 1 + 3 cores
  EXPECT_EQ(why_host_is_too_small(scenario, 4), std::nullopt);
  const auto why = why_host_is_too_small(scenario, 3);
  ASSERT_TRUE(why);
  EXPECT_THAT(*why, ::testing::HasSubstr("with the event `quota 0.75 of endpoint` at 10 s the nodes would need 4.00 cores and this host has 3"));
}

TEST(HostCapacity, suffices_if_one_quota_is_lowered_before_another_is_raised) {
  using namespace std::chrono_literals;
  Scenario scenario = two_tiers();
  scenario.events = {{.at = 1s, .action = ChangeQuota{{1, 2, 3, 4}, 0.125}, .text = "less"},   // 1 + 0.5
                     {.at = 2s, .action = ChangeQuota{{0}, 0.75}, .text = "more"}};            // 1.5 + 0.5
  EXPECT_EQ(why_host_is_too_small(scenario, 2), std::nullopt);
  std::swap(scenario.events[0].action, scenario.events[1].action);  // 1.5 + 1 for a second
  EXPECT_NE(why_host_is_too_small(scenario, 2), std::nullopt);
}

TEST(QuotaSum, remembers_the_greatest_that_held) {
  const Scenario scenario = two_tiers();
  QuotaSum quotas{scenario};
  EXPECT_DOUBLE_EQ(quotas.greatest(), 2.0);
  quotas.change({{0}, 1.0});  // 2 + 1
  quotas.change({{0, 1}, 0.25});  // 0.5 + 1
  EXPECT_DOUBLE_EQ(quotas.cores(), 1.5);
  EXPECT_DOUBLE_EQ(quotas.greatest(), 3.0);
  EXPECT_EQ(quotas.why_too_much({{0}, 0.5}, 2), std::nullopt);
  EXPECT_EQ(quotas.why_too_much({{0}, 0.75}, 2), "the nodes would need 2.50 cores and this host has 2");
}

TEST(NodeNames, are_refused_if_one_message_does_not_hold_all) {
  Scenario scenario;
  scenario.tiers = {{.name = "t", .runtimes = {}}};
  // In /etc/hosts 9 to 11 letters of an address (10.568 in the mean), a blank, 41 letters and the end of the line.
  scenario.nodes.assign(2000, {std::string(41, 'n'), 0});
  EXPECT_EQ(why_too_many_names(scenario), std::nullopt);  // 107136 of 131072 bytes
  scenario.nodes.assign(2500, {std::string(41, 'n'), 0});
  const auto why = why_too_many_names(scenario);  // 133920
  ASSERT_TRUE(why);
  EXPECT_THAT(*why, ::testing::HasSubstr("the names and addresses of 2500 nodes take 13"));
  EXPECT_THAT(*why, ::testing::HasSubstr("and a node can be told 131072"));
}

TEST(Transport, is_refused_where_nodes_do_not_speak_it) {
  Scenario scenario = two_tiers();
  scenario.workload.emplace_back().name = "labels";
  EXPECT_EQ(why_no_transport(scenario), std::nullopt);
  scenario.workload.back().transport = Transport::mqtt;
  EXPECT_THAT(*why_no_transport(scenario), ::testing::HasSubstr("stream \"labels\" travels by mqtt"));
}

TEST(CongestionControl, is_refused_if_the_kernel_has_it_not) {
  Scenario scenario = two_tiers();
  EXPECT_EQ(why_no_congestion_control(scenario, {"reno", "cubic"}), std::nullopt);
  scenario.tiers[1].network.congestion_control = "vegas";
  const auto why = why_no_congestion_control(scenario, {"reno", "cubic"});
  ASSERT_TRUE(why);
  EXPECT_THAT(*why, ::testing::HasSubstr("tier endpoint has the congestion control vegas, and this kernel offers: reno cubic"));
  EXPECT_THAT(*why, ::testing::HasSubstr("modprobe tcp_vegas"));
}

TEST(Limits, are_refused_where_the_host_cannot_keep_them) {
  const HostLimits all{.cores = {0, 1}, .processes = true, .disk_throttle = true};
  Scenario scenario = two_tiers();
  EXPECT_EQ(why_no_limits(scenario, {}), std::nullopt) << "none is stated";
  scenario.tiers[1].processes = 256;
  EXPECT_EQ(why_no_limits(scenario, all), std::nullopt);
  EXPECT_THAT(*why_no_limits(scenario, {.cores = {0, 1}, .disk_throttle = true}), ::testing::HasSubstr("tier endpoint states `processes`"));
  scenario.tiers[1].disk_write = 1_Mbps;
  EXPECT_THAT(*why_no_limits(scenario, {.cores = {0, 1}, .processes = true}), ::testing::HasSubstr("tier endpoint states `disk`"));
}

TEST(PinnedNodes, are_refused_on_cores_that_the_host_has_not_or_that_are_too_few) {
  const HostLimits host{.cores = {0, 1}};
  Scenario scenario = two_tiers();
  scenario.tiers[0].pinned = {0, 2};
  EXPECT_THAT(*why_no_limits(scenario, host), ::testing::HasSubstr("tier cloud is pinned to the cores 0, 2, and this host has: 0, 1"));
  scenario.tiers[0].pinned = {0, 1};  // 1 core in all
  scenario.tiers[1].pinned = {1};     // 4 x 0.25: 1 core in all
  EXPECT_EQ(why_no_limits(scenario, host), std::nullopt);
  scenario.tiers[0].quota = 0.4;
  scenario.tiers[1].quota = 0.3;  // 1.2 cores on core 1
  EXPECT_THAT(*why_no_limits(scenario, host), ::testing::HasSubstr("pinned to no other cores than 1 need 1.20 cores"));
}

TEST(Workload, counts_users_who_come_back_a_millisecond_after_a_refusal) {
  Scenario scenario = two_tiers();
  Stream stream;
  stream.from = 1;  // 4 nodes, each 10 users at 1000 a second: 40,000 a second, 2500 s long 100 million
  stream.arrivals = ClosedLoop{.users = 10};
  stream.duration = std::chrono::seconds{2500};
  scenario.workload = {stream};
  EXPECT_EQ(why_too_many_requests(scenario), std::nullopt);
  scenario.workload.front().duration = std::chrono::seconds{2600};
  EXPECT_THAT(*why_too_many_requests(scenario), ::testing::HasSubstr("1.04e+08 requests"));
}

TEST(Workload, of_many_users_is_no_more_than_their_nodes_can_send) {
  using namespace std::chrono_literals;
  Scenario scenario = two_tiers();
  Stream stream;
  stream.from = 1;  // 4 nodes of a quarter of a core: 16,667 a second each at 15 us, 66,667 together, 8 million in 120 s
  stream.arrivals = ClosedLoop{.users = 5000};
  stream.duration = 120s;
  scenario.workload = {stream};
  EXPECT_EQ(why_too_many_requests(scenario), std::nullopt);
  scenario.workload.front().duration = 1530s;  // 102 million
  EXPECT_THAT(*why_too_many_requests(scenario), ::testing::HasSubstr("1.02e+08 requests"));
}

TEST(Workload, is_refused_beyond_a_hundred_million_requests) {
  Scenario scenario = two_tiers();
  Stream stream;
  stream.from = 1;  // 4 nodes, each 100 s long 250000 requests a second: 100 million
  stream.arrivals = Periodic{std::chrono::microseconds{4}};
  stream.duration = std::chrono::seconds{100};
  scenario.workload = {stream};
  EXPECT_EQ(why_too_many_requests(scenario), std::nullopt);
  scenario.workload.front().duration += std::chrono::seconds{1};
  const auto why = why_too_many_requests(scenario);
  ASSERT_TRUE(why);
  EXPECT_THAT(*why, ::testing::HasSubstr("1.01e+08 requests"));
}

}  // namespace
}  // namespace continuo
