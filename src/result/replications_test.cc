#include "result/replications.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

// Requests that took so long each, in a run of 10 s.
Evaluation run_of(std::uint64_t seed, const std::vector<Duration>& latencies) {
  ServiceResult service;
  service.name = "read";
  service.generated = latencies.size() + 1;
  service.completed = latencies.size();
  service.failed = {{"deadline", 1}};
  for (const Duration latency : latencies) {
    service.latency.add(latency);
    service.stages.uplink.add(latency);
  }
  service.slo = ServiceLevelMet{.bound = 50ms, .quantile = 0.95, .met_share = service.latency.share_within(50ms)};
  service.by_node = {{.node = seed % 2 == 0 ? "even" : "odd", .variant = "v", .share = 1.0, .requests = latencies.size()}};
  Evaluation evaluation;
  evaluation.scenario = "small";
  evaluation.fidelity = Fidelity::simulate;
  evaluation.seed = Seed{seed};
  evaluation.duration = 10s;
  evaluation.services = {service};
  evaluation.resources = {{.name = "odd cpu", .utilisation = 0.1 * static_cast<double>(seed), .offered_load = 0.1 * static_cast<double>(seed)}};
  return evaluation;
}

TEST(Replications, have_seeds_of_their_own_of_which_the_first_is_the_scenarios) {
  EXPECT_EQ(replication_seed(Seed{7}, 0).value(), 7U);
  EXPECT_NE(replication_seed(Seed{7}, 1).value(), replication_seed(Seed{7}, 2).value());
  EXPECT_EQ(replication_seed(Seed{7}, 1).value(), replication_seed(Seed{7}, 1).value());
}

TEST(Replications, average_the_load_of_the_interval_that_asks_for_most) {
  std::vector<Evaluation> runs{run_of(1, {10ms}), run_of(2, {10ms})};
  for (Evaluation& run : runs) {  // 10 and 20 % over the whole run, six times as much for a sixth of it
    run.bottleneck = "odd cpu";
    run.bottleneck_load = 6 * run.resources[0].offered_load;
    run.feasible = run.bottleneck_load < 1.0;
  }
  const Evaluation all = merge_replications(runs);
  EXPECT_DOUBLE_EQ(all.bottleneck_load, 0.9);
  EXPECT_DOUBLE_EQ(all.resources.at(0).offered_load, 0.15);
  EXPECT_FALSE(all.feasible) << "one was not";
}

// Any table of the distribution: t(0.975; 1) = 12.706, (0.975; 4) = 2.776, (0.975; 30) = 2.042.
TEST(Replications, take_students_t_from_the_tables) {
  EXPECT_NEAR(student_t(0.95, 1), 12.706, 0.0005);
  EXPECT_NEAR(student_t(0.95, 4), 2.776, 0.0005);
  EXPECT_NEAR(student_t(0.95, 30), 2.042, 0.0005);
}

TEST(Replications, add_up_what_was_counted_and_average_the_loads) {
  const std::vector<Evaluation> runs{run_of(1, {10ms, 20ms}), run_of(2, {30ms, 40ms, 80ms})};
  const Evaluation all = merge_replications(runs);
  const ServiceResult& service = all.services.at(0);
  EXPECT_EQ(service.generated, 7U);
  EXPECT_EQ(service.completed, 5U);
  EXPECT_EQ(service.failed.at("deadline"), 2U);
  EXPECT_EQ(service.latency.count(), 5U);
  EXPECT_EQ(service.latency.mean(), 36ms);
  EXPECT_EQ(service.stages.uplink.max(), 80ms);
  EXPECT_DOUBLE_EQ(service.by_node.at(0).share, 0.4);
  EXPECT_DOUBLE_EQ(service.by_node.at(1).share, 0.6);
  EXPECT_NEAR(service.slo->met_share, (1.0 * 3 + 2.0 / 3 * 4) / 7, 1e-12) << "of 3 and 4 requests";
  EXPECT_EQ(all.duration, 20s);
  EXPECT_DOUBLE_EQ(all.resources.at(0).utilisation, 0.15);
  EXPECT_EQ(all.bottleneck, "odd cpu");
  EXPECT_EQ(all.replications->seeds, (std::vector<Seed>{Seed{1}, Seed{2}}));
}

TEST(Replications, have_the_bottleneck_of_the_mean_loads_also_where_the_first_was_busier) {
  std::vector<Evaluation> runs{run_of(9, {10ms}), run_of(1, {10ms})};
  for (Evaluation& run : runs) find_bottleneck(run);
  EXPECT_DOUBLE_EQ(runs[0].bottleneck_load, 0.9);
  EXPECT_DOUBLE_EQ(merge_replications(runs).bottleneck_load, 0.5);
}

TEST(Replications, know_their_figures_to_a_students_interval) {
  // Means 10, 12, 14 ms: standard deviation 2 ms, t(0.975; 2) = 4.3027, half width 4.3027 * 2 / sqrt(3) = 4.9683 ms; 12 ms in all.
  const std::vector<Evaluation> runs{run_of(1, {10ms}), run_of(2, {12ms}), run_of(3, {14ms})};
  const HalfWidths widths = merge_replications(runs).services.at(0).half_widths.value();
  EXPECT_NEAR(to_milliseconds(widths.mean), 4.9683, 1e-4);
  EXPECT_NEAR(to_milliseconds(widths.p99), 4.9683, 1e-4);
  EXPECT_NEAR(relative_half_width(runs).value(), 4.9683 / 12, 1e-4);
}

TEST(Replications, are_the_plain_run_if_there_is_one) {
  const Evaluation one = merge_replications(std::vector{run_of(1, {10ms})});
  EXPECT_FALSE(one.replications);
  EXPECT_FALSE(one.services.at(0).half_widths);
  EXPECT_TRUE(one.notes.empty());
  EXPECT_FALSE(relative_half_width(std::vector{run_of(1, {10ms})}));
}

TEST(Replications, know_nothing_yet_of_a_service_that_completed_requests_only_once) {
  EXPECT_FALSE(relative_half_width(std::vector{run_of(1, {10ms}), run_of(2, {})}));
}

}  // namespace
}  // namespace continuo
