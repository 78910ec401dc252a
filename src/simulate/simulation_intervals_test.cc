// What is too much for a while is not feasible, though it is little over the whole run.
#include <gmock/gmock.h>

#include "simulate/service_for_tests.hh"
#include "simulate/simulate.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

// Streams x, from 0 to 10 s, and y, both of 20 ms of service every `interval`.
Scenario of_two(Duration interval, Duration start, Duration duration) {
  Scenario scenario = test::endpoint_and_edge();
  scenario.workload[0].arrivals = Periodic{interval};
  scenario.workload.push_back(scenario.workload[0]);
  scenario.workload[0].name = "x";
  scenario.workload[1].name = "y";
  scenario.workload[1].start = start;
  scenario.workload[1].duration = duration;
  return scenario;
}

TEST(SimulatedIntervals, streams_apart_load_a_node_as_much_as_one_of_them) {
  const Evaluation evaluation = evaluate(of_two(40ms, 30s, 10s), test::bare_options());
  EXPECT_TRUE(evaluation.feasible);
  EXPECT_EQ(evaluation.bottleneck, "edge-1 cpu");
  EXPECT_NEAR(evaluation.bottleneck_load, 0.5, 0.005);           // 20 / 40
  EXPECT_NEAR(evaluation.resources[0].offered_load, 0.25, 0.003);  // for 20 of 40 s
  EXPECT_THAT(evaluation.notes, Contains(HasSubstr("from 0 s to 10 s, when x sends alone")));
}

TEST(SimulatedIntervals, what_is_too_much_for_a_while_is_not_feasible) {
  // 62.5 % each: 125 % for 2 of 10 s, and 75 % in the mean. What waits is served later, within its deadline.
  const Evaluation evaluation = evaluate(of_two(32ms, 4s, 2s), test::bare_options());
  EXPECT_EQ(evaluation.services[0].completed, evaluation.services[0].generated);
  EXPECT_FALSE(evaluation.feasible);
  EXPECT_NEAR(evaluation.bottleneck_load, 1.25, 0.02);
  EXPECT_NEAR(evaluation.resources[0].offered_load, 0.75, 0.01);
  EXPECT_THAT(evaluation.notes, Contains(HasSubstr("overloaded: edge-1 cpu")));
}

TEST(SimulatedIntervals, are_not_told_of_where_all_streams_send_together) {
  const Evaluation evaluation = evaluate(of_two(100ms, 0s, 10s), test::bare_options());
  EXPECT_NEAR(evaluation.bottleneck_load, 0.4, 0.005);
  EXPECT_THAT(evaluation.notes, Not(Contains(HasSubstr("is asked for most"))));
}

TEST(SimulatedIntervals, a_node_that_is_asked_for_exactly_what_it_can_do_is_full) {
  // Each request leaves as the next one comes: all are served, but demand is not less than capacity.
  Scenario scenario = test::endpoint_and_edge();
  scenario.workload[0].arrivals = Periodic{20ms};
  const Evaluation evaluation = evaluate(scenario, test::bare_options());
  EXPECT_EQ(evaluation.services[0].completed, 500U);
  EXPECT_NEAR(evaluation.bottleneck_load, 1.0, 1e-9);
  EXPECT_FALSE(evaluation.feasible);
}

}  // namespace
}  // namespace continuo
