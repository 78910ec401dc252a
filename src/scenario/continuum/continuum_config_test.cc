#include "scenario/continuum/continuum_config.hh"

#include <gmock/gmock.h>

#include <algorithm>

#include "scenario/continuum/config_for_tests.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using test::changed;
using test::config_of;
using test::errors_of;
using test::kubernetes_keys;
using test::mist_keys;
using test::text_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// What is said of a valid file when one key is changed.
std::string said_of(const std::string& key, const std::string& value) {
  return errors_of(text_of(changed(mist_keys(), {{key, value}})));
}

TEST(ContinuumConfig, has_continuums_defaults) {
  const ContinuumConfig config = config_of(mist_keys());
  EXPECT_FALSE(config.infra_only);
  EXPECT_EQ(config.tiers.at(Role::cloud).nodes, 0);
  EXPECT_FALSE(config.tiers.at(Role::edge).read_speed) << "0 MB/s is unlimited";
  EXPECT_FALSE(config.tiers.at(Role::edge).write_speed);
  EXPECT_FALSE(config.cpu_pin);
  EXPECT_THAT(config.external_physical_machines, IsEmpty());
  EXPECT_FALSE(config.netperf);
  EXPECT_EQ(config.base_path, "");
  EXPECT_EQ(config.prefix_ip, "192.168");
  EXPECT_EQ(config.middle_ip, 100);
  EXPECT_EQ(config.middle_ip_base, 90);
  EXPECT_FALSE(config.delete_at_end);
  EXPECT_FALSE(config.network_emulation);
  EXPECT_EQ(config.wireless_network_preset, "4g");
  for (const auto& [ends, path] : config.paths) EXPECT_FALSE(path.latency_avg || path.latency_var || path.throughput);
  EXPECT_FALSE(config.resource_manager_only);
  EXPECT_FALSE(config.docker_pull);
  EXPECT_EQ(config.worker_cpu(), 1.5) << "2 cores less a half";
  EXPECT_EQ(config.worker_memory(), Bytes::mebibytes(3584)) << "4 GB less a half";
  EXPECT_EQ(config.applications_per_worker, 1);
  EXPECT_FALSE(config.observability);
  EXPECT_FALSE(config.cache_worker);
  EXPECT_EQ(config.kube_version, "v1.27.0");
  EXPECT_EQ(config.kube_deployment, "pod");
  EXPECT_EQ(config.runtime, "runc");
  EXPECT_EQ(config.runtime_filesystem, "devmapper");
  EXPECT_EQ(config.duration, 300s);
  EXPECT_FALSE(config.openfaas);
}

TEST(ContinuumConfig, reads_the_nodes_of_each_layer) {
  const ContinuumConfig config = config_of(changed(mist_keys(), {{"edge_read_speed", "50"}, {"edge_write_speed", "20"}}));
  const ContinuumTier& edge = config.tiers.at(Role::edge);
  EXPECT_EQ(edge.nodes, 1);
  EXPECT_EQ(edge.cores, 2);
  EXPECT_EQ(edge.memory, 4_GiB);
  EXPECT_EQ(edge.quota, 0.75);
  EXPECT_EQ(edge.read_speed, BitRate::megabits_per_second(400)) << "50 MB/s";
  EXPECT_EQ(edge.write_speed, BitRate::megabits_per_second(160));
  EXPECT_EQ(config.tiers.at(Role::endpoint).nodes, 2);
}

TEST(ContinuumConfig, reads_latencies_and_throughputs_and_takes_minus_one_as_the_presets) {
  const ContinuumConfig config = config_of(changed(
      mist_keys(), {{"edge_endpoint_latency_avg", "30"}, {"edge_endpoint_latency_var", "5"}, {"edge_endpoint_throughput", "7.21"},
                    {"cloud_latency_avg", "-1"}, {"wireless_network_preset", "5g"}, {"network_emulation", "TRUE"}}));
  const ContinuumPath& path = config.paths.at({Role::edge, Role::endpoint});
  EXPECT_EQ(path.latency_avg, 30ms);
  EXPECT_EQ(path.latency_var, 5ms);
  EXPECT_EQ(path.throughput, BitRate::megabits_per_second(7.21));
  EXPECT_FALSE(config.paths.at({Role::cloud, Role::cloud}).latency_avg);
  EXPECT_EQ(config.wireless_network_preset, "5g");
  EXPECT_TRUE(config.network_emulation) << "configparser does not mind the case";
}

