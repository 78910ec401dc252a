// Whole simulations of scenarios that are small enough to follow by hand.
#include "simulate/simulate.hh"

#include <gtest/gtest.h>

#include "result/evaluation_json.hh"
#include "simulate/service_for_tests.hh"
#include "units/rng.hh"
#include "workload/schedule.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

Scenario small_scenario() { return test::endpoint_and_edge(); }

SimulateOptions bare() { return test::bare_options(); }

constexpr double resolution = 0.03;  // of a Histogram's percentiles, in ms, at the latencies here

const ServiceResult& only_service(const Evaluation& evaluation) { return evaluation.services.at(0); }

TEST(Simulation, adds_a_request_up_from_delay_and_service) {
  const Evaluation evaluation = evaluate(small_scenario(), bare());
  const ServiceResult& service = only_service(evaluation);
  EXPECT_EQ(service.generated, 100U);
  EXPECT_EQ(service.completed, 100U);
  EXPECT_EQ(service.latency.min(), 30ms);  // 5 + 20 + 5
  EXPECT_EQ(service.latency.max(), 40ms) << "the first one opens the connection: a round trip more";
  EXPECT_NEAR(to_milliseconds(service.latency.percentile(0.99)), 30.0, resolution);
  EXPECT_EQ(service.stages.queue.max(), 0ns);
  EXPECT_EQ(service.by_node.at(0).node, "edge-1");
  EXPECT_EQ(evaluation.fidelity, Fidelity::simulate);
  EXPECT_EQ(evaluation.bottleneck, "edge-1 cpu");
  EXPECT_NEAR(evaluation.bottleneck_load, 0.2, 0.003);
}

TEST(Simulation, adds_what_handing_over_a_request_and_its_answer_takes) {
  SimulateOptions options = bare();
  options.request_handling = 2ms;
  options.answer_handling = 3ms;
  const Evaluation evaluation = evaluate(small_scenario(), options);
  const ServiceResult& service = only_service(evaluation);
  EXPECT_NEAR(to_milliseconds(service.latency.percentile(0.5)), 35, resolution) << "2 + 5 + 20 + 3 + 5";
  EXPECT_NEAR(to_milliseconds(service.stages.uplink.percentile(0.5)), 7, resolution);
  EXPECT_NEAR(to_milliseconds(service.stages.downlink.percentile(0.5)), 8, resolution);
}

TEST(Simulation, waits_for_the_rate_of_a_link_and_of_an_access_link) {
  Scenario scenario = small_scenario();
  // 1052 bytes on the wire: 8.416 ms at 1 Mbit/s, and again 4.208 ms at the 2 Mbit/s of the access link.
  scenario.links[2].properties.rate = 1_Mbps;
  scenario.access = {{}, {.up = 2_Mbps}};
  const ServiceResult service = only_service(evaluate(scenario, bare()));
  EXPECT_EQ(service.stages.uplink.min(), 5ms + 8416us + 4208us);
}

TEST(Simulation, sends_a_long_message_in_flights_that_wait_for_acknowledgements) {
  Scenario scenario = small_scenario();
  scenario.workload[0].input_size = 60'000_B;
  // 14480 bytes, then 28960 after a round trip of 10 ms, then the other 16560 after another: 5 ms behind the third.
  // Each request grows the window, 5 s of silence take it away.
  scenario.workload[0].arrivals = Periodic{5s};
  const ServiceResult service = only_service(evaluate(scenario, bare()));
  EXPECT_EQ(service.stages.uplink.min(), 25ms);
  EXPECT_EQ(service.stages.uplink.max(), 35ms) << "the first opens the connection";
}

TEST(Simulation, queues_what_comes_while_the_workers_are_busy) {
  Scenario scenario = small_scenario();
  scenario.tiers[1].nodes = 2;
  scenario.nodes.push_back({"endpoint-2", 1});
  scenario.sites = {{"all", {0, 1, 2}}};
  scenario.workload[0].arrivals = Poisson{50ms};  // two at 20 Hz each: load 0.8 of the one worker
  scenario.workload[0].duration = 2000s;
  const Evaluation evaluation = evaluate(scenario, bare());
  // M/D/1: rho s / (2 (1 - rho)) = 0.8 * 20 / 0.4 = 40 ms.
  EXPECT_NEAR(to_milliseconds(only_service(evaluation).stages.queue.mean()), 40.0, 1.5);
  EXPECT_NEAR(evaluation.bottleneck_load, 0.8, 0.01);
}

