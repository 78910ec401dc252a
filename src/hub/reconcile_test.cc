// The hub's decisions, by hand.
#include "hub/reconcile.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Variant variant(const char* name, const char* runtime, Duration service_time) {
  Variant made;
  made.name = name;
  made.runtime = runtime;
  made.service_time = service_time;
  made.memory = 100_MiB;
  return made;
}

// read: ONNX Runtime only. face: ONNX Runtime 5 ms, or OpenCV 8 ms.
Scenario scenario_of_three() {
  Scenario scenario;
  scenario.tiers = {{"cloud", Role::cloud, 1, 1, 1.0, 1_GiB, {}}, {"edge", Role::edge, 2, 1, 1.0, 1_GiB, {}}};
  scenario.nodes = {{"cloud-1", 0}, {"edge-1", 1}, {"edge-2", 1}};
  Service read{"read", {}, {}};
  read.package.digest = "package-read";
  read.package.variants = {variant("onnx", "onnxruntime", 20ms)};
  Service face{"face", {}, {}};
  face.package.digest = "package-face";
  face.package.variants = {variant("onnx", "onnxruntime", 5ms), variant("opencv", "opencv", 8ms)};
  scenario.services = {read, face};
  return scenario;
}

Capability node(const std::string& id, const std::string& tier, std::vector<RuntimeCapability> runtimes) {
  Capability made;
  made.id = id;
  made.tier = tier;
  made.address = id + ":8000";
  made.memory = 1_GiB;
  made.runtimes = std::move(runtimes);
  return made;
}

InstanceCapability instance(const std::string& service, const std::string& variant_name, InstanceState state) {
  InstanceCapability made;
  made.service = service;
  made.variant = variant_name;
  made.digest = "package-" + service;
  made.state = state;
  return made;
}

std::vector<std::string> text(const HubPlan& plan) {
  std::vector<std::string> lines;
  for (const HubAction& a : plan.actions) {
    lines.push_back(a.kind == HubAction::Kind::load
                        ? "load " + a.service + "/" + a.variant + " on " + a.node + " from " + a.from
                        : "unload " + a.service + " on " + a.node);
  }
  return lines;
}

class Reconcile : public testing::Test {
 protected:
  HubPlan run(Duration now = 0s) const { return reconcile(scenario, {"cloud-1", now, 0s, nodes, orders}); }
  void become(const std::string& id, InstanceCapability of) {
    for (Capability& capability : nodes) {
      if (capability.id == id) {
        std::erase_if(capability.instances, [&](const auto& old) { return old.service == of.service; });
        capability.instances.push_back(of);
      }
    }
  }

  Scenario scenario = scenario_of_three();
  std::vector<Capability> nodes{node("cloud-1", "cloud", {{"onnxruntime", ""}}),
                                node("edge-1", "edge", {{"onnxruntime", ""}, {"opencv", ""}}),
                                node("edge-2", "edge", {{"opencv", ""}})};
  HubOrders orders;
};

TEST_F(Reconcile, loads_on_each_node_the_variant_that_it_runs_best_from_the_hub) {
  EXPECT_THAT(text(run()), ElementsAre("load read/onnx on cloud-1 from ", "load read/onnx on edge-1 from cloud-1:8000",
                                       "load face/onnx on cloud-1 from ", "load face/onnx on edge-1 from cloud-1:8000",
                                       "load face/opencv on edge-2 from cloud-1:8000"));
  EXPECT_EQ(run().actions[1].package, "package-read");
  EXPECT_EQ(run().actions[1].address, "edge-1:8000");
  EXPECT_FALSE(run().complete);
  EXPECT_THAT(run().lines, Contains("read/onnx not on edge-2: runtime onnxruntime is absent (has: opencv)"));
  EXPECT_THAT(run().lines, Contains("face/opencv on edge-2: predicted 8.0 ms when idle"));
}

TEST_F(Reconcile, asks_for_nothing_that_is_under_way_and_is_complete_when_all_is_ready) {
  for (const char* id : {"cloud-1", "edge-1"}) {
    become(id, instance("read", "onnx", InstanceState::ready));
    become(id, instance("face", "onnx", InstanceState::loading));
  }
  become("edge-2", instance("face", "opencv", InstanceState::fetching));
  EXPECT_THAT(text(run()), IsEmpty());
  EXPECT_FALSE(run().complete);
  become("cloud-1", instance("face", "onnx", InstanceState::ready));
  become("edge-1", instance("face", "onnx", InstanceState::ready));
  become("edge-2", instance("face", "opencv", InstanceState::ready));
  EXPECT_THAT(text(run()), IsEmpty());
  EXPECT_TRUE(run().complete);
}

