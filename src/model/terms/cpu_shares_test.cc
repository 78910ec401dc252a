#include "model/terms/cpu_shares.hh"

#include <gtest/gtest.h>

#include <array>
#include <tuple>

namespace continuo {
namespace {

TEST(CpuShares, gives_two_services_alike_on_one_core_what_the_product_form_says) {
  // Together 0.8: n requests with chance 0.2 * 0.8^n, each of either service with chance 1/2. Of a service one runs at most: in the mean
  // the sum of 0.2 * 0.8^n (1 - 0.5^n) = 1 - 0.2 / (1 - 0.4) = 2/3. Present are 0.8 / 0.2 / 2 = 2.
  const CpuShares shared = share_cpu(std::array{0.4, 0.4}, 1.0, 1);
  for (const Presence& service : shared.services) {
    EXPECT_NEAR(service.running, 2.0 / 3.0, 1e-4);
    EXPECT_NEAR(service.full, 2.0 / 3.0, 1e-4);
    EXPECT_NEAR(service.present, 2.0, 1e-4);
  }
}

TEST(CpuShares, is_M_M_c_for_a_single_service) {
  // Two cores, 1.6 wanted: C = 1.6^2 / (2 * 0.2) / (1 + 1.6 + 6.4) = 6.4 / 9, and 1.6 + C * 0.8 / 0.2 are present.
  const CpuShares shared = share_cpu(std::array{1.6, 0.0}, 2.0, 2);
  EXPECT_NEAR(shared.services[0].running, 1.6, 1e-4);
  EXPECT_NEAR(shared.services[0].present, 1.6 + 4 * 6.4 / 9, 1e-3);
  EXPECT_NEAR(shared.services[0].full, 6.4 / 9, 1e-4);
}

TEST(CpuShares, takes_half_a_core_for_a_core_half_as_fast) {
  // The same two beside half of the CPU: as many are there, and none of those that find nobody is slowed, 1 - 0.8 of them.
  const CpuShares shared = share_cpu(std::array{0.2, 0.2}, 0.5, 1);
  for (const Presence& service : shared.services) {
    EXPECT_NEAR(service.running, 2.0 / 3.0, 1e-4);
    EXPECT_NEAR(service.present, 2.0, 1e-4);
    EXPECT_NEAR(service.slowed.front().share, 0.2, 1e-3);
    EXPECT_NEAR(service.slowed.front().times, 1.0, 1e-9);
  }
}

TEST(CpuShares, slows_a_single_service_with_more_workers_than_cores) {
  // 1.2 cores, 0.6 wanted: n requests are as likely as 1, 0.6, 0.3, 0.15 ... of 2.2; 0.6 + 2 * 0.6 run, and 0.3 * (2 * 2 + 0.5 / 0.25) and 0.6 are present.
  const CpuShares shared = share_cpu(std::array{0.6}, 1.2, 2);
  EXPECT_NEAR(shared.services[0].running, 1.8 / 2.2, 1e-4);
  EXPECT_NEAR(shared.services[0].full, 0.6 / 2.2, 1e-4);
  EXPECT_NEAR(shared.services[0].present, 2.4 / 2.2, 1e-3);
}

TEST(CpuShares, gives_each_service_the_cpu_that_it_needs) {
  // Whatever runs is slowed by 1 / speed: the mean of that over what a service's requests meet is running / work.
  const std::array works{0.3, 1.5, 0.9};
  const CpuShares shared = share_cpu(works, 3.0, 3);
  for (std::size_t service = 0; service < works.size(); ++service) {
    double mean = 0.0;
    double before = 0.0;
    for (const Presence::Slowed& slowed : shared.services[service].slowed) {
      mean += (slowed.share - before) * slowed.times;
      before = slowed.share;
    }
    EXPECT_NEAR(before, 1.0, 1e-9);
    EXPECT_NEAR(mean * works[service], shared.services[service].running, 0.01);
    EXPECT_GE(shared.services[service].present, shared.services[service].running);
  }
}

TEST(CpuShares, conserves_the_work_that_waits) {
  // One core, constant times of 1 and 5, 60 % and 30 %: E[V] = (0.6 * 1 + 0.3 * 5) / (2 * 0.1) = 10.5, of which half a time of each that runs is in
  // service. Services that are alike are right as they are: 0.8 / (2 * 0.2) = 2, less 2/3 * 1/2 of each, is 4/3 of waiting twice, halved for constant times.
  const CpuShares unlike = share_cpu(std::array{0.6, 0.3}, 1.0, 1);
  const double longer = waits_longer(unlike, std::array{SharedRequests{0.6, 1.0, 0.0}, SharedRequests{0.06, 5.0, 0.0}}, 1.0, 1);
  const auto& [quick, slow] = std::tie(unlike.services[0], unlike.services[1]);
  const double waiting = ((quick.present - quick.running) * 1.0 + (slow.present - slow.running) * 5.0) / 2;
  EXPECT_NEAR(longer * waiting + quick.running * 0.5 + slow.running * 2.5, 10.5, 1e-9);
  EXPECT_GT(longer, 1.5);
  const CpuShares like = share_cpu(std::array{0.4, 0.4}, 1.0, 1);
  EXPECT_NEAR(waits_longer(like, std::array{SharedRequests{0.4, 1.0, 0.0}, SharedRequests{0.4, 1.0, 0.0}}, 1.0, 1), 1.0, 1e-3);
}

TEST(CpuShares, has_nobody_wait_on_an_idle_node) {
  const CpuShares shared = share_cpu(std::array{0.0, 0.0}, 1.0, 1);
  EXPECT_EQ(shared.services[0].present, 0.0);
}

}  // namespace
}  // namespace continuo
