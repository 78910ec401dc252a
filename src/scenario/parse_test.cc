#include "scenario/parse.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/test_files.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using Parsed = std::variant<Scenario, std::vector<ScenarioError>>;

Parsed parse(const std::string& name) {
  const TestdataFiles files;
  const auto text = files.read(name, Bytes::mebibytes(1));
  return parse_scenario(text.value_or("there is no " + name), name, files);
}

Scenario valid(const std::string& name) {
  Parsed parsed = parse(name);
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) {
    ADD_FAILURE() << to_string(*errors);
    return {};
  }
  return std::get<Scenario>(parsed);
}

// What the smallest scenario's parser says about a text in which `line` is one more line.
std::string errors_with(const std::string& line) {
  const std::string text =
      "tiers: {cloud: , edge: {nodes: 2}, endpoint: }\n"
      "services: [{package: packages/face}]\n"
      "workload: [{from: endpoint, service: face-detect, every: 1 s}]\n" +
      line + "\n";
  const Parsed parsed = parse_scenario(text, "x.yaml", TestdataFiles{});
  const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed);
  return errors == nullptr ? "" : to_string(*errors);
}

TEST(ParseScenario, reads_tiers_and_names_their_nodes) {
  const Scenario scenario = valid("good/everything.yaml");
  ASSERT_EQ(scenario.tiers.size(), 3U);
  EXPECT_EQ(scenario.tiers[0].role, Role::cloud);
  EXPECT_EQ(scenario.tiers[0].nodes, 1);
  EXPECT_EQ(scenario.tiers[0].runtimes, (std::vector<std::string>{"onnxruntime", "opencv"}));
  EXPECT_EQ(scenario.tiers[1].memory, Bytes::gibibytes(2));
  EXPECT_DOUBLE_EQ(scenario.tiers[1].cpu(), 1.5);  // 2 cores at 75 %
  EXPECT_FALSE(scenario.tiers[1].runtimes.has_value());
  EXPECT_EQ(scenario.tiers[2].role, Role::endpoint);
  EXPECT_EQ(scenario.tiers[2].runtimes, std::vector<std::string>{});
  ASSERT_EQ(scenario.nodes.size(), 6U);
  EXPECT_EQ(scenario.nodes[0].name, "cloud-1");
  EXPECT_EQ(scenario.nodes[2].name, "edge-2");
  EXPECT_EQ(scenario.nodes[5].name, "camera-3");
  EXPECT_EQ(scenario.hub, 2U);
  EXPECT_EQ(scenario.seed, Seed{18446744073709551615U});
}

TEST(ParseScenario, bounds_the_nodes_of_a_tier_beyond_cpu_and_memory) {
  const Scenario scenario = valid("good/everything.yaml");
  const Tier& edge = scenario.tiers[1];
  EXPECT_EQ(edge.pinned, (std::vector<int>{3, 5}));
  EXPECT_EQ(edge.processes, 256);
  EXPECT_EQ(edge.disk_read, BitRate::bits_per_second(400'000'000));  // 50 MB/s, eight bits a byte
  EXPECT_EQ(edge.disk_write, BitRate::bits_per_second(160'000'000));
  EXPECT_FALSE(scenario.tiers[0].processes.has_value());
  EXPECT_THAT(scenario.tiers[0].pinned, testing::IsEmpty());
}

TEST(ParseScenario, reads_the_tolerances_of_an_emulation) {
  const DeliveryTolerances tolerances = valid("good/everything.yaml").tolerances;
  EXPECT_EQ(tolerances.delay, 2ms);
  EXPECT_DOUBLE_EQ(tolerances.delay_share, 0.1);
  EXPECT_DOUBLE_EQ(tolerances.rate_share, 0.03);
  EXPECT_DOUBLE_EQ(tolerances.cpu_share, 0.2);
  EXPECT_EQ(tolerances.lateness_p99, 500us);
}

TEST(ParseScenario, gives_every_tier_the_network_stack_of_the_scenario_unless_it_says_otherwise) {
  const Scenario scenario = valid("good/everything.yaml");
  const NetworkStack everywhere{.congestion_control = "cubic",
                                .initial_window = 20,
                                .slow_start_after_idle = false,
                                .receive_buffer_max = 1_MiB,
                                .send_buffer_max = 64_KiB};
  NetworkStack at_the_edge = everywhere;
  at_the_edge.congestion_control = "reno";
  at_the_edge.mtu = 9000_B;
  EXPECT_EQ(scenario.tiers[0].network, everywhere);
  EXPECT_EQ(scenario.tiers[1].network, at_the_edge);
}

