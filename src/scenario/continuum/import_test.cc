#include "scenario/continuum/import.hh"

#include <gmock/gmock.h>

#include "scenario/continuum/config_for_tests.hh"
#include "scenario/test_files.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using test::changed;
using test::import_of;
using test::Keys;
using test::kubernetes_keys;
using test::mist_keys;
using test::notes_of;
using test::scenario_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const LinkProperties& link_of(const Scenario& scenario, const std::string& from, const std::string& to) {
  for (const Link& link : scenario.links) {
    if (scenario.tiers[link.from].name == from && scenario.tiers[link.to].name == to) return link.properties;
  }
  throw std::runtime_error("no link");
}

Keys with_network(const Keys& keys) { return changed(keys, {{"network_emulation", "True"}}); }

TEST(ContinuumImport, makes_tiers_of_layers) {
  const Scenario scenario = scenario_of(changed(mist_keys(), {{"edge_read_speed", "50"}, {"endpoint_write_speed", "20"}}));
  ASSERT_EQ(scenario.tiers.size(), 2U);
  const Tier& edge = scenario.tiers[0];
  EXPECT_EQ(edge.name, "edge");
  EXPECT_EQ(edge.nodes, 1);
  EXPECT_EQ(edge.cores, 2);
  EXPECT_EQ(edge.memory, 4_GiB);
  EXPECT_EQ(edge.disk_read, BitRate::megabits_per_second(400)) << "50 MB/s";
  EXPECT_FALSE(edge.disk_write);
  EXPECT_EQ(scenario.tiers[1].name, "endpoint");
  EXPECT_EQ(scenario.tiers[1].nodes, 2);
  EXPECT_EQ(scenario.tiers[1].disk_write, BitRate::megabits_per_second(160));
}

TEST(ContinuumImport, takes_the_quota_of_an_endpoint_as_a_share_of_a_core) {
  EXPECT_EQ(scenario_of(mist_keys()).tiers[1].quota, 0.5);
  EXPECT_EQ(scenario_of(mist_keys()).tiers[0].quota, 0.75);
}

TEST(ContinuumImport, keeps_kubernetes_control_plane_apart_from_the_workers) {
  const Scenario scenario = scenario_of(kubernetes_keys());
  ASSERT_EQ(scenario.tiers.size(), 3U);
  EXPECT_EQ(scenario.tiers[0].name, "cloud-controller");
  EXPECT_EQ(scenario.tiers[0].role, Role::cloud);
  EXPECT_EQ(scenario.tiers[0].nodes, 1);
  EXPECT_EQ(scenario.tiers[1].name, "cloud");
  EXPECT_EQ(scenario.tiers[1].nodes, 2) << "of 3";
  EXPECT_EQ(scenario.nodes[scenario.hub].name, "cloud-controller-1");
  EXPECT_EQ(std::get<PlaceOnTier>(scenario.placement).tier, 1U);
}

TEST(ContinuumImport, places_the_application_where_the_resource_manager_runs_it) {
  EXPECT_EQ(std::get<PlaceOnTier>(scenario_of(mist_keys()).placement).tier, 0U) << "mist: the edge";
  const Scenario kubeedge = scenario_of(changed(mist_keys(), {{"resource_manager", "kubeedge"},
                                                              {"cloud_nodes", "1"},
                                                              {"cloud_cores", "2"},
                                                              {"cloud_memory", "4"},
                                                              {"cloud_quota", "1"}}));
  EXPECT_EQ(kubeedge.tiers[std::get<PlaceOnTier>(kubeedge.placement).tier].name, "edge");
  EXPECT_EQ(kubeedge.nodes[kubeedge.hub].name, "cloud-1");
  const Scenario alone = scenario_of(changed(mist_keys(), {{"edge_nodes", ""}, {"resource_manager", "none"}}));
  EXPECT_EQ(alone.tiers[std::get<PlaceOnTier>(alone.placement).tier].name, "endpoint");
  for (const char* manager : {"kubecontrol", "kube_kata"}) {
    EXPECT_EQ(scenario_of(changed(kubernetes_keys(), {{"resource_manager", manager}})).nodes.at(0).name, "cloud-controller-1");
  }
}