TEST(Simulation, is_a_function_of_the_scenario_and_its_seed) {
  Scenario scenario = small_scenario();
  scenario.workload[0].arrivals = Poisson{50ms};
  scenario.links[2].properties.loss = Probability::of(0.05);
  const std::string first = serialise(evaluate(scenario, bare()));
  EXPECT_EQ(serialise(evaluate(scenario, bare())), first);
  scenario.seed = Seed{2};
  EXPECT_NE(serialise(evaluate(scenario, bare())), first);
}

TEST(Simulation, accounts_for_every_request_when_the_node_is_overloaded) {
  Scenario scenario = small_scenario();
  scenario.workload[0].arrivals = Periodic{10ms};  // twice what it can serve
  scenario.workload[0].deadline = 500ms;
  const Evaluation evaluation = evaluate(scenario, bare());
  const ServiceResult& service = only_service(evaluation);
  std::uint64_t failed = 0;
  for (const auto& [reason, count] : service.failed) failed += count;
  EXPECT_EQ(service.completed + failed, service.generated);
  EXPECT_GT(failed, 300U);
  EXPECT_FALSE(evaluation.feasible);
  EXPECT_LE(service.latency.max(), 500ms);
}

// 10 Hz of 200 ms of work: twice what one core does.
TEST(Simulation, says_which_resource_is_overloaded) {
  Scenario scenario = small_scenario();
  scenario.services[0].package.variants[0].service_time = 200ms;
  const Evaluation evaluation = evaluate(scenario, bare());
  EXPECT_FALSE(evaluation.feasible);
  EXPECT_NE(evaluation.notes.at(0).find("overloaded: edge-1 cpu is asked for 200 %"), std::string::npos) << evaluation.notes.at(0);
}

TEST(Simulation, says_why_no_node_can_run_a_service) {
  Scenario scenario = small_scenario();
  scenario.services[0].package.variants[0].memory = 100_GiB;
  const Evaluation evaluation = evaluate(scenario, bare());
  EXPECT_FALSE(evaluation.feasible);
  EXPECT_NE(evaluation.notes.at(0).find("no node can run it"), std::string::npos) << evaluation.notes.at(0);
  EXPECT_NE(evaluation.notes.at(1).find("not on edge-1"), std::string::npos) << evaluation.notes.at(1);
}

TEST(Simulation, refuses_whoever_finds_the_worker_busy_where_none_may_wait) {
  Scenario scenario = small_scenario();
  scenario.services[0].queue = 0;
  scenario.workload[0].arrivals = Periodic{8ms};
  // One runs for 20 ms, and those 8 and 16 ms later are refused. The first opens the connection, and comes 10 ms later.
  const ServiceResult service = only_service(evaluate(scenario, bare()));
  EXPECT_EQ(service.generated, 1250U);
  EXPECT_NEAR(static_cast<double>(service.failed.at("http-503")), 1250 * 2 / 3., 2);
  EXPECT_EQ(service.failed.size(), 1U);
  EXPECT_EQ(service.stages.queue.max(), 0ns);
}

TEST(Simulation, has_the_loss_of_a_queue_with_one_place) {
  Scenario scenario = small_scenario();
  scenario.services[0].queue = 1;
  scenario.workload[0].arrivals = Poisson{25ms};
  scenario.workload[0].duration = 4000s;
  const ServiceResult service = only_service(evaluate(scenario, bare()));
  // M/D/1/2 at a load of 0.8: 1 - 1 / (0.8 + e^-0.8) = 0.199.
  EXPECT_NEAR(static_cast<double>(service.failed.at("http-503")) / static_cast<double>(service.generated), 0.199, 0.003);
  EXPECT_LE(service.stages.queue.max(), 20ms);
}

TEST(Simulation, tries_another_node_when_one_refuses) {
  Scenario scenario = small_scenario();
  scenario.nodes = {{"edge-1", 0}, {"endpoint-1", 1}, {"edge-2", 0}};
  scenario.tiers[0].nodes = 2;
  scenario.sites = {{"all", {0, 1, 2}}};
  scenario.services[0].queue = 0;
  scenario.workload[0].arrivals = Periodic{12ms};  // more than one serves, less than two
  const ServiceResult service = only_service(evaluate(scenario, bare()));
  EXPECT_GE(service.completed + 1, service.generated) << "but for one that comes while the first two open their connections";
}