TEST_F(Reconcile, does_not_repeat_an_order_before_it_can_have_shown) {
  orders[{"edge-2", "face", "opencv"}] = {10s, 1};
  EXPECT_THAT(text(run(10s + 1999ms)), testing::Not(Contains("load face/opencv on edge-2 from cloud-1:8000")));
  EXPECT_THAT(text(run(12s)), Contains("load face/opencv on edge-2 from cloud-1:8000"));
}

TEST_F(Reconcile, tries_a_failed_instance_ever_more_rarely_and_says_why_it_failed) {
  InstanceCapability failed = instance("face", "opencv", InstanceState::failed);
  failed.failure = "digest differs";
  become("edge-2", failed);
  orders[{"edge-2", "face", "opencv"}] = {10s, 2};  // 2 s, doubled twice
  EXPECT_THAT(text(run(17s)), testing::Not(Contains("load face/opencv on edge-2 from cloud-1:8000")));
  EXPECT_THAT(text(run(18s)), Contains("load face/opencv on edge-2 from cloud-1:8000"));
  EXPECT_THAT(run().lines, Contains(HasSubstr("failed there: digest differs")));
}

TEST_F(Reconcile, takes_the_files_from_a_near_node_that_has_them) {
  nodes[2].runtimes.push_back({"onnxruntime", ""});
  become("edge-1", instance("read", "onnx", InstanceState::ready));
  EXPECT_THAT(text(run()), Contains("load read/onnx on edge-2 from edge-1:8000"));
}

TEST_F(Reconcile, orders_what_a_node_that_joins_needs_and_nothing_else) {
  const Capability late = nodes[2];
  nodes.pop_back();
  for (const char* id : {"cloud-1", "edge-1"}) {
    become(id, instance("read", "onnx", InstanceState::ready));
    become(id, instance("face", "onnx", InstanceState::ready));
  }
  EXPECT_THAT(text(run()), IsEmpty());
  EXPECT_FALSE(run().complete);   // a node of the scenario is missing,
  EXPECT_TRUE(run(5s).complete);  // but is not waited for longer than this
  nodes.push_back(late);
  EXPECT_THAT(text(run()), ElementsAre("load face/opencv on edge-2 from cloud-1:8000"));
}

TEST_F(Reconcile, waits_for_all_nodes_before_it_settles_for_one_that_misses_the_slo) {
  scenario.services = {scenario.services[0]};
  scenario.services[0].slo = ServiceLevel{0.95, 30ms};
  nodes.resize(2);
  nodes[0].quota = 0.5;  // 40 ms
  nodes[1].runtimes = {};
  EXPECT_THAT(text(run()), IsEmpty());
  EXPECT_THAT(run().lines, Contains(HasSubstr("misses the SLO (30.0 ms)")));
  EXPECT_THAT(text(run(5s)), ElementsAre("load read/onnx on cloud-1 from "));
  // Then edge-2 comes, which meets it: the cloud's instance leaves when the edge's is ready, not before.
  become("cloud-1", instance("read", "onnx", InstanceState::ready));
  nodes.push_back(node("edge-2", "edge", {{"onnxruntime", ""}}));
  EXPECT_THAT(text(run(6s)), ElementsAre("load read/onnx on edge-2 from cloud-1:8000"));
  become("edge-2", instance("read", "onnx", InstanceState::ready));
  EXPECT_THAT(text(run(6s)), ElementsAre("unload read on cloud-1"));
}

TEST_F(Reconcile, leaves_services_alone_that_the_scenario_does_not_name) {
  become("edge-1", instance("other", "onnx", InstanceState::ready));
  for (const std::string& action : text(run(10s))) {
    EXPECT_THAT(action, testing::Not(HasSubstr("other")));
  }
}

TEST_F(Reconcile, does_not_depend_on_measured_service_times) {
  InstanceCapability slow = instance("read", "onnx", InstanceState::ready);
  slow.service_time = 10s;
  become("edge-1", slow);
  EXPECT_THAT(text(run(10s)), testing::Not(Contains(HasSubstr("unload"))));
}

}  // namespace
}  // namespace continuo
