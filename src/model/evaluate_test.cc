// Latencies of scenarios small enough to add up by hand, how requests spread over nodes, and what overload looks like.
#include <gmock/gmock.h>

#include "model/model.hh"
#include "model/sample_scenario.hh"
#include "result/evaluation_json.hh"
#include "result/test_support/schema_check.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

double mean_ms(const Histogram& histogram) { return histogram.summary().mean_ns / 1e6; }

// Nothing is added for handing over: what is left can be added up by hand.
ModelOptions bare() {
  ModelOptions options;
  options.request_handling = 0ms;
  options.answer_handling = 0ms;
  return options;
}

double share_of(const ServiceResult& service, const std::string& node) {
  for (const ServedShare& served : service.by_node) {
    if (served.node == node) return served.share;
  }
  return 0.0;
}

TEST(Model, adds_up_the_way_of_a_lone_request) {
  // One endpoint at 0.5 of a core, one edge node at 0.5: nothing waits, since a periodic source never meets itself.
  SampleOptions options{.edge = {1, 1, 0.5}, .endpoint = {1, 1, 0.5}, .service_time = 40ms, .input = 14'480_B};
  options.link.rate = 12_Mbps;
  ModelOptions model = bare();
  model.prepare_time = 1ms;
  model.message_overhead = 0_B;
  model.response_size = 1448_B;
  const Evaluation evaluation = evaluate(sample_scenario(options), model);
  const ServiceResult& service = evaluation.services.at(0);
  EXPECT_NEAR(mean_ms(service.stages.prepare), 2.0, 1e-6);         // 1 ms / 0.5
  EXPECT_NEAR(mean_ms(service.stages.uplink), 7.5 + 10.0, 1e-6);   // ten packets of 1500 B at 12 Mbit/s: 10 ms
  EXPECT_NEAR(mean_ms(service.stages.queue), 0.0, 1e-6);
  EXPECT_NEAR(mean_ms(service.stages.service), 75.0, 1e-6);        // 40 + 15 * 2.5 - 2.5: quota_periods_test.cc
  EXPECT_NEAR(mean_ms(service.stages.downlink), 7.5 + 1.0, 1e-6);
  EXPECT_NEAR(mean_ms(service.latency), 103.0, 1e-6);
  EXPECT_EQ(service.generated, 300U);  // 5 Hz for 60 s
  EXPECT_EQ(service.completed, 300U);
}

TEST(Model, makes_poisson_arrivals_wait_as_in_m_d_1) {
  // rho = 5 * 0.1 = 0.5: a mean wait of half a service time. By a link that spaces nothing out.
  const Scenario scenario = sample_scenario({.edge = {1, 1, 1.0}, .service_time = 100ms, .link = {.delay = 7500us}, .poisson = true});
  const ServiceResult service = evaluate(scenario, {}).services.at(0);
  EXPECT_NEAR(mean_ms(service.stages.queue), 50.0, 1.0);
  // Erlang 1909: P(W <= t) = (1 - rho) sum over k <= t of (rho (k - t))^k / k! exp(-rho (k - t)), t in service times: 0.95 at 2.051 and
  // 0.99 at 3.336. An exponential tail would have 2.303 and 3.912.
  EXPECT_NEAR(to_milliseconds(service.stages.queue.percentile(0.95)), 205.1, 1.0);
  EXPECT_NEAR(to_milliseconds(service.stages.queue.percentile(0.99)), 333.6, 2.0);
}

TEST(Model, lets_messages_wait_at_an_access_link_once) {
  // 12,028 bytes and their headers take 10 ms at 9.968 Mbit/s, 50 a second: a load of 0.5, and M/D/1 waits 5 ms. The link behind is fast.
  SampleOptions options{.edge = {1, 4, 1.0}, .service_time = 1ms, .rate = 50.0, .input = 12'028_B, .poisson = true};
  options.link.rate = 100'000_Mbps;
  Scenario scenario = sample_scenario(options);
  scenario.access.resize(scenario.nodes.size());
  scenario.access.back().up = BitRate::bits_per_second(9'968'000);
  ModelOptions model = bare();
  model.message_overhead = 0_B;
  const ServiceResult service = evaluate(scenario, model).services.at(0);
  EXPECT_NEAR(mean_ms(service.stages.uplink), 7.5 + 10.0 + 5.0, 0.2);
}

TEST(Model, spreads_latency_by_the_jitter_of_both_ways) {
  SampleOptions options{.edge = {1, 1, 1.0}, .service_time = 20ms};
  options.link.delay = 40ms;
  options.link.jitter = 3ms;
  const ServiceResult service = evaluate(sample_scenario(options), {}).services.at(0);
  EXPECT_NEAR(to_milliseconds(service.latency.sd()), 3 * 1.41421, 0.1);
  EXPECT_NEAR(to_milliseconds(service.latency.percentile(0.95) - service.latency.percentile(0.5)), 1.645 * 4.243, 0.15);
}

TEST(Model, makes_a_lone_periodic_source_wait_for_itself_where_its_services_outlast_intervals) {
  Scenario scenario = sample_scenario({.placed_on = 2, .service_time = 25ms, .rate = 1 / 0.026});
  EXPECT_EQ(evaluate(scenario, {}).services.at(0).stages.queue.max(), 0ns) << "times that do not vary";
  scenario.services[0].package.variants[0].service_time_sd = 8ms;
  // A Gaussian walk with drift -1 ms and steps of 8: 8^2 / 2 - 0.5826 * 8 + 1 / 4 ms, and a bit.
  EXPECT_NEAR(to_milliseconds(evaluate(scenario, {}).services.at(0).stages.queue.mean()), 27.6, 0.5);
  scenario.workload[0].arrivals = Periodic{50ms};
  EXPECT_EQ(evaluate(scenario, {}).services.at(0).stages.queue.max(), 0ns) << "three standard deviations do not reach so far";
}

TEST(Model, mixes_the_sizes_of_inputs) {
  SampleOptions options{.edge = {1, 1, 1.0}, .service_time = 20ms};
  options.link.rate = 12_Mbps;
  ModelOptions model = bare();
  model.message_overhead = 0_B;
  model.input_sizes[0] = {1448_B, 14'480_B};  // 1 ms and 10 ms
  const ServiceResult service = evaluate(sample_scenario(options), model).services.at(0);
  EXPECT_NEAR(to_milliseconds(service.stages.uplink.min()), 8.5, 0.01);
  EXPECT_NEAR(to_milliseconds(service.stages.uplink.max()), 17.5, 0.01);
  EXPECT_NEAR(mean_ms(service.stages.uplink), 13.0, 0.05);
}

TEST(Model, sends_all_to_the_nearest_of_equal_nodes_at_low_load) {
  SampleOptions options{.cloud = {1, 1, 1.0}, .edge = {1, 1, 1.0}, .service_time = 20ms, .rate = 2.0};
  Scenario scenario = sample_scenario(options);
  scenario.placement = PlaceAutomatically{};
  for (Link& link : scenario.links) {
    if (link.from == 0 || link.to == 0) link.properties.delay = 45ms;
  }
  scenario.tiers.at(2).quota = 0.1;  // the endpoint itself would take 200 ms
  const ServiceResult service = evaluate(scenario, {}).services.at(0);
  EXPECT_NEAR(share_of(service, "edge-1"), 1.0, 1e-9);
}

TEST(Model, spills_over_to_the_far_node_when_the_near_one_is_full) {
  // Four endpoints of 5 Hz and 80 ms ask for 1.6 cores; the edge node has one.
  SampleOptions options{.cloud = {1, 4, 1.0}, .edge = {1, 1, 1.0}, .endpoint = {4, 1, 0.5}};
  Scenario scenario = sample_scenario(options);
  scenario.placement = PlaceExplicitly{{{0, {0, 1}}}};  // cloud-1 and edge-1
  for (Link& link : scenario.links) {
    if (link.from == 0 || link.to == 0) link.properties.delay = 45ms;
  }
  const Evaluation evaluation = evaluate(scenario, {});
  const ServiceResult& service = evaluation.services.at(0);
  EXPECT_GT(share_of(service, "edge-1"), 0.2);
  EXPECT_GT(share_of(service, "cloud-1"), 0.375);  // what the edge node cannot carry: 0.6 of 1.6
  EXPECT_NEAR(share_of(service, "edge-1") + share_of(service, "cloud-1"), 1.0, 1e-9);
  EXPECT_TRUE(evaluation.feasible);
}

TEST(Model, shares_equal_nodes_evenly) {
  const Scenario scenario = sample_scenario({.edge = {2, 1, 1.0}, .endpoint = {4, 1, 0.5}});
  const ServiceResult service = evaluate(scenario, {}).services.at(0);
  EXPECT_NEAR(share_of(service, "edge-1"), 0.5, 0.02);
  EXPECT_NEAR(share_of(service, "edge-2"), 0.5, 0.02);
}

TEST(Model, splits_the_requests_of_one_source_over_nodes) {
  // 40 Hz of 20 ms on half a core, 40 ms each: 1.6 nodes' worth, so 0.8 for each of two.
  SampleOptions options{.edge = {2, 1, 0.5}, .endpoint = {1, 1, 0.1}, .service_time = 20ms, .rate = 40.0, .poisson = true};
  options.link.rate.reset();
  const Evaluation evaluation = evaluate(sample_scenario(options), {});
  EXPECT_NEAR(share_of(evaluation.services.at(0), "edge-1"), 0.5, 1e-3);
  EXPECT_NEAR(share_of(evaluation.services.at(0), "edge-2"), 0.5, 1e-3);
  EXPECT_NEAR(evaluation.bottleneck_load, 0.8, 2e-3);
}

TEST(Model, splits_a_periodic_source_that_one_node_cannot_carry) {
  SampleOptions options{.edge = {2, 1, 0.5}, .endpoint = {1, 1, 0.1}, .service_time = 20ms, .rate = 40.0};
  options.link.rate.reset();
  const Evaluation evaluation = evaluate(sample_scenario(options), {});
  EXPECT_NEAR(share_of(evaluation.services.at(0), "edge-1"), 0.5, 1e-3);
  EXPECT_TRUE(evaluation.feasible);
}

TEST(Model, splits_one_source_over_more_nodes_than_a_share_of_two_percent_allows) {
  // 1800 Hz of 20 ms are 36 cores: 0.6 of each of 60 nodes, 1.67 % of the requests.
  SampleOptions options{.edge = {60, 1, 1.0}, .service_time = 20ms, .rate = 1800.0, .poisson = true};
  options.link.rate.reset();
  const Evaluation evaluation = evaluate(sample_scenario(options), {});
  EXPECT_NEAR(share_of(evaluation.services.at(0), "edge-60"), 1.0 / 60, 1e-4);
  EXPECT_NEAR(evaluation.bottleneck_load, 0.6, 0.01);
}

TEST(Model, loads_the_near_nodes_until_the_far_ones_are_as_good) {
  // 700 Hz of 40 ms. The cloud never queues: 40 ms of travel and 40 ms. An edge node of one core takes 10 ms of travel,
  // 40 ms, and as much for each request ahead, rho + rho^2 / (2 (1 - rho)): 0.75 at rho = 0.5, which makes 80 ms as well.
  // So each of the 40 edge nodes carries 12.5 Hz: 500 of the 700.
  SampleOptions options{.cloud = {20, 64, 1.0}, .edge = {40, 1, 1.0}, .endpoint = {140, 1, 0.1},
                        .service_time = 40ms, .input = 1000_B, .poisson = true};
  options.link = {.delay = 5ms};
  Scenario scenario = sample_scenario(options);
  for (Tier& tier : scenario.tiers) tier.runtimes = std::vector<std::string>{"builtin"};
  scenario.tiers.at(2).runtimes->clear();
  scenario.placement = PlaceAutomatically{};
  for (Link& link : scenario.links) {
    if (link.from == 0 || link.to == 0) link.properties.delay = 20ms;
  }
  scenario.workload.at(0).duration = 3600s;  // the first opening of connections counts for nothing
  const Evaluation evaluation = evaluate(scenario, bare());
  double on_edge = 0.0;
  for (const ServedShare& served : evaluation.services.at(0).by_node) {
    if (served.node.starts_with("edge")) on_edge += served.share;
  }
  EXPECT_NEAR(on_edge, 500.0 / 700.0, 0.005);
  EXPECT_NEAR(share_of(evaluation.services.at(0), "edge-17"), 12.5 / 700, 2e-4);
  // The edge nodes' wait is really M/D/1's, rho / (2 (1 - rho)): 20 ms, so 70 ms there and 80 in the cloud. Between two requests of an
  // endpoint to an edge node 11.2 s pass in the mean, to a cloud node 14 s: exp(-30 / 11.2) and exp(-30 / 14) of them are the first after 30 s,
  // which open a connection in 10 and in 40 ms.
  const double edge = 70 + 10 * std::exp(-30 / 11.2);
  const double cloud = 80 + 40 * std::exp(-30 / 14.0);
  EXPECT_NEAR(mean_ms(evaluation.services.at(0).latency), (edge * 5 + cloud * 2) / 7.0, 1.5);
}

TEST(Model, gives_no_latency_for_a_node_that_is_overloaded_but_says_how_fast_its_queue_grows) {
  // Four endpoints of 5 Hz and 80 ms ask one core for 1.6: 20 come a second, 12.5 leave.
  const Scenario scenario = sample_scenario({.edge = {1, 1, 1.0}, .endpoint = {4, 1, 0.5}});
  const Evaluation evaluation = evaluate(scenario, {});
  EXPECT_FALSE(evaluation.feasible);
  EXPECT_EQ(evaluation.bottleneck, "edge-1 cpu");
  EXPECT_NEAR(evaluation.bottleneck_load, 1.6, 1e-9);
  const ServiceResult& service = evaluation.services.at(0);
  EXPECT_TRUE(service.latency.empty());
  EXPECT_EQ(service.generated, 1200U);
  EXPECT_EQ(service.completed, 750U);  // 12.5 of 20 a second
  EXPECT_EQ(service.failed.at("overloaded"), 450U);
  EXPECT_THAT(evaluation.notes, Contains(HasSubstr("edge-1 cpu: queue grows by 7.5 requests/s")));
}

TEST(Model, lets_two_services_share_the_core_of_a_node_and_each_queue_behind_its_own) {
  // Both take 0.08 * 5 = 0.4 of it. Work is conserved: E[V] = 0.8 * 80 ms / (2 * 0.2) = 160 ms is what waits, 0.4 W of each, and half of what runs,
  // 0.4 T / 2 of each: W + T / 2 = 200 ms.
  Scenario scenario = sample_scenario({.edge = {1, 1, 1.0}, .input = 1000_B, .poisson = true});
  Service tag = scenario.services.at(0);
  tag.name = "tag";
  scenario.services.push_back(tag);
  Stream stream = scenario.workload.at(0);
  stream.service = 1;
  scenario.workload.push_back(stream);
  const Evaluation evaluation = evaluate(scenario, {});
  for (const ServiceResult& service : evaluation.services) {
    const double waits = mean_ms(service.stages.queue);
    const double runs = mean_ms(service.stages.service);
    EXPECT_NEAR(waits + runs / 2, 200.0, 2.0);
    EXPECT_GT(runs, 80 * 1.4);  // the other is there two thirds of the time, and a request that meets it takes up to twice as long
  }
  EXPECT_NEAR(evaluation.bottleneck_load, 0.8, 1e-9);
}

TEST(Model, counts_what_it_takes_to_send_lost_packets_again) {
  // A request of one segment, an answer of two, 1 % lost, 200 ms and a round trip of 15 ms for the time-out. A message of which q = 1 % or
  // 1.99 % lose one takes 215 ms * q / 0.98 more in the mean: time-outs in vain double, each with chance 1 %.
  SampleOptions options{.edge = {1, 1, 1.0}, .service_time = 20ms, .input = 500_B};
  const double without = mean_ms(evaluate(sample_scenario(options), {}).services.at(0).latency);
  options.link.loss = Probability::of(0.01);
  const Evaluation evaluation = evaluate(sample_scenario(options), {});
  EXPECT_NEAR(mean_ms(evaluation.services.at(0).latency) - without, 215 * (0.01 + 0.0199) / 0.98, 0.05);
  EXPECT_GT(to_milliseconds(evaluation.services.at(0).latency.percentile(0.99)), 200.0);
  EXPECT_THAT(evaluation.notes, Not(Contains(HasSubstr("lost"))));
  options.link.loss = Probability::of(0.05);
  EXPECT_THAT(evaluate(sample_scenario(options), {}).notes, Contains(HasSubstr("5 % of the packets are lost")));
}

TEST(Model, leaves_each_service_an_equal_part_of_an_overloaded_node) {
  // "classify" asks one core for 0.12 * 10 = 1.2; "tag", 0.01 * 10 = 0.1, still gets half a core: 20 ms.
  Scenario scenario = sample_scenario({.edge = {1, 1, 1.0}, .service_time = 120ms, .rate = 10.0, .input = 1000_B});
  Service tag = scenario.services.at(0);
  tag.name = "tag";
  tag.package.variants.at(0).service_time = 10ms;
  scenario.services.push_back(tag);
  Stream stream = scenario.workload.at(0);
  stream.service = 1;
  scenario.workload.push_back(stream);
  const Evaluation evaluation = evaluate(scenario, {});
  EXPECT_TRUE(evaluation.services.at(0).latency.empty());
  EXPECT_NEAR(mean_ms(evaluation.services.at(1).stages.service), 20.0, 1e-3);
  EXPECT_FALSE(evaluation.feasible);
}

TEST(Model, says_when_no_node_can_run_a_service) {
  Scenario scenario = sample_scenario({.edge = {1, 1, 1.0}});
  scenario.services.at(0).package.variants.at(0).runtime = "onnxruntime";
  for (Tier& tier : scenario.tiers) tier.runtimes = std::vector<std::string>{"opencv"};
  const Evaluation evaluation = evaluate(scenario, {});
  EXPECT_FALSE(evaluation.feasible);
  EXPECT_EQ(evaluation.services.at(0).failed.at("no-node"), 300U);
  EXPECT_EQ(evaluation.bottleneck, "");
  EXPECT_THAT(evaluation.notes, Contains("classify not on endpoint-1: mobilenet: the scenario's placement allows only: edge-1"));
  EXPECT_THAT(evaluation.notes, Contains("classify not on edge-1: mobilenet: runtime onnxruntime is absent (has: opencv)"));
}

TEST(Model, says_why_not_in_one_line_for_nodes_alike) {
  Scenario scenario = sample_scenario({.edge = {7, 1, 1.0}, .endpoint = {2, 1, 1.0}});
  for (Tier& tier : scenario.tiers) tier.runtimes.emplace();
  scenario.placement = PlaceAutomatically{};
  const Evaluation evaluation = evaluate(scenario, {});
  EXPECT_THAT(evaluation.notes, Contains("classify not on edge-1, edge-2, edge-3, edge-4 and 5 more: mobilenet: "
                                         "runtime builtin is absent (has: none)"));
}

TEST(Model, has_no_latency_of_a_service_that_nobody_asked) {
  Scenario scenario = sample_scenario({.edge = {1, 1, 1.0}});
  scenario.workload.at(0).duration = 0ms;
  const ServiceResult service = evaluate(scenario, {}).services.at(0);
  EXPECT_EQ(service.generated, 0U);
  EXPECT_TRUE(service.latency.empty());
  EXPECT_TRUE(service.stages.service.empty());
}

TEST(Model, prefers_what_a_node_has_measured) {
  ModelOptions options = bare();
  options.measured[{0, 0}] = {123ms, 0ms};
  Scenario scenario = sample_scenario({.edge = {1, 1, 0.5}});
  const ServiceResult service = evaluate(scenario, options).services.at(0);
  EXPECT_NEAR(mean_ms(service.stages.service), 123.0, 1e-6);  // at the node's quota already
}

TEST(Model, counts_what_misses_its_deadline_as_failed) {
  // Of two senders neither knows the queue well enough to keep back what would be late.
  SampleOptions options{.edge = {1, 1, 1.0}, .endpoint = {2, 1, 1.0}, .service_time = 100ms, .rate = 2.5, .input = 1000_B, .poisson = true};
  options.link.rate.reset();
  Scenario scenario = sample_scenario(options);
  scenario.workload.at(0).deadline = 185ms;  // 115.45 ms without a wait, 0.45 of them to prepare: a wait of 69.55 ms at most
  const ServiceResult service = evaluate(scenario, bare()).services.at(0);
  const double missed = 1 - 0.5 * std::exp(0.5 * 0.6955);  // M/D/1 below one service time: P(W <= t) = (1 - rho) exp(rho t)
  EXPECT_NEAR(static_cast<double>(service.failed.at("deadline")), 300 * missed, 2);
  EXPECT_EQ(service.generated, service.completed + service.failed.at("deadline"));
}

TEST(Model, writes_what_the_schema_asks_for) {
  Scenario scenario = sample_scenario({.edge = {2, 1, 1.0}, .endpoint = {4, 1, 0.5}});
  scenario.services.at(0).slo = ServiceLevel{0.95, 250ms};
  EXPECT_THAT(evaluation_schema_errors(serialise(evaluate(scenario, {}))), IsEmpty());
  const Scenario overloaded = sample_scenario({.edge = {1, 1, 1.0}, .endpoint = {4, 1, 0.5}});
  EXPECT_THAT(evaluation_schema_errors(serialise(evaluate(overloaded, {}))), IsEmpty());
}

TEST(Model, says_by_how_much_the_load_can_grow) {
  // 5 Hz of 80 ms are 0.4 of one core.
  const Evaluation evaluation = evaluate(sample_scenario({.edge = {1, 1, 1.0}}), {});
  EXPECT_EQ(evaluation.bottleneck, "edge-1 cpu");
  EXPECT_NEAR(*head_room(evaluation), 1.5, 0.001);
}

std::vector<ResourceLoad> memory_of(const Evaluation& evaluation) {
  std::vector<ResourceLoad> loads = evaluation.resources;
  std::erase_if(loads, [](const ResourceLoad& load) { return load.kind != ResourceKind::memory; });
  return loads;
}

// (4 + 3068) / 4096 MiB, beside 5 Hz of 80 ms on one core.
TEST(Model, tells_the_memory_of_nodes_that_serve_and_does_not_weigh_it_as_load) {
  SampleOptions options{.edge = {2, 1, 1.0}};
  Scenario scenario = sample_scenario(options);
  scenario.placement = PlaceExplicitly{{{0, {0}}}};  // edge-1 alone
  scenario.services[0].package.variants[0].memory = 3068_MiB;
  const Evaluation evaluation = evaluate(scenario, {});
  const auto memory = memory_of(evaluation);
  ASSERT_EQ(memory.size(), 1U) << "edge-2 and endpoint-1 serve nothing";
  EXPECT_EQ(memory[0].name, "edge-1 memory");
  EXPECT_DOUBLE_EQ(memory[0].offered_load, 0.75);
  EXPECT_DOUBLE_EQ(memory[0].utilisation, 0.75);
  EXPECT_EQ(evaluation.bottleneck, "edge-1 cpu");
  EXPECT_NEAR(*head_room(evaluation), 1.5, 0.001) << "until its core is full";
  scenario.workload[0].arrivals = Periodic{100ms};
  EXPECT_DOUBLE_EQ(memory_of(evaluate(scenario, {})).at(0).offered_load, 0.75) << "twice the load fills no memory";
}

TEST(Model, stays_feasible_with_more_in_memory_than_there_is_since_memory_is_no_load) {
  Scenario scenario = sample_scenario({.edge = {1, 1, 1.0}});
  scenario.services[0].package.variants[0].memory = 4096_MiB;  // fits, and leaves nothing for the node's program
  const Evaluation evaluation = evaluate(scenario, {});
  EXPECT_DOUBLE_EQ(memory_of(evaluation).at(0).offered_load, 4100.0 / 4096);
  EXPECT_DOUBLE_EQ(memory_of(evaluation).at(0).utilisation, 1.0);
  EXPECT_TRUE(evaluation.feasible);
  EXPECT_EQ(evaluation.bottleneck, "edge-1 cpu");
}

TEST(Model, tells_no_memory_where_a_variant_states_none) {
  EXPECT_THAT(memory_of(evaluate(sample_scenario({.edge = {1, 1, 1.0}}), {})), IsEmpty());
}

TEST(Model, says_that_it_leaves_out_events_and_programs) {
  Scenario scenario = sample_scenario({});
  scenario.events = {{.at = 1s, .action = CommandNodes{NodeCommand::kill, {0}}, .text = "kill cloud-1"}};
  scenario.programs = {{.name = "ping", .on = {0}, .command = "ping edge-1", .deadline = 1s}};
  const Evaluation evaluation = evaluate(scenario, {});
  EXPECT_THAT(evaluation.notes, Contains(HasSubstr("1 events are left out")));
  EXPECT_THAT(evaluation.notes, Contains(HasSubstr("1 programs are left out")));
}

TEST(Model, answers_the_same_every_time) {
  const Scenario scenario = sample_scenario({.cloud = {1, 4, 1}, .edge = {2, 1, 1.0}, .endpoint = {8, 1, 0.5}});
  EXPECT_EQ(serialise(evaluate(scenario, {})), serialise(evaluate(scenario, {})));
}

}  // namespace
}  // namespace continuo
