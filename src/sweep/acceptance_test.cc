// An Evaluation is acceptable if it is feasible and no service misses its SLO.
#include "sweep/acceptance.hh"

#include <gmock/gmock.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

Evaluation with_met_share(double share) {
  Evaluation evaluation;
  evaluation.bottleneck = "edge-1 cpu";
  evaluation.bottleneck_load = 1.25;
  ServiceResult service;
  service.name = "burn";
  service.generated = 100;
  service.by_node = {{"edge-1", "v", 1.0, 100}};
  service.slo = ServiceLevelMet{.bound = 150ms, .quantile = 0.95, .met_share = share};
  evaluation.services = {service};
  return evaluation;
}

TEST(Acceptable, is_what_meets_its_slo) {
  EXPECT_TRUE(acceptable(with_met_share(0.95)).holds);
  const Verdict missed = acceptable(with_met_share(0.9));
  EXPECT_FALSE(missed.holds);
  EXPECT_EQ(missed.reason, "burn has 90.0 % within 150 ms, not 95 %");
}

TEST(Acceptable, says_how_little_is_missing) {
  EXPECT_EQ(acceptable(with_met_share(0.94996)).reason, "burn has 94.996 % within 150 ms, not 95 %");
  EXPECT_EQ(acceptable(with_met_share(0.95 - 1e-9)).reason, "burn has just less within 150 ms, not 95 %");
}

TEST(Acceptable, names_the_service_that_nobody_answers) {
  Evaluation evaluation = with_met_share(0.0);
  evaluation.feasible = false;
  evaluation.bottleneck_load = 0.01;
  evaluation.services[0].by_node.clear();
  EXPECT_EQ(acceptable(evaluation).reason, "not feasible: burn is answered by no node");
  evaluation.services[0].by_node = {{.node = "edge-1", .variant = "builtin", .share = 1.0}};
  evaluation.services[0].completed = 0;
  EXPECT_EQ(acceptable(evaluation).reason, "not feasible: no request of burn is answered in time");
}

TEST(Acceptable, is_not_what_is_overloaded) {
  Evaluation evaluation = with_met_share(1.0);
  evaluation.feasible = false;
  const Verdict verdict = acceptable(evaluation);
  EXPECT_FALSE(verdict.holds);
  EXPECT_EQ(verdict.reason, "not feasible: edge-1 cpu at 125.0 %");
}

TEST(Acceptable, asks_nothing_of_services_that_nobody_uses) {
  Evaluation evaluation = with_met_share(0.0);
  evaluation.services[0].generated = 0;
  EXPECT_TRUE(acceptable(evaluation).holds);
}

}  // namespace
}  // namespace continuo