TEST(ContinuumImport, sends_images_at_the_frequency_for_the_duration) {
  const Scenario scenario = scenario_of(changed(mist_keys(), {{"frequency", "3"}, {"duration", "60"}}));
  ASSERT_EQ(scenario.workload.size(), 1U);
  EXPECT_EQ(scenario.workload[0].mean_interval(), 333'333'333ns);
  EXPECT_EQ(scenario.workload[0].duration, 60s);
  EXPECT_EQ(scenario.tiers[scenario.workload[0].from].name, "endpoint");
  EXPECT_EQ(scenario.services.at(0).name, "image-classification");
  EXPECT_EQ(scenario_of(mist_keys()).workload[0].duration, 300s) << "unless it says so";
}

TEST(ContinuumImport, names_the_package_that_it_is_told) {
  const auto config = test::config_of(mist_keys());
  EXPECT_THAT(import_continuum(config, {.services = "../services"}).yaml,
              HasSubstr("package: \"../services/classification-load\""));
  EXPECT_THAT(import_continuum(config, {.services = "my \"own\"", .package = "mobilenet"}).yaml,
              HasSubstr("package: \"my \\\"own\\\"/mobilenet\""));
}

TEST(ContinuumImport, has_no_links_of_its_own_without_network_emulation) {
  const Scenario scenario = scenario_of(changed(mist_keys(), {{"edge_endpoint_latency_avg", "30"}}));
  EXPECT_EQ(link_of(scenario, "edge", "endpoint").delay, default_link().delay);
  EXPECT_THAT(notes_of(changed(mist_keys(), {{"edge_endpoint_latency_avg", "30"}, {"wireless_network_preset", "5g"}})),
              testing::AllOf(HasSubstr("edge_endpoint_latency_avg = 30\n  network_emulation is off"),
                             HasSubstr("wireless_network_preset = 5g\n  network_emulation is off")));
}

TEST(ContinuumImport, takes_the_presets_of_the_wireless_network) {
  const Scenario four = scenario_of(with_network(kubernetes_keys()));
  EXPECT_EQ(link_of(four, "cloud", "endpoint").delay, 45ms);
  EXPECT_EQ(link_of(four, "endpoint", "cloud").jitter, 5ms) << "both directions";
  EXPECT_EQ(link_of(four, "cloud", "endpoint").rate, BitRate::megabits_per_second(7.21));
  EXPECT_EQ(link_of(four, "cloud-controller", "cloud").delay, 0ms);
  const Scenario five = scenario_of(changed(with_network(kubernetes_keys()), {{"wireless_network_preset", "5g"}}));
  EXPECT_EQ(link_of(five, "cloud", "endpoint").rate, BitRate::megabits_per_second(29.66));
}

// A cloud for kubeedge, two edges and endpoints: every path that Continuum has but one, cloud to cloud.
Keys all_layers() {
  return with_network(changed(mist_keys(), {{"resource_manager", "kubeedge"},
                                            {"cloud_nodes", "1"},
                                            {"cloud_cores", "2"},
                                            {"cloud_memory", "4"},
                                            {"cloud_quota", "1"},
                                            {"edge_nodes", "2"}}));
}