TEST(Simulation, sends_again_what_a_link_lost) {
  Scenario scenario = small_scenario();
  scenario.links[2].properties.loss = Probability::of(0.2);
  scenario.workload[0].duration = 100s;
  const ServiceResult service = only_service(evaluate(scenario, bare()));
  EXPECT_EQ(service.completed, 1000U);
  // A single segment: nothing behind it tells of the loss, so it waits for the time-out of 200 ms and a round trip of 10 ms. It comes
  // 10 ms after the request that was sent 200 ms later, and waits 10 ms for that to be served: 210 + 5 + 10 + 20 + 5.
  EXPECT_NEAR(to_milliseconds(service.latency.percentile(0.9)), 250.0, 5 * resolution);
  EXPECT_GT(service.latency.max(), 400ms);
}

TEST(Simulation, waits_for_the_time_out_only_where_fewer_than_three_segments_follow_what_was_lost) {
  Scenario scenario = small_scenario();
  scenario.links[2].properties.loss = Probability::of(0.02);
  scenario.workload[0].input_size = 14'000_B;  // ten segments
  scenario.workload[0].arrivals = Periodic{1s};
  scenario.workload[0].duration = 2000s;
  const ServiceResult service = only_service(evaluate(scenario, bare()));
  // 1 - 0.98^10 = 18 % lose one, 1 - 0.98^3 = 6 % one of the last three.
  EXPECT_LT(service.latency.percentile(0.92), 100ms);
  EXPECT_GT(service.latency.percentile(0.84), service.latency.percentile(0.5) + 9ms) << "a round trip";
  EXPECT_GT(service.latency.percentile(0.96), 200ms);
}

TEST(Simulation, carries_a_message_that_is_larger_than_the_queue_of_its_link) {
  Scenario scenario = small_scenario();
  scenario.links[2].properties.rate = 8_Mbps;  // whose queue holds 1 MiB
  scenario.workload[0].input_size = 6'000'000_B;
  scenario.workload[0].arrivals = Periodic{20s};
  scenario.workload[0].duration = 40s;
  scenario.workload[0].deadline = 60s;
  const ServiceResult service = only_service(evaluate(scenario, bare()));
  EXPECT_EQ(service.completed, 2U);
  EXPECT_GT(service.latency.min(), 6s) << "6 MB at 8 Mbit/s";
  EXPECT_LT(service.latency.max(), 12s);
}

TEST(Simulation, comes_to_an_end_where_packets_are_lost_on_a_way_without_delay) {
  Scenario scenario = small_scenario();
  for (Link& link : scenario.links) link.properties = {.rate = 10_Mbps, .queue = {.packets = 5}};
  scenario.workload[0].input_size = 60'000_B;
  scenario.workload[0].arrivals = Periodic{10s};
  scenario.workload[0].duration = 50s;
  scenario.workload[0].deadline = 60s;
  const ServiceResult service = only_service(evaluate(scenario, bare()));
  EXPECT_EQ(service.completed, 5U);
}

TEST(Simulation, lets_each_of_many_nodes_serve_itself) {
  Scenario scenario = small_scenario();
  scenario.tiers[1].nodes = 300;
  scenario.nodes.resize(1);
  for (int node = 1; node <= 300; ++node) scenario.nodes.push_back({"endpoint-" + std::to_string(node), 1});
  scenario.tiers[1].runtimes.reset();
  scenario.placement = PlaceOnTier{1};
  scenario.workload[0].duration = 1s;
  const ServiceResult service = only_service(evaluate(scenario, bare()));
  EXPECT_EQ(service.completed, 3000U);
  EXPECT_EQ(service.by_node.size(), 300U);
  EXPECT_EQ(service.stages.uplink.max(), 0ns);
}

TEST(Simulation, fails_what_a_sender_had_under_way_that_was_killed_in_its_pause) {
  Scenario scenario = small_scenario();
  scenario.workload[0].arrivals = Periodic{10s};
  scenario.workload[0].duration = 10s;  // one request, 40 ms on its way
  Duration sent = Schedule{scenario, 0, 1}.next()->at - scenario_start;
  scenario.events = {{sent + 10ms, CommandNodes{NodeCommand::pause, {1}}, "pause"},
                     {sent + 35ms, CommandNodes{NodeCommand::kill, {1}}, "kill"}};
  const ServiceResult service = only_service(evaluate(scenario, bare()));
  EXPECT_EQ(service.failed, (std::map<std::string, std::uint64_t>{{"sender-killed", 1}}));
}

