// The hub's loop on a stopped clock: what it orders, tells and remembers.
#include "hub/hub.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class StoppedClock final : public Clock {
 public:
  Duration now() const override { return time; }
  Duration time{};
};

class HubLoop : public testing::Test {
 protected:
  static Scenario one_service() {
    Scenario scenario;
    scenario.tiers = {{"edge", Role::edge, 1, 1, 1.0, 1_GiB, {}}};
    scenario.nodes = {{"edge-1", 0}};
    Service read{"read text", {}, {}};
    read.package.digest = "0123";
    Variant onnx;
    onnx.name = "onnx";
    onnx.runtime = "onnxruntime";
    onnx.service_time = 20ms;
    read.package.variants = {onnx};
    read.queue = 4;
    read.batch = {8, 5ms};
    scenario.services = {read};
    return scenario;
  }

  HubLoop() {
    Capability edge;
    edge.id = "edge-1";
    edge.tier = "edge";
    edge.address = "10.77.0.1:8000";
    edge.memory = 1_GiB;
    edge.runtimes = {{"onnxruntime", "1.29.0"}};
    nodes = {edge};
  }

  void instance_is(InstanceState state) {
    nodes[0].instances = {{"read text", "onnx", "text-recognition", "0123", state, 20ms, ""}};
  }

  StoppedClock clock;
  std::vector<Capability> nodes;
  std::vector<HttpCall> sent;
  std::vector<std::string> lines;
  int completed = 0;
  Hub hub{one_service(),
          "edge-1",
          clock,
          {[this] { return nodes; }, [this](HttpCall call, const HttpClient::Done&) { sent.push_back(std::move(call)); },
           [this](const std::string& line) { lines.push_back(line); }, [this] { ++completed; }}};
};

TEST_F(HubLoop, orders_once_by_the_model_repository_extension) {
  hub.tick();
  hub.tick();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].address, "10.77.0.1:8000");
  EXPECT_EQ(sent[0].request.target, "/v2/repository/models/read%20text/load");
  EXPECT_EQ(as_text(sent[0].request.body), R"({"parameters":{"package":"0123","variant":"onnx","queue":4,"batch_most":8,"batch_wait_ns":5000000}})");
}

TEST_F(HubLoop, tells_each_line_of_a_placement_once_and_completion_when_it_comes) {
  hub.tick();
  instance_is(InstanceState::loading);
  hub.tick();
  EXPECT_THAT(lines, ElementsAre("read text/onnx on edge-1: predicted 20.0 ms when idle"));
  EXPECT_EQ(completed, 0);
  instance_is(InstanceState::ready);
  hub.tick();
  hub.tick();
  EXPECT_EQ(completed, 1);
}

TEST_F(HubLoop, orders_again_when_a_node_has_come_back_empty) {
  hub.tick();
  instance_is(InstanceState::ready);
  hub.tick();
  nodes[0].instances.clear();
  hub.tick();
  EXPECT_EQ(sent.size(), 2U);
}

TEST_F(HubLoop, waits_for_nodes_that_are_not_there_yet) {
  nodes.clear();
  hub.tick();
  EXPECT_THAT(sent, IsEmpty());
  EXPECT_THAT(lines, ElementsAre("read text: no node can run it"));
}

}  // namespace
}  // namespace continuo
