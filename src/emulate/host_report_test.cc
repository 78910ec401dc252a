// What people are told about hosts of several kinds.
#include "emulate/host_report.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace continuo {
namespace {

using State = HostFinding::State;
using ::testing::HasSubstr;

HostFacts good_host() {
  return {.kernel = "6.1.0",
          .root = true,
          .user_namespace = {.works = true, .why = ""},
          .namespaces = {.works = true, .why = ""},
          .tun = {.works = true, .why = ""},
          .packet_sockets = {.works = true, .why = ""},
          .cgroup_version = 2,
          .cgroups_writable = true,
          .controllers = {"cpu", "io", "memory", "pids"},
          .cores = 8,
          .real_time = true,
          .cpus_awake = true,
          .clock_source = "tsc",
          .user_namespaces_max = 1000,
          .apparmor_restricts = std::nullopt,
          .unprivileged_clone = std::nullopt,
          .congestion_controls = {"reno", "cubic"},
          .descriptors_max = 65536,
          .programs = {{"iperf3", "/usr/bin/iperf3"}}};
}

// As an ordinary user finds it on a machine that is fine for root.
HostFacts ordinary_user() {
  HostFacts facts = good_host();
  facts.root = false;
  facts.tun = {.works = false, .why = "open /dev/net/tun: Permission denied"};
  facts.cgroups_writable = false;
  facts.real_time = false;
  facts.cpus_awake = false;
  return facts;
}

HostFinding about(const HostFacts& facts, const std::string& subject) {
  for (const HostFinding& finding : judge_host(facts).findings) {
    if (finding.subject == subject) return finding;
  }
  ADD_FAILURE() << "nothing is said about " << subject;
  return {};
}

TEST(HostReport, finds_nothing_wrong_with_a_good_host) {
  const HostReport report = judge_host(good_host());
  EXPECT_TRUE(report.can_emulate);
  for (const HostFinding& finding : report.findings) {
    EXPECT_EQ(finding.state, State::full) << finding.subject;
    EXPECT_EQ(finding.cost, "") << finding.subject;
  }
}

TEST(HostReport, lets_an_ordinary_user_emulate_and_says_what_that_costs) {
  EXPECT_TRUE(judge_host(ordinary_user()).can_emulate);
  const HostFinding device = about(ordinary_user(), "network devices");
  EXPECT_EQ(device.state, State::partial);
  EXPECT_EQ(device.remedy, "sudo chmod 0666 /dev/net/tun");
  const HostFinding groups = about(ordinary_user(), "control groups");
  EXPECT_EQ(groups.state, State::missing);
  EXPECT_THAT(groups.cost, HasSubstr("not enforced"));
  EXPECT_THAT(groups.remedy, HasSubstr("systemd-run --user --scope -p Delegate=yes"));
  EXPECT_EQ(about(ordinary_user(), "real-time priority").state, State::partial);
  EXPECT_EQ(about(ordinary_user(), "CPUs kept awake").remedy, "run continuo as root, or: sudo chmod 0666 /dev/cpu_dma_latency");
}

TEST(HostReport, sends_nobody_to_root_who_is_root) {
  HostFacts facts = good_host();
  facts.cpus_awake = false;
  EXPECT_EQ(about(facts, "CPUs kept awake").state, State::partial);
  EXPECT_EQ(about(facts, "CPUs kept awake").remedy, "a container needs --device /dev/cpu_dma_latency");
}

TEST(HostReport, says_which_setting_forbids_namespaces) {
  HostFacts facts = ordinary_user();
  facts.namespaces = facts.user_namespace = {.works = false, .why = "make a user namespace: Operation not permitted"};
  facts.tun.works = facts.packet_sockets.works = false;
  EXPECT_FALSE(judge_host(facts).can_emulate);
  EXPECT_EQ(about(facts, "namespaces").remedy, "run continuo as root");
  facts.unprivileged_clone = false;
  EXPECT_THAT(about(facts, "namespaces").remedy, HasSubstr("kernel.unprivileged_userns_clone=1"));
  facts.apparmor_restricts = true;
  EXPECT_THAT(about(facts, "namespaces").remedy, HasSubstr("kernel.apparmor_restrict_unprivileged_userns=0"));
  facts.user_namespaces_max = 0;
  EXPECT_THAT(about(facts, "namespaces").remedy, HasSubstr("user.max_user_namespaces=10000"));
}

TEST(HostReport, cannot_emulate_without_any_device) {
  HostFacts facts = good_host();
  facts.tun = {.works = false, .why = "open /dev/net/tun: No such file or directory"};
  EXPECT_TRUE(judge_host(facts).can_emulate);
  facts.packet_sockets = {.works = false, .why = "make the veth pair: Operation not supported"};
  EXPECT_FALSE(judge_host(facts).can_emulate);
  EXPECT_EQ(about(facts, "network devices").state, State::missing);
}

TEST(HostReport, names_the_limits_that_missing_controllers_cost) {
  HostFacts facts = good_host();
  facts.controllers = {"cpu", "memory", "io"};
  EXPECT_EQ(about(facts, "control groups").cost, "tiers with `processes` are refused");
  facts.controllers = {"cpu", "memory"};
  EXPECT_EQ(about(facts, "control groups").cost, "tiers with `processes` or `disk` are refused");
  facts.controllers = {"memory"};
  EXPECT_EQ(about(facts, "control groups").state, State::missing);
  facts.cgroup_version = 0;
  EXPECT_EQ(about(facts, "control groups").state, State::missing);
}

TEST(HostReport, says_how_to_install_what_is_optional) {
  HostFacts facts = good_host();
  facts.programs["mosquitto"] = "";
  const HostFinding finding = about(facts, "mosquitto");
  EXPECT_EQ(finding.state, State::partial);
  EXPECT_EQ(finding.remedy, "sudo apt-get install --no-install-recommends mosquitto");
  EXPECT_TRUE(judge_host(facts).can_emulate);
}

TEST(HostReport, is_text_and_json) {
  const HostReport report = judge_host(ordinary_user());
  EXPECT_THAT(to_text(report), HasSubstr("mend:  sudo chmod 0666 /dev/net/tun"));
  EXPECT_THAT(to_text(report), HasSubstr("Emulation can run here."));
  const auto json = boost::json::parse(to_json(report)).as_object();
  EXPECT_TRUE(json.at("can_emulate").as_bool());
  EXPECT_EQ(json.at("findings").as_array().size(), report.findings.size());
}

}  // namespace
}  // namespace continuo
