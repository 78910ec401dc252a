// An Evaluation from records and counters that are written by hand.
#include "emulate/accounting.hh"

#include <gtest/gtest.h>

#include <algorithm>

namespace continuo {
namespace {

using namespace std::chrono_literals;

// One edge node of half a core, two endpoints with a link of 10 Mbit/s; one service within 100 ms.
Scenario small_scenario() {
  Scenario scenario;
  scenario.name = "small";
  scenario.tiers = {{.name = "edge", .cores = 1, .quota = 0.5, .memory = 1_GiB, .runtimes = {}},
                    {.name = "endpoint", .nodes = 2, .cores = 1, .quota = 0.25, .memory = 1_GiB, .runtimes = {}}};
  scenario.nodes = {{"edge-1", 0}, {"endpoint-1", 1}, {"endpoint-2", 1}};
  scenario.links = {{0, 0, {}, ""}, {0, 1, {}, ""}, {1, 0, {.rate = 10_Mbps}, ""}, {1, 1, {}, ""}};
  Service service;
  service.name = "read";
  service.slo = ServiceLevel{.quantile = 0.95, .bound = 100ms};
  scenario.services = {service};
  Stream stream;
  stream.name = "labels";
  stream.from = 1;
  scenario.workload = {stream};
  return scenario;
}

// Scheduled at the given time after the load began at 1000 s; 1 + 20 + 5 + 30 + 4 = 60 ms long.
LoadRecord record(Duration scheduled, std::uint64_t sequence) {
  LoadRecord made;
  made.stream = "labels";
  made.service = "read";
  made.from = "endpoint-1";
  made.sequence = sequence;
  made.scheduled = 1000s + scheduled;
  made.sent = made.scheduled + 1ms;
  made.arrived = made.sent + 20ms;
  made.queued = 5ms;
  made.served = 30ms;
  made.received = made.arrived + 39ms;
  made.node = "edge-1";
  made.variant = "v";
  return made;
}

struct RunWithRecords : RunObservations {
  std::vector<LoadRecord> records;
};

RunWithRecords one_run() {
  RunWithRecords run;
  run.load_start = 1000s;
  run.load_time = 2s;
  run.usage.resize(3);
  run.scheduled = {{{0, 1}, 3}, {{0, 2}, 1}};
  run.records = {record(0ms, 0), record(500ms, 1), record(1500ms, 2)};
  return run;
}

Evaluation account(const Scenario& scenario, const RunWithRecords& run) {
  RequestLedger requests{scenario};
  for (const LoadRecord& record : run.records) requests.add(record, run.load_start);
  return account(scenario, requests, run);
}

PathCounters path(Port from, Port to, Duration demanded, Duration transmitting) {
  PathCounters made{.from = from, .to = to, .link = {}, .measure = {}};
  made.link.demanded = demanded;
  made.link.transmitting = transmitting;
  return made;
}

// Without a name: there is none.
ResourceLoad resource(const Evaluation& evaluation, const std::string& name) {
  const auto found = std::ranges::find(evaluation.resources, name, &ResourceLoad::name);
  return found == evaluation.resources.end() ? ResourceLoad{} : *found;
}

TEST(Accounting, adds_every_latency_up_from_its_five_stages) {
  const Evaluation evaluation = account(small_scenario(), one_run());
  const ServiceResult& service = evaluation.services.at(0);
  EXPECT_EQ(service.latency.mean(), 60ms);
  EXPECT_EQ(service.stages.prepare.mean(), 1ms);
  EXPECT_EQ(service.stages.uplink.mean(), 20ms);
  EXPECT_EQ(service.stages.queue.mean(), 5ms);
  EXPECT_EQ(service.stages.service.mean(), 30ms);
  EXPECT_EQ(service.stages.downlink.mean(), 4ms);
}

TEST(Accounting, accounts_for_every_request_also_those_of_a_sender_that_died) {
  RunWithRecords run = one_run();
  run.records[1].failure = "deadline";
  const Evaluation evaluation = account(small_scenario(), run);
  const ServiceResult& service = evaluation.services.at(0);
  EXPECT_EQ(service.generated, 4U);
  EXPECT_EQ(service.completed, 2U);
  EXPECT_EQ(service.failed.at("deadline"), 1U);
  EXPECT_EQ(service.failed.at(load_died), 1U);
  EXPECT_DOUBLE_EQ(service.slo->met_share, 0.5) << "a failed request has not met the level";
}

TEST(Accounting, says_who_served_and_how_many_answers_were_right) {
  RunWithRecords run = one_run();
  run.records[0].correct = true;
  run.records[1].correct = false;
  run.records[2].node = "endpoint-1";
  const Evaluation evaluation = account(small_scenario(), run);
  const ServiceResult& service = evaluation.services.at(0);
  ASSERT_EQ(service.by_node.size(), 2U);
  EXPECT_EQ(service.by_node[0].node, "edge-1");
  EXPECT_EQ(service.by_node[0].requests, 2U);
  EXPECT_NEAR(service.by_node[1].share, 1.0 / 3.0, 1e-12);
  EXPECT_EQ(service.answers.at("labels").checked, 2U);
  EXPECT_EQ(service.answers.at("labels").correct, 1U);
}

TEST(Accounting, measures_loads_against_quota_and_rate_and_names_the_bottleneck) {
  RunWithRecords run = one_run();
  run.scheduled = {{{0, 1}, 3}};
  run.usage[0].cpu_used = 800ms;  // of 2 s * 0.5 cores
  run.usage[1].cpu_used = 100ms;  // of 2 s * 0.25 cores
  run.before.paths = {path(1, 0, 200ms, 200ms)};
  run.after.paths = {path(1, 0, 1400ms, 1200ms)};  // 1.2 s of 2 s asked for, and 1 s spent
  const Evaluation evaluation = account(small_scenario(), run);
  EXPECT_DOUBLE_EQ(resource(evaluation, "edge-1 cpu").utilisation, 0.8);
  EXPECT_DOUBLE_EQ(resource(evaluation, "endpoint-1 cpu").utilisation, 0.2);
  EXPECT_DOUBLE_EQ(resource(evaluation, "endpoint to edge").utilisation, 0.5);
  EXPECT_DOUBLE_EQ(resource(evaluation, "endpoint to edge").offered_load, 0.6);
  EXPECT_EQ(evaluation.bottleneck, "edge-1 cpu");
  EXPECT_TRUE(evaluation.feasible);
}

TEST(Accounting, takes_offered_loads_over_the_time_in_which_requests_were_generated) {
  Scenario scenario = small_scenario();
  scenario.workload[0].duration = 1600ms;
  RunWithRecords run = one_run();
  run.scheduled = {{{0, 1}, 3}};
  run.usage[0].cpu_used = 1s;  // all of the 2 s * 0.5 cores that the answers took: of 1.6 s * 0.5 cores it is 1.25
  const Evaluation evaluation = account(scenario, run);
  EXPECT_DOUBLE_EQ(resource(evaluation, "edge-1 cpu").utilisation, 1.0);
  EXPECT_DOUBLE_EQ(resource(evaluation, "edge-1 cpu").offered_load, 1.25);
  EXPECT_FALSE(evaluation.feasible);
}

TEST(Accounting, takes_requests_of_closed_loops_as_they_were_told) {
  Scenario scenario = small_scenario();
  scenario.workload[0].arrivals = ClosedLoop{.users = 2};
  scenario.workload[0].duration = 1600ms;
  RunWithRecords run = one_run();
  run.scheduled = {{{0, 1}, std::nullopt}};
  run.usage[0].cpu_used = 900ms;  // of 2 s * 0.5 cores; users fill a node, and what they wait for after the end is no overload
  const Evaluation evaluation = account(scenario, run);
  EXPECT_EQ(evaluation.services.at(0).generated, 3U);
  EXPECT_EQ(evaluation.services.at(0).failed.count(load_died), 0U);
  EXPECT_DOUBLE_EQ(resource(evaluation, "edge-1 cpu").offered_load, 0.9);
  EXPECT_TRUE(evaluation.feasible);
}

TEST(Accounting, takes_users_who_were_refused_for_no_overload) {
  Scenario scenario = small_scenario();
  scenario.workload[0].arrivals = ClosedLoop{.users = 2};
  scenario.workload[0].duration = 2s;
  RunWithRecords run = one_run();
  run.scheduled = {{{0, 1}, std::nullopt}};
  run.records[1].failure = "http-503";
  run.usage[0].cpu_used = 900ms;  // of 2 s * 0.5 cores, for two of three
  const Evaluation evaluation = account(scenario, run);
  EXPECT_DOUBLE_EQ(resource(evaluation, "edge-1 cpu").offered_load, 0.9);
  EXPECT_TRUE(evaluation.feasible);
}

TEST(Accounting, finds_open_streams_that_overload_a_node_also_where_there_are_users) {
  Scenario scenario = small_scenario();
  scenario.workload[0].duration = 1600ms;
  scenario.workload.push_back(scenario.workload[0]);
  scenario.workload[1].name = "users";
  scenario.workload[1].arrivals = ClosedLoop{.users = 1};
  RunWithRecords run = one_run();
  run.scheduled = {{{0, 1}, 2}, {{1, 1}, std::nullopt}};
  run.records[1].stream = "users";
  run.records[0].served = 25ms;  // of 25 + 5 + 20 ms, 5 ms for the user: a tenth
  run.records[1].served = 5ms;
  run.records[2].served = 20ms;
  run.usage[0].cpu_used = 1s;  // all of 2 s * 0.5 cores: 0.9 for the open stream, 1.125 over the 1.6 s in which it sent
  const Evaluation evaluation = account(scenario, run);
  EXPECT_DOUBLE_EQ(resource(evaluation, "edge-1 cpu").offered_load, 1.125);
  EXPECT_FALSE(evaluation.feasible);
  scenario.workload[0].duration = 1900ms;  // 0.9 * 2 / 1.9 = 0.947: the user takes what is left
  EXPECT_DOUBLE_EQ(resource(account(scenario, run), "edge-1 cpu").offered_load, 0.999999);
}

TEST(Accounting, tells_how_busy_a_device_is_that_a_profile_stands_for) {
  Scenario scenario = small_scenario();
  Variant& variant = scenario.services[0].package.variants.emplace_back();
  variant.name = "v";
  variant.runtime = "profiled";
  RunWithRecords run = one_run();
  run.scheduled = {{{0, 1}, 3}};
  const Evaluation evaluation = account(scenario, run);
  EXPECT_EQ(resource(evaluation, "edge-1 profiled").kind, ResourceKind::accelerator);
  EXPECT_DOUBLE_EQ(resource(evaluation, "edge-1 profiled").utilisation, 0.045) << "three requests of 30 ms in 2 s";
  EXPECT_EQ(account(small_scenario(), run).resources.size() + 1, evaluation.resources.size());
}

TEST(Accounting, finds_a_link_saturated_that_an_event_made_slow) {
  // 100 Mbit/s for a second, in which 1.25 MB take 0.1 s; then 1 Mbit/s for a second, in which 250 kB would take 2 s.
  LinkQueue<int> link{{.rate = 100_Mbps}, Seed{1}};
  for (int packet = 0; packet < 1000; ++packet) link.accept(packet, 1250_B, scenario_start);
  link.change({.rate = 1_Mbps}, scenario_start + 1s);
  for (int packet = 0; packet < 200; ++packet) link.accept(packet, 1250_B, scenario_start + 1s);
  RunWithRecords run = one_run();
  run.after.paths = {{.from = 1, .to = 0, .link = link.counters(), .measure = {}}};
  Scenario scenario = small_scenario();
  for (const std::optional<BitRate> at_first : {std::optional{100_Mbps}, std::optional<BitRate>{}}) {
    scenario.links[2].properties.rate = at_first;  // what the file said does not matter
    const Evaluation evaluation = account(scenario, run);
    EXPECT_DOUBLE_EQ(resource(evaluation, "endpoint to edge").offered_load, 1.05);
    EXPECT_EQ(evaluation.bottleneck, "endpoint to edge");
    EXPECT_FALSE(evaluation.feasible);
  }
}

TEST(Accounting, tells_the_link_of_two_nodes_from_that_of_their_tiers_and_names_the_busiest_pair_of_these) {
  Scenario scenario = small_scenario();
  scenario.nodes.push_back({"endpoint-3", 1});
  scenario.pair_links = {{.from = 2, .to = 0, .properties = {.rate = 1_Mbps}, .label = "endpoint-2 to edge-1"}};
  RunWithRecords run = one_run();
  run.after.paths = {path(1, 0, 200ms, 200ms), path(2, 0, 1800ms, 1700ms), path(3, 0, 400ms, 300ms)};
  const Evaluation evaluation = account(scenario, run);
  EXPECT_DOUBLE_EQ(resource(evaluation, "endpoint to edge").offered_load, 0.2);
  EXPECT_DOUBLE_EQ(resource(evaluation, "endpoint to edge").utilisation, 0.15);
  EXPECT_DOUBLE_EQ(resource(evaluation, "endpoint-2 to edge-1").offered_load, 0.9);
  EXPECT_EQ(evaluation.bottleneck, "endpoint-2 to edge-1");
}

TEST(Accounting, has_each_access_link_that_carried_something) {
  RunWithRecords run = one_run();
  const auto access = [](Port port, bool up, Duration demanded) {
    return AccessCounters{.port = port, .up = up, .link = path(0, 0, demanded, demanded).link, .measure = {}};
  };
  run.before.access = {access(1, true, 500ms), access(2, false, 100ms)};
  run.after.access = {access(1, true, 1500ms), access(1, false, 200ms), access(2, false, 100ms)};
  const Evaluation evaluation = account(small_scenario(), run);
  EXPECT_DOUBLE_EQ(resource(evaluation, "endpoint-1 up").offered_load, 0.5);
  EXPECT_DOUBLE_EQ(resource(evaluation, "endpoint-1 down").offered_load, 0.1);
  EXPECT_EQ(resource(evaluation, "endpoint-2 down").name, "") << "nothing came after the load began";
}

TEST(Accounting, counts_what_was_not_served_as_demand) {
  RunWithRecords run = one_run();  // three of four completed
  run.usage[0].cpu_used = 900ms;    // 0.9 of the node: 1.2 had all been served
  const Evaluation evaluation = account(small_scenario(), run);
  EXPECT_NEAR(evaluation.bottleneck_load, 1.2, 1e-12);
  EXPECT_FALSE(evaluation.feasible);
}

TEST(Accounting, shows_each_second_who_served) {
  const Evaluation evaluation = account(small_scenario(), one_run());
  ASSERT_EQ(evaluation.timeline.size(), 2U);
  EXPECT_EQ(evaluation.timeline[0].completed_by_node.at("edge-1"), 2U);
  EXPECT_EQ(evaluation.timeline[1].completed_by_node.at("edge-1"), 1U);
}

TEST(Accounting, of_a_run_without_a_request_is_empty_and_feasible) {
  const Evaluation evaluation = account(small_scenario(), RunWithRecords{});
  EXPECT_EQ(evaluation.services.at(0).generated, 0U);
  EXPECT_TRUE(evaluation.feasible);
  EXPECT_EQ(evaluation.bottleneck, "");
}

}  // namespace
}  // namespace continuo
