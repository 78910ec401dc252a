// Scenarios with a handful of requests, each of whose times is worked out in the test, to the nanosecond.
#include <gtest/gtest.h>

#include "simulate/service_for_tests.hh"
#include "simulate/simulate.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr TierIndex edge_tier = 0;
constexpr TierIndex endpoint_tier = 1;
constexpr TierIndex cloud_tier = 2;

// Two endpoints 5 ms from an edge node and 20 ms from a cloud node, each way, over links without limits. The service takes 20 ms.
Scenario scenario_without_load() {
  Scenario scenario;
  scenario.name = "golden";
  scenario.tiers = {{.name = "edge", .runtimes = {}},
                    {.name = "endpoint", .role = Role::endpoint, .nodes = 2, .runtimes = std::vector<std::string>{}},
                    {.name = "cloud", .role = Role::cloud, .runtimes = {}}};
  scenario.nodes = {{"edge-1", edge_tier}, {"endpoint-1", endpoint_tier}, {"endpoint-2", endpoint_tier}, {"cloud-1", cloud_tier}};
  const LinkProperties near{.delay = 5ms};
  const LinkProperties far{.delay = 20ms};
  for (TierIndex from = 0; from < 3; ++from) {
    for (TierIndex to = 0; to < 3; ++to) scenario.links.push_back({from, to, from == cloud_tier || to == cloud_tier ? far : near, ""});
  }
  scenario.sites = {{"all", {0, 1, 2, 3}}};
  scenario.services = {test::service_taking(20ms)};
  scenario.placement = PlaceOnTier{edge_tier};
  return scenario;
}

// Each endpoint sends one request of 1000 bytes at `start`: the phase within an interval of one nanosecond is none.
void send_at(Scenario& scenario, Duration start) {
  Stream stream;
  stream.name = "at-" + std::to_string(start.count());
  stream.from = endpoint_tier;
  stream.arrivals = Periodic{1ns};
  stream.input_size = 1000_B;
  stream.start = start;
  stream.duration = 1ns;
  stream.deadline = 5s;
  scenario.workload.push_back(stream);
}

void keep_one_endpoint(Scenario& scenario) {
  scenario.tiers[endpoint_tier].nodes = 1;
  scenario.nodes.erase(scenario.nodes.begin() + 2);
  scenario.sites = {{"all", {0, 1, 2}}};
}

ServiceResult result_of(const Scenario& scenario) {
  SimulateOptions options = test::bare_options();
  options.prepare_time = 15us;
  return evaluate(scenario, options).services.at(0);
}

void expect_between(const Histogram& times, Duration least, Duration most) {
  EXPECT_EQ(times.min(), least);
  EXPECT_EQ(times.max(), most);
}

TEST(GoldenTimes, of_two_sources_that_collide_in_a_queue) {
  Scenario scenario = scenario_without_load();
  scenario.tiers[endpoint_tier].quota = 0.5;
  send_at(scenario, 0ns);
  const ServiceResult service = result_of(scenario);
  ASSERT_EQ(service.completed, 2U);
  //              endpoint-1                endpoint-2
  // prepared      0.030  15 us at half a core
  // connected    10.030  a round trip
  // arrived      15.030                    15.030
  // in service   15.030                    35.030
  // served       35.030                    55.030
  // received     40.030                    60.030
  expect_between(service.stages.prepare, 30us, 30us);
  expect_between(service.stages.uplink, 15ms, 15ms);
  expect_between(service.stages.queue, 0ns, 20ms);
  expect_between(service.stages.service, 20ms, 20ms);
  expect_between(service.stages.downlink, 5ms, 5ms);
  expect_between(service.latency, 40ms + 30us, 60ms + 30us);
}

