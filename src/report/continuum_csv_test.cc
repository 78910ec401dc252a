// Continuum's columns: trimmed as it trims, and said to be.
#include "report/continuum_csv.hh"

#include <gmock/gmock.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// 1 ms, 2 ms, ... 100 ms.
Histogram hundred() {
  Histogram histogram;
  for (int ms = 1; ms <= 100; ++ms) histogram.add(std::chrono::milliseconds{ms});
  return histogram;
}

TEST(ContinuumCsv, takes_mean_and_deviation_between_the_5th_and_the_90th_percentile) {
  // 6 ms to 90 ms are left, 85 values in steps of 1: mean 48, deviation sqrt((85^2 - 1) / 12) = 24.54.
  const auto figures = trimmed(hundred());
  ASSERT_TRUE(figures.has_value());
  EXPECT_NEAR(figures->mean_ms, 48.0, 48.0 * 0.001);
  EXPECT_NEAR(figures->sd_ms, 24.54, 24.54 * 0.002);
  EXPECT_FALSE(trimmed(Histogram{}).has_value());
}

TEST(ContinuumCsv, does_not_know_the_slowest_tenth) {
  Histogram histogram;
  histogram.add(10ms, 90);
  histogram.add(1s, 10);
  EXPECT_NEAR(trimmed(histogram)->mean_ms, 10.0, 0.01);
}

TEST(ContinuumCsv, has_one_row_a_service_with_continuums_columns) {
  Scenario scenario;
  scenario.tiers = {{.name = "endpoint", .role = Role::endpoint, .nodes = 2}};
  scenario.services = {{.name = "images"}};
  Stream stream;
  stream.arrivals = Periodic{200ms};
  stream.input_size = 65'280_B;
  scenario.workload = {stream};
  ServiceResult service;
  service.name = "images";
  service.latency.add(100ms, 10);
  service.stages.service.add(80ms, 10);
  service.by_node = {{.node = "edge-1", .variant = "one"}, {.node = "edge-2", .variant = "one"}};
  Evaluation evaluation;
  evaluation.scenario = "two, tiers";
  evaluation.duration = 60s;
  evaluation.services = {service};
  const std::string csv = render_continuum_csv(scenario, {&evaluation, 1});
  EXPECT_THAT(csv, HasSubstr(",worker_id,total_time (s),delay_avg (ms),delay_stdev (ms),proc_time/data (ms),endpoint_id,"
                             "preproc_time/data (ms),data_size_avg (kb),latency_avg (ms),latency_stdev (ms)\r\n"));
  // Delay and preprocessing are not known.
  EXPECT_THAT(csv, HasSubstr("\"two, tiers\",model,1,,true,images,5-90 %,edge-1 edge-2,60,,,80"));
  EXPECT_THAT(csv, HasSubstr(",endpoint,,65.28,100"));
}

}  // namespace
}  // namespace continuo
