// What a node has measured, as predictions take it.
#include "policy/serving_plan.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

ServiceTime service_measured(const MeasuredService& time, double cpu) {
  Assumptions assumptions;
  assumptions.measured[{0, 0}] = time;
  Variant variant;
  variant.runtime = "onnxruntime";
  return service_on(assumptions, 0, 0, variant, cpu);
}

// At half a core 14 requests at once take 34.5 ms: 19.5 + 7 * 2.5 - 2.5 (policy/quota_periods.hh), so they need 19.5; one of them 2 ms, which a period's 2.5 ms hold: each further one adds 17.5 / 13 ms.
// In elapsed times it would seem to add more than one takes alone.
TEST(MeasuredService, says_that_what_a_further_request_of_a_batch_adds_is_a_share_of_its_work) {
  const ServiceTime time = service_measured({.time = 2ms, .batch = {14, 34500us}}, 0.5);
  EXPECT_NEAR(time.work, 0.002, 1e-6);
  EXPECT_NEAR(time.next, 17.5 / 13 / 2, 1e-3);
}

TEST(MeasuredService, says_without_a_quota_that_a_further_request_adds_what_the_batch_took_longer) {
  EXPECT_NEAR(service_measured({.time = 40ms, .batch = {8, 110ms}}, 1.0).next, 0.25, 1e-9);
}

}  // namespace
}  // namespace continuo