TEST(ContinuumConfig, reads_what_concerns_the_host_and_the_accounts) {
  const ContinuumConfig config = config_of(changed(mist_keys(), {{"external_physical_machines", "me@one, me@two"},
                                                                 {"base_path", "data"},
                                                                 {"prefixIP", "10.4"},
                                                                 {"middleIP", "7"},
                                                                 {"middleIP_base", "8"},
                                                                 {"delete", "True"},
                                                                 {"cpu_pin", "True"},
                                                                 {"netperf", "True"},
                                                                 {"infra_only", "False"}}));
  EXPECT_THAT(config.external_physical_machines, ElementsAre("me@one", "me@two"));
  EXPECT_EQ(config.base_path, "data");
  EXPECT_EQ(config.prefix_ip, "10.4");
  EXPECT_EQ(config.middle_ip, 7);
  EXPECT_EQ(config.middle_ip_base, 8);
  EXPECT_TRUE(config.delete_at_end);
  EXPECT_TRUE(config.cpu_pin);
  EXPECT_TRUE(config.netperf);
}

TEST(ContinuumConfig, reads_the_benchmark) {
  const ContinuumConfig config = config_of(changed(kubernetes_keys(), {{"application_worker_cpu", "0.5"},
                                                                       {"application_worker_memory", "0.5"},
                                                                       {"application_endpoint_cpu", "0.25"},
                                                                       {"application_endpoint_memory", "1"},
                                                                       {"applications_per_worker", "3"},
                                                                       {"observability", "True"},
                                                                       {"cache_worker", "True"},
                                                                       {"docker_pull", "True"},
                                                                       {"kube_deployment", "file"},
                                                                       {"runtime", "kata-fc"},
                                                                       {"runtime_filesystem", "overlayfs"},
                                                                       {"kube_version", "v1.25.0"},
                                                                       {"resource_manager", "kubecontrol"},
                                                                       {"duration", "60"}}));
  EXPECT_EQ(config.resource_manager, ContinuumResourceManagement::kubecontrol);
  EXPECT_EQ(config.application, ContinuumApplication::image_classification);
  EXPECT_EQ(config.worker_cpu(), 0.5);
  EXPECT_EQ(config.worker_memory(), Bytes::mebibytes(512));
  EXPECT_EQ(config.application_endpoint_cpu, 0.25);
  EXPECT_EQ(config.application_endpoint_memory, 1_GiB);
  EXPECT_EQ(config.applications_per_worker, 3);
  EXPECT_TRUE(config.observability && config.cache_worker && config.docker_pull);
  EXPECT_EQ(config.kube_deployment, "file");
  EXPECT_EQ(config.runtime, "kata-fc");
  EXPECT_EQ(config.runtime_filesystem, "overlayfs");
  EXPECT_EQ(config.kube_version, "v1.25.0");
  EXPECT_EQ(config.frequency, 5);
  EXPECT_EQ(config.duration, 60s);
}

TEST(ContinuumConfig, runs_the_application_at_the_edge_else_in_the_cloud_else_on_the_endpoints) {
  EXPECT_EQ(config_of(mist_keys()).mode(), Role::edge);
  EXPECT_EQ(config_of(mist_keys()).workers(), 1);
  EXPECT_EQ(config_of(kubernetes_keys()).mode(), Role::cloud);
  EXPECT_EQ(config_of(kubernetes_keys()).workers(), 2) << "the third is the control plane";
  EXPECT_EQ(config_of(changed(mist_keys(), {{"edge_nodes", ""}, {"resource_manager", "none"}})).mode(), Role::endpoint);
}

TEST(ContinuumConfig, needs_cores_memory_and_quota_where_there_are_nodes) {
  EXPECT_EQ(
      errors_of(text_of(changed(mist_keys(), {{"edge_cores", ""}, {"edge_memory", ""}, {"edge_quota", ""}}))),
      "a.cfg:3:1: `edge_cores` is missing: there are nodes of the edge\n  add for example edge_cores = 2 below [infrastructure]\n"
      "a.cfg:3:1: `edge_memory` is missing: there are nodes of the edge\n  add for example edge_memory = 4 below "
      "[infrastructure]\n"
      "a.cfg:3:1: `edge_quota` is missing: there are nodes of the edge\n  add for example edge_quota = 1.0 below "
      "[infrastructure]\n");
}

TEST(ContinuumConfig, needs_what_no_default_can_stand_for) {
  for (const char* key : {"provider", "resource_manager", "application", "frequency"}) {
    EXPECT_THAT(said_of(key, ""), HasSubstr(std::string{"`"} + key + "` is missing")) << key;
  }
  EXPECT_THAT(errors_of(text_of(changed(mist_keys(), {{"application", "empty"}}))), HasSubstr("`sleep_time` is missing"));
  EXPECT_THAT(errors_of(text_of(changed(mist_keys(), {{"application", "stress"}}))),
              HasSubstr("`stress_app_timeout` is missing"));
  EXPECT_THAT(
      errors_of(text_of(changed(mist_keys(), {{"application", ""}, {"frequency", ""}, {"resource_manager_only", "True"}}))),
      IsEmpty());
  EXPECT_THAT(errors_of("[infrastructure]\nprovider = qemu\ninfra_only = True\nedge_nodes = 1\nedge_cores = 1\nedge_memory = "
                        "1\nedge_quota = 1\n"),
              IsEmpty());
}