TEST(ContinuumImport, puts_stated_latencies_and_throughputs_above_the_presets) {
  const std::map<std::string, std::pair<std::string, std::string>> paths{{"edge", {"edge", "edge"}},
                                                                         {"cloud_edge", {"cloud", "edge"}},
                                                                         {"cloud_endpoint", {"cloud", "endpoint"}},
                                                                         {"edge_endpoint", {"edge", "endpoint"}}};
  for (const auto& [prefix, ends] : paths) {
    const Scenario scenario = scenario_of(changed(
        all_layers(), {{prefix + "_latency_avg", "30"}, {prefix + "_latency_var", "3.25"}, {prefix + "_throughput", "8.5"}}));
    const LinkProperties& link = link_of(scenario, ends.first, ends.second);
    EXPECT_EQ(link.delay, 30ms) << prefix;
    EXPECT_EQ(link.jitter, 3'250us) << prefix;
    EXPECT_EQ(link.rate, BitRate::megabits_per_second(8.5)) << prefix;
  }
  const Scenario cloud = scenario_of(changed(
      with_network(kubernetes_keys()), {{"cloud_latency_avg", "2"}, {"cloud_latency_var", "0.5"}, {"cloud_throughput", "100"}}));
  for (const char* end : {"cloud", "cloud-controller"}) {
    EXPECT_EQ(link_of(cloud, "cloud", end).delay, 2ms);
    EXPECT_EQ(link_of(cloud, "cloud", end).jitter, 500us);
    EXPECT_EQ(link_of(cloud, "cloud", end).rate, BitRate::megabits_per_second(100));
  }
}

TEST(ContinuumImport, cuts_a_deviation_at_half_of_the_latency_and_says_so) {
  const Keys no_latency = changed(with_network(kubernetes_keys()), {{"cloud_endpoint_latency_avg", "0"}});
  EXPECT_EQ(link_of(scenario_of(no_latency), "cloud", "endpoint").jitter, 0ms) << "the preset's 5 ms";
  EXPECT_THAT(notes_of(no_latency), HasSubstr("a deviation of 5 ms about a latency of 0 ms between cloud and endpoint"));
  const Keys wide = changed(all_layers(), {{"edge_endpoint_latency_var", "20"}});
  EXPECT_EQ(link_of(scenario_of(wide), "edge", "endpoint").jitter, 3'750us) << "half of 7.5 ms";
}

TEST(ContinuumImport, pins_each_tier_to_cores_of_its_own) {
  const Scenario scenario = scenario_of(changed(mist_keys(), {{"cpu_pin", "True"}}));
  EXPECT_THAT(scenario.tiers[0].pinned, ElementsAre(0, 1)) << "one node of two cores";
  EXPECT_THAT(scenario.tiers[1].pinned, ElementsAre(2, 3)) << "two nodes of one";
  EXPECT_THAT(notes_of(changed(mist_keys(), {{"cpu_pin", "True"}})), HasSubstr("its nodes share them"));
  EXPECT_THAT(notes_of(changed(mist_keys(), {{"cpu_pin", "True"}, {"endpoint_nodes", "2000"}})),
              HasSubstr("no host has the 2002 cores"));
}

TEST(ContinuumImport, lowers_quota_and_memory_to_what_the_application_may_use) {
  const Scenario worker = scenario_of(changed(
      mist_keys(), {{"application_worker_cpu", "0.5"}, {"applications_per_worker", "2"}, {"application_worker_memory", "0.75"}}));
  EXPECT_EQ(worker.tiers[0].quota, 0.5) << "two applications with half a core each, of two cores";
  EXPECT_EQ(worker.tiers[0].memory, Bytes::mebibytes(1536));
  EXPECT_EQ(worker.tiers[1].quota, 0.5) << "the endpoint has what it had";
  const Scenario endpoint =
      scenario_of(changed(mist_keys(), {{"application_endpoint_cpu", "0.25"}, {"application_endpoint_memory", "0.5"}}));
  EXPECT_EQ(endpoint.tiers[1].quota, 0.25);
  EXPECT_EQ(endpoint.tiers[1].memory, Bytes::mebibytes(512));
  EXPECT_EQ(
      scenario_of(changed(mist_keys(), {{"application_worker_cpu", "8"}, {"application_worker_memory", "8"}})).tiers[0].quota,
      0.75)
      << "no more than the node has";
}

TEST(ContinuumImport, gives_a_node_the_least_that_a_scenario_allows_and_says_so) {
  const Keys tiny = changed(mist_keys(), {{"application_worker_cpu", "0.001"}, {"application_worker_memory", "0.001"}});
  EXPECT_EQ(scenario_of(tiny).tiers[0].quota, 0.01);
  EXPECT_EQ(scenario_of(tiny).tiers[0].memory, Bytes::mebibytes(16));
  EXPECT_THAT(notes_of(tiny),
              testing::AllOf(HasSubstr("a hundredth of each of its cores"), HasSubstr("a node has at least 16 MiB")));
}

TEST(ContinuumImport, runs_nothing_but_the_nodes_for_infra_only_and_resource_manager_only) {
  for (const char* key : {"infra_only", "resource_manager_only"}) {
    const Keys keys = changed(mist_keys(), {{key, "True"}});
    const Scenario scenario = scenario_of(keys);
    EXPECT_TRUE(scenario.services.empty());
    ASSERT_EQ(scenario.programs.size(), 1U);
    EXPECT_EQ(scenario.programs[0].command, "true");
    EXPECT_THAT(notes_of(keys), HasSubstr("frequency = 5\n  no application runs"));
  }
}

TEST(ContinuumImport, runs_empty_stress_and_mem_usage_as_programs_on_the_workers) {
  const auto program = [](const Keys& changes) {
    const Scenario scenario = scenario_of(changed(kubernetes_keys(), changes));
    EXPECT_THAT(scenario.programs.at(0).on, ElementsAre(1, 2)) << "not the control plane";
    return scenario.programs.at(0);
  };
  EXPECT_EQ(program({{"application", "empty"}, {"sleep_time", "90"}}).command, "sleep 90");
  EXPECT_EQ(program({{"application", "empty"}, {"sleep_time", "90"}}).deadline, 150s) << "a minute more";
  EXPECT_EQ(program({{"application", "empty"}, {"sleep_time", "90"}, {"applications_per_worker", "10"}}).command,
            "for each in $(seq 10); do sleep 90 & done; wait");
  EXPECT_EQ(program({{"application", "empty_kata"}, {"sleep_time", "30"}}).command, "sleep 30");
  EXPECT_EQ(program({{"application", "stress"}, {"stress_app_timeout", "20"}}).command,
            "{ timeout 20 sh -c 'while :; do :; done' || [ $? = 124 ]; }");
  EXPECT_EQ(program({{"application", "mem_usage"}}).command, "sleep 60");
}

TEST(ContinuumImport, scrapes_with_prometheus_for_observability) {
  const Scenario scenario = scenario_of(changed(kubernetes_keys(), {{"observability", "True"}}));
  ASSERT_EQ(scenario.operating.size(), 1U);
  EXPECT_EQ(scenario.operating[0].kind, OperatingService::Kind::prometheus);
  EXPECT_EQ(scenario.operating[0].on, 0U) << "the control plane";
  EXPECT_THAT(notes_of(changed(kubernetes_keys(), {{"observability", "True"}})), HasSubstr("Grafana"));
}

TEST(ContinuumImport, leaves_the_worker_of_a_function_all_its_cores) {
  const Keys keys =
      changed(kubernetes_keys(), {{"model", "openfaas"}, {"application_worker_cpu", "1"}, {"application_worker_memory", "1"}});
  EXPECT_EQ(scenario_of(keys).tiers[1].quota, 1.0);
  EXPECT_EQ(scenario_of(keys).tiers[1].memory, 8_GiB);
  EXPECT_THAT(notes_of(keys), testing::AllOf(HasSubstr("model = openfaas"), HasSubstr("at most 1 core and 1000 MB")));
}

TEST(ContinuumImport, says_of_every_parameter_that_it_does_not_carry_over_what_is_done_instead) {
  for (const ContinuumParameter& parameter : continuum_parameters()) {
    if (parameter.instead.empty()) continue;
    Keys keys = kubernetes_keys();
    if (!keys.contains(parameter.key)) {
      const std::map<std::string, std::string> values{{"external_physical_machines", "me@one"},
                                                      {"prefixIP", "10.4"},
                                                      {"middleIP", "7"},
                                                      {"middleIP_base", "7"},
                                                      {"kube_version", "v1.27.0"},
                                                      {"kube_deployment", "pod"},
                                                      {"runtime", "runc"},
                                                      {"runtime_filesystem", "overlayfs"},
                                                      {"model", "openfaas"}};
      const auto value = values.find(parameter.key);
      keys[parameter.key] = value == values.end() ? "True" : value->second;
    }
    const ImportedScenario imported = import_of(keys);
    const auto note = std::ranges::find_if(imported.not_carried_over, [&](const NotCarriedOver& one) {
      return one.what.starts_with(parameter.key + " = ");
    });
    ASSERT_NE(note, imported.not_carried_over.end()) << parameter.key;
    EXPECT_EQ(note->instead, parameter.instead);
    EXPECT_GT(note->line, 1) << "below the section's head";
    EXPECT_THAT(imported.yaml, HasSubstr("#   line " + std::to_string(note->line) + ": " + note->what + "\n"));
  }
}

TEST(ContinuumImport, says_of_every_parameter_that_plays_no_part_why) {
  const std::string said = notes_of(changed(mist_keys(), {{"cloud_cores", "2"},
                                                          {"cloud_memory", "4"},
                                                          {"cloud_quota", "1"},
                                                          {"cloud_read_speed", "1"},
                                                          {"cloud_write_speed", "1"},
                                                          {"sleep_time", "3"},
                                                          {"stress_app_timeout", "4"},
                                                          {"applications_per_worker", "2"}}));
  for (const char* key :
       {"cloud_cores = 2", "cloud_memory = 4", "cloud_quota = 1", "cloud_read_speed = 1", "cloud_write_speed = 1"}) {
    EXPECT_THAT(said, HasSubstr(std::string{key} + "\n  there are no nodes of the cloud"));
  }
  EXPECT_THAT(said, HasSubstr("sleep_time = 3\n  it is a parameter of empty"));
  EXPECT_THAT(said, HasSubstr("stress_app_timeout = 4\n  it is a parameter of stress"));
  EXPECT_THAT(said, HasSubstr("applications_per_worker = 2\n  a node has one instance"));
  EXPECT_THAT(notes_of(changed(all_layers(), {{"cloud_throughput", "5"}})),
              HasSubstr("cloud_throughput = 5\n  there are no two nodes"));
}

TEST(ContinuumImport, reads_a_file_that_says_everything) {
  const auto text = TestdataFiles{}.read("continuum/every-key.cfg", Bytes::mebibytes(1));
  ASSERT_TRUE(text.has_value());
  const auto config = parse_continuum(*text, "every-key.cfg");
  const auto* errors = std::get_if<std::vector<ScenarioError>>(&config);
  ASSERT_EQ(errors, nullptr) << to_string(*errors);
  for (const ContinuumParameter& parameter : continuum_parameters()) {
    EXPECT_TRUE(std::get<ContinuumConfig>(config).given.contains(lower_case(parameter.key))) << parameter.key;
  }
  const auto imported = import_continuum(std::get<ContinuumConfig>(config), {.services = "services"});
  EXPECT_TRUE(std::holds_alternative<Scenario>(parse_scenario(imported.yaml, "a.yaml", test::AnyPackage{}))) << imported.yaml;
}

TEST(ContinuumImport, shows_no_secret) {
  const Keys keys =
      changed(mist_keys(), {{"aws_access_keys", "hush"}, {"aws_secret_access_keys", "hush"}, {"gcp_credentials", "hush"}});
  EXPECT_THAT(import_of(keys).yaml, Not(HasSubstr("hush")));
  EXPECT_THAT(notes_of(keys), Not(HasSubstr("hush")));
  EXPECT_THAT(notes_of(keys), HasSubstr("aws_access_keys = (not shown)"));
}

TEST(ContinuumImport, names_the_lines_that_each_line_came_from) {
  // [infrastructure], provider, then edge_nodes in line 3, endpoint_nodes in line 4; cores 5, 6; memory 7, 8; quota 9, 10.
  const std::string yaml = import_of(mist_keys()).yaml;
  EXPECT_THAT(yaml, HasSubstr("edge: {nodes: 1, cores: 2, quota: 0.75, memory: 4 GiB}  # lines 3, 5, 7, 9\n"));
  EXPECT_THAT(yaml, HasSubstr("every: 200 ms, duration: 300 s}  # line 14\n"))
      << "[benchmark] is 11, frequency the last of three";
  EXPECT_THAT(yaml, HasSubstr("# From a.cfg, a configuration of the Continuum framework"));
}

}  // namespace
}  // namespace continuo