TEST(Simulation, applies_events_behind_the_last_request) {
  Scenario scenario = small_scenario();
  scenario.workload.push_back(scenario.workload[0]);
  scenario.workload[1].name = "late";
  scenario.workload[0].duration = 1s;
  scenario.workload[1].arrivals = Poisson{100s};  // may send nothing
  scenario.events = {{9s, ChangeQuota{{0}, 0.5}, "less"}};
  EXPECT_EQ(evaluate(scenario, bare()).events.size(), 1U);
}

TEST(Simulation, obeys_the_events_of_links_and_quotas) {
  Scenario scenario = small_scenario();
  scenario.events = {{4s, ChangeLinks{{1}, {0}, false, {.delay = 15ms}}, "slower"},
                     {6s, ChangeQuota{{0}, 0.5}, "less"}};
  const Evaluation evaluation = evaluate(scenario, bare());
  const ServiceResult& service = only_service(evaluation);
  EXPECT_EQ(service.latency.min(), 30ms);
  EXPECT_NEAR(to_milliseconds(service.latency.percentile(0.5)), 40.0, resolution);
  // At half a core 20 ms of work take 20 + 7 * 2.5 ms, less what the quota's first period had gone on for: the least of several draws.
  EXPECT_LE(service.latency.max(), 57'500us);  // 15 + 37.5 + 5
  EXPECT_GE(service.latency.max(), 56ms);
  ASSERT_EQ(evaluation.events.size(), 2U);
  EXPECT_EQ(evaluation.events[0].what, "slower");
}

// A second edge node, farther away: 20 ms each way.
Scenario two_edges() {
  Scenario scenario = small_scenario();
  scenario.tiers.push_back({.name = "cloud", .runtimes = {}});
  scenario.nodes.push_back({"cloud-1", 2});
  scenario.sites = {{"all", {0, 1, 2}}};
  const LinkProperties far{.delay = 20ms};
  scenario.links = {{0, 0, {}, ""}, {0, 1, {.delay = 5ms}, ""}, {0, 2, far, ""}, {1, 0, {.delay = 5ms}, ""}, {1, 1, {}, ""},
                    {1, 2, far, ""}, {2, 0, far, ""}, {2, 1, far, ""}, {2, 2, {}, ""}};
  scenario.placement = PlaceExplicitly{{{0, {0, 2}}}};
  return scenario;
}

std::uint64_t served_by(const ServiceResult& service, const std::string& node) {
  for (const ServedShare& share : service.by_node) {
    if (share.node == node) return share.requests;
  }
  return 0;
}

std::uint64_t failed_of(const ServiceResult& service) {
  std::uint64_t failed = 0;
  for (const auto& [reason, count] : service.failed) failed += count;
  return failed;
}

TEST(Simulation, tries_another_node_when_one_is_killed_and_comes_back_when_it_is_restarted) {
  Scenario scenario = two_edges();
  scenario.events = {{3s, CommandNodes{NodeCommand::kill, {0}}, "kill"}, {7s, CommandNodes{NodeCommand::restart, {0}}, "restart"}};
  const ServiceResult service = only_service(evaluate(scenario, bare()));
  EXPECT_EQ(service.completed, 100U);
  EXPECT_NEAR(static_cast<double>(served_by(service, "cloud-1")), 40.0, 1.0);
  EXPECT_LE(service.latency.max(), 30ms + 5ms + 100ms) << "lost after 30 ms at most, told 5 ms later, and 60 + 40 ms at the other";
}

TEST(Simulation, notices_a_node_that_is_paused_when_its_lease_has_run_out) {
  Scenario scenario = two_edges();
  scenario.events = {{3s, CommandNodes{NodeCommand::pause, {0}}, "pause"}, {8s, CommandNodes{NodeCommand::resume, {0}}, "resume"}};
  const ServiceResult service = only_service(evaluate(scenario, bare()));
  EXPECT_EQ(service.completed, 100U);
  // What was sent there in the lease of 1.5 s goes elsewhere then: it has waited 1.4 to 1.5 s.
  EXPECT_GT(service.latency.max(), 1400ms);
  EXPECT_LT(service.latency.max(), 1800ms);
  // Nor is it chosen again: the pause stands in the service time that it measured last.
  EXPECT_EQ(served_by(service, "cloud-1"), 70U);
}

TEST(Simulation, fails_what_a_killed_sender_had_still_to_send) {
  Scenario scenario = small_scenario();
  scenario.events = {{4s, CommandNodes{NodeCommand::kill, {1}}, "kill"}};
  const ServiceResult service = only_service(evaluate(scenario, bare()));
  EXPECT_EQ(service.generated, 100U);
  EXPECT_NEAR(static_cast<double>(service.failed.at("sender-killed")), 60.0, 1.0);
  EXPECT_EQ(service.completed + failed_of(service), 100U);
}

TEST(Simulation, lets_a_paused_sender_go_on_late) {
  Scenario scenario = small_scenario();
  scenario.events = {{4s, CommandNodes{NodeCommand::pause, {1}}, "pause"}, {5s, CommandNodes{NodeCommand::resume, {1}}, "resume"}};
  const ServiceResult service = only_service(evaluate(scenario, bare()));
  EXPECT_EQ(service.completed, 100U);
  EXPECT_GT(service.stages.prepare.max(), 850ms);
  EXPECT_LE(service.stages.prepare.max(), 1s);
}

TEST(Simulation, accounts_for_every_request_under_any_events) {
  Rng rng{Seed{7}};
  for (int round = 0; round < 200; ++round) {
    Scenario scenario = two_edges();
    scenario.seed = Seed{rng.next()};
    scenario.workload[0].arrivals = Poisson{15ms};
    scenario.workload[0].deadline = 700ms;
    if (round % 2 == 0) scenario.links[3].properties.loss = Probability::of(0.1);
    if (round % 3 == 0) scenario.links[3].properties.rate = 2_Mbps;
    if (round % 5 == 0) scenario.access = {{}, {.up = 1_Mbps}, {}};
    Duration at{};
    for (int event = 0; event < 12; ++event) {
      at += from_seconds(rng.uniform());
      const auto node = static_cast<NodeIndex>(rng.below(3));
      const auto other = (node + 1) % 3;
      switch (rng.below(5)) {
        case 0: scenario.events.push_back({at, CommandNodes{static_cast<NodeCommand>(rng.below(4)), {node}}, "command"}); break;
        case 1: scenario.events.push_back({at, Partition{{node}, {other}}, "cut"}); break;
        case 2: scenario.events.push_back({at, Heal{}, "heal"}); break;
        case 3: scenario.events.push_back({at, ChangeQuota{{node}, 0.1 + 0.9 * rng.uniform()}, "quota"}); break;
        default:
          scenario.events.push_back({at, ChangeLinks{{node}, {other}, true, {.loss = Probability::of(0.3 * rng.uniform())}}, "loss"});
      }
    }
    const ServiceResult service = only_service(evaluate(scenario, bare()));
    ASSERT_EQ(service.completed + failed_of(service), service.generated) << "round " << round;
    ASSERT_LE(service.latency.max(), 700ms) << "round " << round;
  }
}

// (4 + 764) / 1024 MiB on the edge node, whose core is busy for a fifth of the time; the endpoint serves nothing.
TEST(Simulation, tells_the_memory_of_nodes_that_serve_and_does_not_weigh_it_as_load) {
  Scenario scenario = small_scenario();
  scenario.services[0].package.variants[0].memory = 764_MiB;
  const Evaluation evaluation = evaluate(scenario, bare());
  std::vector<ResourceLoad> memory = evaluation.resources;
  std::erase_if(memory, [](const ResourceLoad& load) { return load.kind != ResourceKind::memory; });
  ASSERT_EQ(memory.size(), 1U);
  EXPECT_EQ(memory[0].name, "edge-1 memory");
  EXPECT_DOUBLE_EQ(memory[0].offered_load, 0.75);
  EXPECT_DOUBLE_EQ(memory[0].utilisation, 0.75);
  EXPECT_EQ(evaluation.bottleneck, "edge-1 cpu");
  EXPECT_NEAR(evaluation.bottleneck_load, 0.2, 0.003);
}

TEST(Simulation, tells_no_memory_where_a_variant_states_none) {
  const Evaluation evaluation = evaluate(small_scenario(), bare());
  for (const ResourceLoad& load : evaluation.resources) EXPECT_NE(load.kind, ResourceKind::memory) << load.name;
}

TEST(Simulation, gives_up_on_a_request_whose_network_is_cut) {
  Scenario scenario = small_scenario();
  scenario.workload[0].deadline = 1s;
  scenario.events = {{5s, Partition{{0}, {1}}, "cut"}};
  const Evaluation evaluation = evaluate(scenario, bare());
  const ServiceResult& service = only_service(evaluation);
  EXPECT_NEAR(static_cast<double>(service.completed), 50.0, 1.0);
  EXPECT_EQ(service.completed + failed_of(service), 100U);
}

}  // namespace
}  // namespace continuo