TEST(ContinuumConfig, needs_the_account_of_the_provider) {
  EXPECT_EQ(said_of("provider", "baremetal"), "");
  const std::string google = said_of("provider", "gcp");
  for (const char* key : {"gcp_edge", "gcp_endpoint", "gcp_region", "gcp_zone", "gcp_project", "gcp_credentials"}) {
    EXPECT_THAT(google, HasSubstr(std::string{"`"} + key + "` is missing: `provider` is gcp"));
  }
  EXPECT_THAT(google, testing::Not(HasSubstr("gcp_cloud"))) << "there is no cloud node";
  const std::string amazon = said_of("provider", "aws");
  for (const char* key :
       {"aws_edge", "aws_endpoint", "aws_region", "aws_zone", "aws_access_keys", "aws_secret_access_keys", "aws_ami"}) {
    EXPECT_THAT(amazon, HasSubstr(std::string{"`"} + key + "` is missing: `provider` is aws"));
  }
}

TEST(ContinuumConfig, tells_nodes_that_the_resource_manager_cannot_have) {
  const auto said = [](const test::Keys& base, const test::Keys& changes) { return errors_of(text_of(changed(base, changes))); };
  EXPECT_EQ(
      said(mist_keys(), {{"resource_manager", "kubernetes"}}),
      "a.cfg:1:2: kubernetes needs a cloud node for its control plane\n  write for example cloud_nodes = 2\n"
      "a.cfg:3:1: kubernetes runs in the cloud, without edge nodes\n  write edge_nodes = 0, or resource_manager = kubeedge\n");
  EXPECT_THAT(said(kubernetes_keys(), {{"cloud_nodes", "1"}}),
              HasSubstr("a.cfg:3:1: kubernetes takes the one cloud node as control plane"));
  EXPECT_EQ(said(kubernetes_keys(), {{"cloud_nodes", "1"}, {"resource_manager_only", "True"}}), "");
  const std::string kubeedge = said(kubernetes_keys(), {{"resource_manager", "kubeedge"}});
  EXPECT_THAT(kubeedge, HasSubstr("a.cfg:3:1: kubeedge needs exactly one cloud node"));
  EXPECT_THAT(kubeedge, HasSubstr("a.cfg:1:2: kubeedge needs edge nodes"));
  const std::string mist = said(kubernetes_keys(), {{"resource_manager", "mist"}, {"endpoint_nodes", ""}});
  EXPECT_THAT(mist, HasSubstr("mist has no cloud"));
  EXPECT_THAT(mist, HasSubstr("mist needs edge nodes"));
  EXPECT_THAT(mist, HasSubstr("mist needs endpoints"));
}

TEST(ContinuumConfig, tells_endpoints_that_cannot_be_divided_over_the_workers) {
  EXPECT_THAT(errors_of(text_of(changed(kubernetes_keys(), {{"endpoint_nodes", "3"}}))),
              HasSubstr("3 endpoints cannot be divided evenly over 2 workers\n  write a multiple of 2"));
  EXPECT_THAT(errors_of(text_of(changed(kubernetes_keys(), {{"endpoint_nodes", ""}}))),
              HasSubstr("image_classification needs endpoints that send images"));
}

TEST(ContinuumConfig, runs_openfaas_on_kubernetes_and_for_images_only) {
  EXPECT_EQ(errors_of(text_of(changed(kubernetes_keys(), {{"model", "openfaas"}}))), "");
  EXPECT_THAT(errors_of(text_of(changed(mist_keys(), {{"model", "openfaas"}}))), HasSubstr("openfaas runs on Kubernetes only"));
  EXPECT_THAT(
      errors_of(text_of(changed(kubernetes_keys(), {{"model", "openfaas"}, {"application", "empty"}, {"sleep_time", "1"}}))),
      HasSubstr("openfaas runs image_classification only"));
  EXPECT_THAT(errors_of(text_of(mist_keys()) + "[execution_model]\n"), HasSubstr("`model` is missing"));
}

