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

TEST(CongestionControl, is_refused_if_the_kernel_has_it_not) {
  Scenario scenario = two_tiers();
  EXPECT_EQ(why_no_congestion_control(scenario, {"reno", "cubic"}), std::nullopt);
  scenario.tiers[1].network.congestion_control = "vegas";
  const auto why = why_no_congestion_control(scenario, {"reno", "cubic"});
  ASSERT_TRUE(why);
  EXPECT_THAT(*why, ::testing::HasSubstr("tier endpoint has the congestion control vegas, and this kernel offers: reno cubic"));
  EXPECT_THAT(*why, ::testing::HasSubstr("modprobe tcp_vegas"));
}

TEST(Workload, is_refused_beyond_ten_million_requests) {
  Scenario scenario = two_tiers();
  Stream stream;
  stream.from = 1;  // 4 nodes, each 100 s long 25000 requests a second: 10 million
  stream.arrivals = Periodic{std::chrono::microseconds{40}};
  stream.duration = std::chrono::seconds{100};
  scenario.workload = {stream};
  EXPECT_EQ(why_too_many_requests(scenario), std::nullopt);
  scenario.workload.front().duration += std::chrono::seconds{1};
  const auto why = why_too_many_requests(scenario);
  ASSERT_TRUE(why);
  EXPECT_THAT(*why, ::testing::HasSubstr("1.01e+07 requests"));
}

}  // namespace
}  // namespace continuo