TEST(ParseScenario, puts_operating_services_on_their_nodes) {
  const Scenario scenario = valid("good/everything.yaml");
  ASSERT_EQ(scenario.operating.size(), 2U);
  EXPECT_EQ(scenario.operating[0].kind, OperatingService::Kind::mosquitto);
  EXPECT_EQ(scenario.operating[0].on, 2U);
  EXPECT_EQ(scenario.operating[1].kind, OperatingService::Kind::prometheus);
  EXPECT_EQ(scenario.operating[1].on, 0U);  // the tier has one node
}

TEST(ParseScenario, takes_a_presets_figures_by_the_roles_of_both_ends) {
  const Scenario scenario = valid("good/everything.yaml");
  ASSERT_EQ(scenario.links.size(), 9U);
  // 4g, edge to endpoint: 7.5 ms, 2.5 ms, 7.21 Mbit/s, in both directions.
  for (const auto& link : {scenario.link(1, 3), scenario.link(3, 1)}) {
    EXPECT_EQ(link.delay, 7500us);
    EXPECT_EQ(link.jitter, 2500us);
    EXPECT_EQ(link.rate, BitRate::megabits_per_second(7.21));
    EXPECT_EQ(link.loss, Probability::never());
  }
}

TEST(ParseScenario, lets_explicit_figures_override_the_presets) {
  const Scenario scenario = valid("good/everything.yaml");
  const LinkProperties& link = scenario.link(0, 3);
  EXPECT_EQ(link.delay, 30ms);
  EXPECT_EQ(link.jitter, 5ms);
  EXPECT_FALSE(link.rate.has_value());
}

TEST(ParseScenario, keeps_the_directions_of_a_link_apart) {
  const Scenario scenario = valid("good/everything.yaml");
  EXPECT_EQ(scenario.link(1, 0).delay, 7500us);
  EXPECT_EQ(scenario.link(1, 0).loss, Probability::of(0.01));
  // No link of the file: a LAN.
  EXPECT_EQ(scenario.link(0, 1).delay, 100us);
  EXPECT_EQ(scenario.link(1, 2).rate, BitRate::megabits_per_second(1000));
}

TEST(ParseScenario, gives_what_no_site_names_a_site_by_tier) {
  const Scenario scenario = valid("good/everything.yaml");
  ASSERT_EQ(scenario.sites.size(), 3U);
  EXPECT_EQ(scenario.sites[0].nodes, (std::vector<NodeIndex>{1, 3, 4, 5}));
  EXPECT_EQ(scenario.sites[1].name, "cloud");
  EXPECT_EQ(scenario.sites[2].nodes, (std::vector<NodeIndex>{2}));
  EXPECT_TRUE(scenario.same_site(1, 5));
  EXPECT_FALSE(scenario.same_site(1, 2));
}

TEST(ParseScenario, reads_services_with_their_packages) {
  const Scenario scenario = valid("good/everything.yaml");
  ASSERT_EQ(scenario.services.size(), 2U);
  EXPECT_EQ(scenario.services[0].name, "faces");
  ASSERT_TRUE(scenario.services[0].slo.has_value());
  EXPECT_DOUBLE_EQ(scenario.services[0].slo->quantile, 0.99);
  EXPECT_EQ(scenario.services[0].slo->bound, 250ms);
  EXPECT_EQ(scenario.services[1].name, "face-detect");  // the package's
  EXPECT_EQ(scenario.services[1].package.variants.size(), 2U);
}

TEST(ParseScenario, reads_how_instances_queue_and_batch_requests) {
  const Scenario scenario = valid("good/everything.yaml");
  EXPECT_EQ(scenario.services[0].queue, 16);
  EXPECT_EQ(scenario.services[0].batch.most, 8);
  EXPECT_EQ(scenario.services[0].batch.wait, 5ms);
  EXPECT_EQ(scenario.services[1].queue, 64);
  EXPECT_EQ(scenario.services[1].batch.most, 1);
}

TEST(ParseScenario, reads_streams_with_their_inputs) {
  const Scenario scenario = valid("good/everything.yaml");
  ASSERT_EQ(scenario.workload.size(), 2U);
  const Stream& clean = scenario.workload[0];
  EXPECT_EQ(clean.from, 2U);
  EXPECT_EQ(std::get<Periodic>(clean.arrivals).interval, 200ms);
  EXPECT_EQ(clean.transport, Transport::http);
  EXPECT_EQ(scenario.workload[1].transport, Transport::grpc);
  // The expectation beside two.jpg is no input. 23 and 11 bytes: 17 in the mean.
  EXPECT_EQ(clean.inputs, (std::vector<std::filesystem::path>{"photos/one.jpg", "photos/two.jpg"}));
  EXPECT_EQ(clean.input_size, 17_B);
  EXPECT_EQ(clean.parameters.at("unclip"), ParameterValue{2.0});
  EXPECT_EQ(clean.parameters.at("fast"), ParameterValue{true});
  EXPECT_EQ(clean.parameters.at("mode"), ParameterValue{std::string{"1"}});
  EXPECT_EQ(clean.start, 5s);
  EXPECT_EQ(clean.duration, 60s);
  EXPECT_EQ(clean.deadline, 2s);
  const Stream& other = scenario.workload[1];
  EXPECT_EQ(other.name, "face-detect");
  EXPECT_EQ(std::get<Poisson>(other.arrivals).mean_interval, 200ms);
  EXPECT_EQ(other.inputs, std::vector<std::filesystem::path>{"packages/face/sample.jpg"});
  EXPECT_EQ(other.input_size, 65_kB);
  // From 0 s (the second stream) to 65 s (the end of the first).
  EXPECT_EQ(scenario.duration(), 65s);
}