TEST(ContinuumConfig, tells_addresses_machines_and_versions_that_cannot_be) {
  EXPECT_THAT(said_of("middleIP", "90"), HasSubstr("`middleIP` and `middleIP_base` are both 90"));
  EXPECT_THAT(said_of("prefixIP", "192.256"), HasSubstr("two numbers from 0 to 255"));
  EXPECT_THAT(said_of("prefixIP", "10.0.0"), HasSubstr("two numbers from 0 to 255"));
  EXPECT_THAT(said_of("external_physical_machines", "me@one, two"),
              HasSubstr("\"two\" in `external_physical_machines` is no user@host"));
  EXPECT_THAT(said_of("kube_version", "v1.25.0"), HasSubstr("`kube_version` cannot be")) << "kubecontrol alone has older ones";
  EXPECT_THAT(errors_of("[infrastructure]\nprovider = qemu\n"), HasSubstr("there are no nodes"));
}

TEST(ContinuumConfig, tells_keys_and_sections_that_continuum_does_not_have) {
  EXPECT_THAT(
      errors_of("[infrastructure]\ncloud_node = 2\nfrequency = 3\n[benchmarks]\nx = 1\n"),
      testing::AllOf(HasSubstr("a.cfg:2:1: unknown key \"cloud_node\" in [infrastructure]\n  did you mean \"cloud_nodes\"?"),
                     HasSubstr("a.cfg:3:1: \"frequency\" stands in [infrastructure]\n  it belongs into [benchmark]"),
                     HasSubstr("a.cfg:4:2: unknown section \"benchmarks\"\n  did you mean \"benchmark\"?")));
  EXPECT_THAT(errors_of(""), HasSubstr("the file has no section"));
}

TEST(ContinuumConfig, says_why_a_comment_behind_a_value_is_part_of_it) {
  EXPECT_THAT(said_of("edge_cores", "2 # each"), HasSubstr("`edge_cores` must be a whole number, not \"2 # each\""));
}

// Each parameter, with values that it cannot have.
class ContinuumParameters : public testing::TestWithParam<ContinuumParameter> {};

std::vector<std::string> impossible_values(const ContinuumParameter& parameter) {
  const std::string& key = parameter.key;
  const auto ends_with = [&](const char* end) { return key.ends_with(end); };
  const std::vector<std::string> accounts{"gcp_", "aws_", "base_path"};
  if (std::ranges::any_of(accounts, [&](const std::string& start) { return key.starts_with(start); })) return {""};
  if (ends_with("_nodes") || ends_with("_speed")) return {"-1", "1.5", "many", ""};
  if (ends_with("_cores") || key == "applications_per_worker" || key == "frequency" || key == "duration" || key == "sleep_time" ||
      key == "stress_app_timeout") {
    return {"0", "-1", "1.5", "many", ""};
  }
  if (ends_with("_quota")) return {"0.09", "1.1", "half", ""};
  if (ends_with("_latency_avg") || ends_with("_latency_var")) return {"-2", "7.5 ms", "inf", "nan", ""};
  if (ends_with("_throughput")) return {"0.5", "1 Gbit", ""};
  if (key.starts_with("application_") && ends_with("_cpu")) return {"0", "0.0005", "one", ""};
  if (ends_with("_memory")) return key.starts_with("application_") ? std::vector<std::string>{"0", "0.0005", "1 GB", ""}
                                                                    : std::vector<std::string>{"0", "0.5", "1 GB", ""};
  if (key == "middleIP" || key == "middleIP_base") return {"0", "255", "x", ""};
  if (key == "prefixIP") return {"192", "192.", "a.b", "1.2.3", ""};
  if (key == "external_physical_machines") return {"me", "@host", "me@", "me@one,"};
  return {"perhaps", "2", ""};  // words, and True or False
}

TEST_P(ContinuumParameters, tell_with_its_line_a_value_that_they_cannot_have) {
  const ContinuumParameter& parameter = GetParam();
  for (const std::string& value : impossible_values(parameter)) {
    const std::string said =
        errors_of("[" + parameter.section + "]\n# a comment\n" + parameter.key + " = " + value + "\n");
    EXPECT_THAT(said, testing::ContainsRegex("a.cfg:3:[0-9]+: [^\n]*`" + parameter.key + "`")) << "value: " << value;
  }
}

TEST_P(ContinuumParameters, are_documented) {
  const auto page = DiskFiles{}.read(std::filesystem::path{CONTINUO_SOURCE_DIR} / "docs/continuum-cfg.md", Bytes::mebibytes(1));
  ASSERT_TRUE(page.has_value());
  EXPECT_THAT(*page, HasSubstr("| `" + GetParam().key + "` |"));
}

INSTANTIATE_TEST_SUITE_P(, ContinuumParameters, testing::ValuesIn(continuum_parameters()),
                         [](const auto& parameter) { return parameter.param.key; });

}  // namespace
}  // namespace continuo