TEST(GoldenTimes, of_two_requests_on_a_link_with_a_rate) {
  Scenario scenario = scenario_without_load();
  keep_one_endpoint(scenario);
  scenario.links[3 * endpoint_tier + edge_tier].properties.rate = 1_Mbps;
  send_at(scenario, 0ns);
  send_at(scenario, 12ms);
  const ServiceResult service = result_of(scenario);
  ASSERT_EQ(service.completed, 2U);
  // 1000 bytes and 52 of headers at 1 Mbit/s: 8.416 ms.
  //               first                    second
  // prepared       0.015                   12.015
  // transmitted   10.015 to 18.431         18.431 to 26.847
  // arrived       23.431                   31.847
  // served        23.431 to 43.431         43.431 to 63.431
  // received      48.431                   68.431 - 12.000 = 56.431
  expect_between(service.stages.uplink, 19'832us, 23'416us);
  expect_between(service.stages.queue, 0ns, 11'584us);
  expect_between(service.stages.downlink, 5ms, 5ms);
  expect_between(service.latency, 48'431us, 56'431us);
}

TEST(GoldenTimes, of_two_jobs_that_share_a_quota_for_a_while) {
  Scenario scenario = scenario_without_load();
  keep_one_endpoint(scenario);
  scenario.tiers[edge_tier].cores = 2;
  scenario.tiers[edge_tier].quota = 0.75;  // two workers, one and a half cores
  send_at(scenario, 0ns);
  send_at(scenario, 12ms);
  const ServiceResult service = result_of(scenario);
  ASSERT_EQ(service.completed, 2U);
  // 7.5 ms of work every 5 ms; a half of each thread's slice, 2.5 ms, outlasts a period. The first comes at 15.015, in the middle of one, the
  // second at 17.015.
  //   until     beginning with   spent by each: first      second
  //   17.015    7.5                             2.0
  //   17.515    5.5                             0.5        0.5
  //   22.515    4.5 + 7.5                       5.0        5.0
  //   27.515    2.0 + 7.5                       4.75       4.75    until 27.265
  //   32.515    7.5                             3.75       3.75    until 31.265
  //   37.515    7.5                             3.75       3.75    until 36.265
  //   37.765    7.5                             0.25       0.25    the first has its 20
  //   39.765    7.0                                        2.0     so has the second
  // The first opens the connection, 10 ms.
  expect_between(service.stages.queue, 0ns, 0ns);
  expect_between(service.stages.service, 22'750us, 22'750us);
  expect_between(service.latency, 32'765us, 42'765us);
}

TEST(GoldenTimes, of_a_request_whose_node_is_killed) {
  Scenario scenario = scenario_without_load();
  keep_one_endpoint(scenario);
  scenario.placement = PlaceExplicitly{{{0, {0, 2}}}};
  send_at(scenario, 0ns);
  scenario.events = {{20ms, CommandNodes{NodeCommand::kill, {0}}, "kill"}};
  const ServiceResult service = result_of(scenario);
  ASSERT_EQ(service.completed, 1U);
  // At the edge node from 15.015 on. The end of its connection is known at 25; the cloud node is connected at 65, has the request at
  // 85, has served it at 105, and its answer is there at 125.
  EXPECT_EQ(service.by_node.at(0).node, "cloud-1");
  expect_between(service.stages.uplink, 85ms - 15us, 85ms - 15us);
  expect_between(service.stages.service, 20ms, 20ms);
  expect_between(service.stages.downlink, 20ms, 20ms);
  expect_between(service.latency, 125ms, 125ms);
}

TEST(GoldenTimes, of_a_request_whose_node_falls_silent) {
  Scenario scenario = scenario_without_load();
  keep_one_endpoint(scenario);
  scenario.placement = PlaceExplicitly{{{0, {0, 2}}}};
  send_at(scenario, 0ns);
  scenario.events = {{20ms, CommandNodes{NodeCommand::pause, {0}}, "pause"}};
  const ServiceResult service = result_of(scenario);
  ASSERT_EQ(service.completed, 1U);
  // Its lease runs out at 1520; then to the cloud node as above, 100 ms.
  EXPECT_EQ(service.by_node.at(0).node, "cloud-1");
  expect_between(service.latency, 1620ms, 1620ms);
}

// From 0 on, for so long.
void let_users_send(Scenario& scenario, const ClosedLoop& users, Duration duration) {
  send_at(scenario, 0ns);
  scenario.workload.back().arrivals = users;
  scenario.workload.back().duration = duration;
}

TEST(GoldenTimes, of_one_user_who_never_waits_for_itself) {
  Scenario scenario = scenario_without_load();
  keep_one_endpoint(scenario);
  let_users_send(scenario, {.users = 1, .think = 1ns}, 1s);
  const ServiceResult service = result_of(scenario);
  // The first opens the connection and takes 40.015 ms, each other one 30.015; between them 1 ns is thought. They begin at 0,
  // 40.015001, 70.030002, ...: 33 of them, the last at 40.015001 + 31 * 30.015001 = 970.480032.
  EXPECT_EQ(service.generated, 33U);
  EXPECT_EQ(service.completed, 33U);
  expect_between(service.latency, 30ms + 15us, 40ms + 15us);
  EXPECT_EQ(service.stages.queue.max(), 0ns);
}

TEST(GoldenTimes, of_two_users_who_take_turns) {
  Scenario scenario = scenario_without_load();
  let_users_send(scenario, {.users = 1}, 500ms);
  const ServiceResult service = result_of(scenario);
  // One on each endpoint, both at 0 and without thinking: one is served from 15.015 to 35.015, the other from 35.015 to 55.015. The first
  // has its answer at 40.015, is there again at 45.03 and waits until 55.015; the other has its answer at 60.015, is there again at
  // 65.03, and waits until 75.015: from then on each waits 9.985 ms and takes 40 ms, and there is always one in service.
  expect_between(service.stages.queue, 0ns, 20ms);
  EXPECT_EQ(service.latency.percentile(0.5), service.latency.percentile(0.6));
  // Served to the end at 35.015 + 20 n: those that began before 500 ms are answered too. A user begins at 40.015 + 40 n and the
  // other at 60.015 + 40 n: 12 and 11 of them before 500 ms, and the first two.
  EXPECT_EQ(service.completed, 25U);
}

TEST(Simulation, is_not_overloaded_by_users_who_fill_it) {
  Scenario scenario = scenario_without_load();
  let_users_send(scenario, {.users = 8}, 1s);
  SimulateOptions options;
  options.message_overhead = Bytes::zero();
  // There is always one in service, from the first on, until 16 users have their last answers.
  const Evaluation evaluation = evaluate(scenario, options);
  EXPECT_GT(evaluation.bottleneck_load, 0.95);
  EXPECT_LT(evaluation.bottleneck_load, 1.0);
  EXPECT_TRUE(evaluation.feasible);
}

// 64 wait and one is served: the others of 150 are refused, and come back every millisecond. Preparing them is theirs, too.
TEST(Simulation, is_not_overloaded_by_users_whom_it_refuses) {
  Scenario scenario = scenario_without_load();
  scenario.tiers[endpoint_tier].quota = 0.01;
  let_users_send(scenario, {.users = 75}, 1s);
  const Evaluation evaluation = evaluate(scenario, {});
  EXPECT_GT(evaluation.services.at(0).generated, 10 * evaluation.services.at(0).completed);
  EXPECT_LT(evaluation.bottleneck_load, 1.0);
  EXPECT_TRUE(evaluation.feasible);
}

// Three periodic sources of 20 a second and 20 ms each ask for 1.2 of the node, beside a user or not: 300 of 20 ms in 5 s.
TEST(Simulation, is_overloaded_by_open_streams_also_where_there_are_users) {
  Scenario scenario = scenario_without_load();
  keep_one_endpoint(scenario);
  for (int stream = 0; stream < 3; ++stream) {
    send_at(scenario, 0ns);
    scenario.workload.back().name = "open-" + std::to_string(stream);
    scenario.workload.back().arrivals = Periodic{50ms};
    scenario.workload.back().duration = 5s;
    scenario.workload.back().deadline = 60s;
  }
  const Evaluation alone = evaluate(scenario, {});
  let_users_send(scenario, {.users = 1, .think = 20s}, 5s);
  const Evaluation beside = evaluate(scenario, {});
  for (const Evaluation* evaluation : {&alone, &beside}) {
    EXPECT_EQ(evaluation->bottleneck, "edge-1 cpu");
    EXPECT_NEAR(evaluation->bottleneck_load, 1.2, 0.001);
    EXPECT_FALSE(evaluation->feasible);
  }
}

// One of these sources asks for 0.4: users take the rest, and wait for their last answers after it has ended.
TEST(Simulation, is_not_overloaded_by_users_who_take_what_open_streams_leave) {
  Scenario scenario = scenario_without_load();
  keep_one_endpoint(scenario);
  let_users_send(scenario, {.users = 20}, 5s);
  send_at(scenario, 0ns);
  scenario.workload.back().arrivals = Periodic{50ms};
  scenario.workload.back().duration = 5s;
  const Evaluation evaluation = evaluate(scenario, {});
  EXPECT_GT(evaluation.bottleneck_load, 0.95);
  EXPECT_TRUE(evaluation.feasible);
}

// The first request comes in the middle of a period and finds all of its quota: 2.5 ms of work in 2.5 ms, of which 1.25 are on offer.
TEST(Simulation, is_not_overloaded_by_users_who_spend_a_quota) {
  Scenario scenario = scenario_without_load();
  scenario.tiers[edge_tier].quota = 0.5;
  for (Link& link : scenario.links) link.properties.delay = 0ns;
  let_users_send(scenario, {.users = 30}, 5s);
  const Evaluation evaluation = evaluate(scenario, {});
  EXPECT_DOUBLE_EQ(evaluation.bottleneck_load, 0.999999) << "all of it, as far as users can fill it";
  EXPECT_TRUE(evaluation.feasible);
}

// 1.6 kB, 125 ms of the link: an open stream asks for 0.31 of it every 400 ms, 20 users for the rest and wait for their last answers.
TEST(Simulation, is_not_overloaded_by_users_who_take_what_open_streams_leave_of_a_link) {
  Scenario scenario = scenario_without_load();
  keep_one_endpoint(scenario);
  for (Link& link : scenario.links) link.properties.rate = BitRate::bits_per_second(100'000);
  let_users_send(scenario, {.users = 20}, 5s);
  send_at(scenario, 0ns);
  scenario.workload.back().arrivals = Periodic{400ms};
  scenario.workload.back().duration = 5s;
  SimulateOptions options;
  options.response_size = 100_B;
  const Evaluation evaluation = evaluate(scenario, options);
  EXPECT_EQ(evaluation.bottleneck, "endpoint to edge");
  EXPECT_GT(evaluation.bottleneck_load, 0.95);
  EXPECT_TRUE(evaluation.feasible);
}

TEST(GoldenTimes, of_a_user_whose_request_fails) {
  Scenario scenario = scenario_without_load();
  keep_one_endpoint(scenario);
  let_users_send(scenario, {.users = 1, .think = 1ns}, 100ms);
  scenario.placement = PlaceExplicitly{{{0, {}}}};
  const ServiceResult service = result_of(scenario);
  // No node has the service: a failure 15 us after each request, and the next a millisecond later: at 1.015 n, 99 of them.
  EXPECT_EQ(service.failed.at("no-node"), 99U);
  EXPECT_EQ(service.generated, 99U);
}

TEST(GoldenTimes, of_users_whose_node_is_killed) {
  Scenario scenario = scenario_without_load();
  keep_one_endpoint(scenario);
  let_users_send(scenario, {.users = 1, .think = 1ns}, 10s);
  scenario.events = {{50ms, CommandNodes{NodeCommand::kill, {1}}, "kill"}};
  const ServiceResult service = result_of(scenario);
  EXPECT_EQ(service.completed, 1U) << "at 40.015";
  EXPECT_EQ(service.failed.at("sender-killed"), 1U);
  EXPECT_EQ(service.generated, 2U);
}

}  // namespace
}  // namespace continuo