TEST(ParseScenario, reads_a_closed_loop) {
  const auto loop_of = [](const std::string& arrivals) {
    const auto parsed = parse_scenario("tiers: {endpoint: {nodes: 3}}\nservices: [{package: packages/face}]\n"
                                       "workload: [{from: endpoint, service: face-detect, " + arrivals + "}]\n",
                                       "x.yaml", TestdataFiles{});
    return std::get<ClosedLoop>(std::get<Scenario>(parsed).workload.at(0).arrivals);
  };
  EXPECT_EQ(loop_of("users: 4, think: 100 ms").users, 4);
  EXPECT_EQ(loop_of("users: 4, think: 100 ms").think, 100ms);
  EXPECT_TRUE(loop_of("users: 4, think: 100 ms").exponential);
  EXPECT_FALSE(loop_of("users: 4, think: 100 ms, thinking: fixed").exponential);
  EXPECT_EQ(loop_of("users: 1").think, 0ms) << "each sends as soon as it has the answer";
}

TEST(ParseScenario, reads_an_explicit_placement) {
  const Scenario scenario = valid("good/everything.yaml");
  const auto& places = std::get<PlaceExplicitly>(scenario.placement).nodes;
  EXPECT_EQ(places.at(0), (std::vector<NodeIndex>{0, 1, 2}));
  EXPECT_EQ(places.at(1), (std::vector<NodeIndex>{0}));
}

TEST(ParseScenario, has_a_default_for_all_but_the_question) {
  const Scenario scenario = valid("good/smallest.yaml");
  EXPECT_EQ(scenario.name, "smallest");
  EXPECT_TRUE(std::holds_alternative<PlaceAutomatically>(scenario.placement));
  EXPECT_EQ(scenario.seed, Seed{1});
  EXPECT_EQ(scenario.hub, 0U);
  ASSERT_EQ(scenario.sites.size(), 1U);
  EXPECT_EQ(scenario.sites[0].nodes.size(), 2U);
  EXPECT_EQ(scenario.workload[0].duration, 60s);
  EXPECT_EQ(scenario.workload[0].deadline, 10s);
}

TEST(ParseScenario, takes_a_tier_or_auto_as_placement) {
  EXPECT_EQ(errors_with("placement: auto"), "");
  EXPECT_EQ(errors_with("placement: edge"), "");
  EXPECT_EQ(errors_with("hub: edge-2"), "");
}

TEST(ParseScenario, accepts_a_link_that_is_said_twice_alike) {
  EXPECT_EQ(errors_with("links: [{between: [edge, endpoint], preset: 4g}, {from: edge, to: endpoint, preset: 4g}]"), "");
}

TEST(ParseScenario, names_the_nodes_that_a_tier_has) {
  EXPECT_EQ(errors_with("hub: edge-3"),
            "x.yaml:4:6: unknown node \"edge-3\"\n  tier \"edge\" has the nodes edge-1 to edge-2\n");
}

TEST(ParseScenario, refuses_a_file_beyond_its_limits) {
  EXPECT_NE(errors_with(std::string(2 << 20, '#')).find("at most 1048576 are read"), std::string::npos);
  EXPECT_NE(errors_with("seed: " + std::string(1000, '[')).find("nested more than 16 deep"), std::string::npos);
  std::string many = "links: [";
  for (int item = 0; item < 200'000; ++item) many += "a,";
  EXPECT_NE(errors_with(many + "a]").find("more than 100000 values"), std::string::npos);
  std::string thousand = "links: [";
  for (int item = 0; item < 1000; ++item) thousand += "a,";
  EXPECT_NE(errors_with(thousand + "a]").find("and more errors than are shown"), std::string::npos);
}

TEST(LoadScenario, tells_a_file_that_is_not_there) {
  const auto parsed = load_scenario("no/such.yaml");
  ASSERT_TRUE(std::holds_alternative<std::vector<ScenarioError>>(parsed));
  EXPECT_EQ(to_string(std::get<std::vector<ScenarioError>>(parsed)), "no/such.yaml: there is no such file\n  check the path\n");
}

}  // namespace
}  // namespace continuo
