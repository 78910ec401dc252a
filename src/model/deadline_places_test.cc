#include "model/deadline_places.hh"

#include <gtest/gtest.h>

#include "model/model.hh"
#include "model/sample_scenario.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

// Requests of 20 ms on the one endpoint that sends them.
Scenario on_itself(double rate, Duration deadline) {
  Scenario scenario = sample_scenario({.placed_on = 2, .service_time = 20ms, .rate = rate, .poisson = true});
  scenario.workload[0].deadline = deadline;
  return scenario;
}

std::vector<int> places(const Scenario& scenario) {
  ModelOptions options;
  options.prepare_time = 0s;
  return make_flows(scenario, options).places;
}

double failed_share(const ServiceResult& service) { return 1 - static_cast<double>(service.completed) / static_cast<double>(service.generated); }

TEST(DeadlinePlaces, are_as_many_services_as_fit_before_the_deadline) {
  EXPECT_EQ(places(on_itself(20, 100ms)), std::vector{4}) << "80 ms are left before its own 20: four of them";
  EXPECT_EQ(places(on_itself(20, 99ms)), std::vector{3});
  EXPECT_EQ(places(on_itself(20, 60s)), std::vector{64}) << "the service's own";
  EXPECT_EQ(places(on_itself(20, 10ms)), std::vector{64}) << "none is in time, not even alone: these are not sent at all";
  EXPECT_EQ(places(on_itself(20, Duration{})), std::vector{64});
}

TEST(DeadlinePlaces, refuse_what_erlang_says_where_none_may_wait) {
  // 0.4 Erlang at one worker that takes a request when it is idle: 0.4 / 1.4 find it busy.
  const ServiceResult service = evaluate(on_itself(20, 30ms), {}).services.at(0);
  EXPECT_NEAR(failed_share(service), 0.4 / 1.4, 1e-3);
  EXPECT_EQ(service.failed.size(), 1U);
  EXPECT_TRUE(service.failed.contains("http-504"));
  EXPECT_NEAR(service.latency.summary().mean_ns, 20e6, 0.2e6) << "and those that it takes do not wait";
}

TEST(DeadlinePlaces, count_the_time_on_the_way) {
  Scenario scenario = sample_scenario({.edge = {1, 1, 1.0}, .service_time = 20ms, .rate = 20, .input = 1000_B, .link = {.delay = 5ms}, .poisson = true});
  scenario.workload[0].deadline = 100ms;
  EXPECT_EQ(places(scenario), std::vector{3}) << "10 ms there and back, and 20: 70 are left";
}

TEST(DeadlinePlaces, are_taken_by_what_is_on_its_way) {
  // 10 ms there and back and 20 of service: 30 in which no other is sent, 1.2 Erlang.
  Scenario scenario = sample_scenario({.edge = {1, 1, 1.0}, .service_time = 20ms, .rate = 40, .input = 1000_B, .link = {.delay = 5ms}, .poisson = true});
  scenario.workload[0].deadline = 45ms;
  EXPECT_NEAR(failed_share(evaluate(scenario, {}).services.at(0)), 1.2 / 2.2, 0.01);
}

TEST(DeadlinePlaces, are_not_known_where_several_nodes_send) {
  Scenario scenario = sample_scenario({.edge = {1, 1, 1.0}, .endpoint = {2, 1, 1.0}, .service_time = 20ms, .rate = 20, .input = 1000_B, .link = {.delay = 5ms}, .poisson = true});
  scenario.workload[0].deadline = 100ms;
  EXPECT_EQ(places(scenario), std::vector{64});
}

TEST(DeadlinePlaces, are_those_of_the_most_patient_sender) {
  Scenario scenario = on_itself(10, 100ms);
  scenario.workload.push_back(scenario.workload[0]);
  scenario.workload[1].name = "patient";
  scenario.workload[1].deadline = 200ms;
  EXPECT_EQ(places(scenario), std::vector{9});
  scenario.workload[1].deadline = Duration{};
  EXPECT_EQ(places(scenario), std::vector{64});
}

}  // namespace
}  // namespace continuo
