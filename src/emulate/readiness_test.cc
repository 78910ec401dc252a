// When the load may begin, from events in any order.
#include "emulate/readiness.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

Scenario edge_and_endpoint() {
  Scenario scenario;
  scenario.tiers = {{.name = "edge", .runtimes = {}}, {.name = "endpoint", .runtimes = {}}};
  scenario.nodes = {{"edge-1", 0}, {"endpoint-1", 1}};
  scenario.services.resize(1);
  scenario.services[0].name = "read";
  scenario.workload.resize(1);
  scenario.workload[0].from = 1;
  return scenario;
}

NodeEvent event(std::string kind, std::string node, std::string peer, std::string service, std::string text = "") {
  NodeEvent made;
  made.kind = std::move(kind);
  made.node = std::move(node);
  made.peer = std::move(peer);
  made.service = std::move(service);
  made.text = std::move(text);
  made.service_time = 40ms;
  return made;
}

TEST(Readiness, needs_the_placement_complete_and_the_sender_acquainted_with_who_serves) {
  const Scenario scenario = edge_and_endpoint();
  ReadinessWatch watch{scenario};
  watch.note(event("listening", "edge-1", "", ""), 1s);
  watch.note(event("placed", "edge-1", "", "", "complete"), 1s);
  EXPECT_EQ(watch.readiness(1s, 1s), Readiness::waiting) << "nothing serves";
  watch.note(event("ready", "edge-1", "", "read"), 2s);
  EXPECT_EQ(watch.readiness(1s, 2s), Readiness::waiting) << "the endpoint knows nobody";
  EXPECT_EQ(watch.missing(), std::vector<std::string>{"endpoint-1 does not know edge-1, which serves read"});
  watch.note(event("discovered", "endpoint-1", "edge-1", ""), 3s);
  EXPECT_EQ(watch.readiness(1s, 3s), Readiness::ready);
  EXPECT_EQ(watch.listening(), 1U);
  EXPECT_EQ(watch.service_times().at({"read", "edge-1"}), 40ms);
}

TEST(Readiness, takes_an_address_for_a_name) {
  const Scenario scenario = edge_and_endpoint();
  ReadinessWatch watch{scenario};
  watch.note(event("ready", "edge-1", "", "read"), 1s);
  watch.note(event("placed", "edge-1", "", "", "complete"), 1s);
  watch.note(event("discovered", "endpoint-1", "10.77.0.1:8000", ""), 1s);
  EXPECT_EQ(watch.readiness(1s, 1s), Readiness::ready);
}

TEST(Readiness, does_not_wait_for_ever_for_acquaintance_or_for_a_silent_hub) {
  const Scenario scenario = edge_and_endpoint();
  ReadinessWatch watch{scenario};
  watch.note(event("ready", "edge-1", "", "read"), 1s);
  EXPECT_EQ(watch.readiness(1s, 2s), Readiness::waiting);
  EXPECT_EQ(watch.readiness(1s, 1s + ReadinessWatch::silence_time_max), Readiness::ready);
  watch.note(event("placed", "edge-1", "", "", "complete"), 3s);
  EXPECT_EQ(watch.readiness(1s, 3s), Readiness::waiting);
  EXPECT_EQ(watch.readiness(1s, 3s + ReadinessWatch::acquaintance_time_max), Readiness::ready);
}

TEST(Readiness, fails_in_the_end_and_says_what_is_missing) {
  const Scenario scenario = edge_and_endpoint();
  ReadinessWatch watch{scenario};
  watch.note(event("failed", "edge-1", "", "read", "no such runtime"), 1s);
  EXPECT_EQ(watch.readiness(1s, 1s + ReadinessWatch::placement_time_max), Readiness::failed);
  EXPECT_EQ(watch.missing(), (std::vector<std::string>{"no node serves read", "read failed on edge-1: no such runtime"}));
}

}  // namespace
}  // namespace continuo
