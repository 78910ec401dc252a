// An Evaluation from records and counters that are written by hand.
#include "emulate/accounting.hh"

#include <gtest/gtest.h>

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

RunObservations one_run() {
  RunObservations run;
  run.load_start = 1000s;
  run.load_time = 2s;
  run.usage.resize(3);
  run.scheduled = {{{0, 1}, 3}, {{0, 2}, 1}};
  run.records = {record(0ms, 0), record(500ms, 1), record(1500ms, 2)};
  return run;
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
  RunObservations run = one_run();
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
  RunObservations run = one_run();
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
  RunObservations run = one_run();
  run.scheduled = {{{0, 1}, 3}};
  run.usage[0].cpu_used = 800ms;  // of 2 s * 0.5 cores
  run.usage[1].cpu_used = 100ms;  // of 2 s * 0.25 cores
  PathCounters path{.from = 1, .to = 0, .link = {}, .measure = {}};
  path.link.offered = Bytes::of(250'000);
  path.link.transmitting = 200ms;
  run.before.paths = {path};
  path.link.offered = Bytes::of(1'500'000);  // 1.25 MB more: 1 s of 2 s at 10 Mbit/s
  path.link.transmitting = 1200ms;
  run.after.paths = {path};
  const Evaluation evaluation = account(small_scenario(), run);
  const auto find = [&](const std::string& name) {
    for (const ResourceLoad& resource : evaluation.resources) {
      if (resource.name == name) {
        return resource;
      }
    }
    return ResourceLoad{};
  };
  EXPECT_DOUBLE_EQ(find("edge-1 cpu").utilisation, 0.8);
  EXPECT_DOUBLE_EQ(find("endpoint-1 cpu").utilisation, 0.2);
  EXPECT_DOUBLE_EQ(find("endpoint to edge").utilisation, 0.5);
  EXPECT_DOUBLE_EQ(find("endpoint to edge").offered_load, 0.5);
  EXPECT_EQ(evaluation.bottleneck, "edge-1 cpu");
  EXPECT_TRUE(evaluation.feasible);
}

TEST(Accounting, counts_what_was_not_served_as_demand) {
  RunObservations run = one_run();  // three of four completed
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
  const Evaluation evaluation = account(small_scenario(), {});
  EXPECT_EQ(evaluation.services.at(0).generated, 0U);
  EXPECT_TRUE(evaluation.feasible);
  EXPECT_EQ(evaluation.bottleneck, "");
}

}  // namespace
}  // namespace continuo
