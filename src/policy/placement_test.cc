// Placement as tables: services and nodes in, assignments and reasons out.
#include "policy/placement.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace continuo {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

Variant variant(const char* name, const char* runtime, Duration service_time, Bytes memory = 100_MiB) {
  Variant made;
  made.name = name;
  made.runtime = runtime;
  made.service_time = service_time;
  made.memory = memory;
  return made;
}

PlacementNode node(const char* name, double cpu, std::vector<std::string> runtimes, Bytes memory = 1_GiB) {
  return {name, "edge", cpu, 1, memory, std::move(runtimes)};
}

std::vector<std::string> lines(const Placement& placement) {
  std::vector<std::string> text;
  for (const Assignment& a : placement.assignments) {
    text.push_back(a.service + "/" + a.variant + "@" + a.node);
  }
  return text;
}

std::string reason(const Placement& placement, const char* service, const char* variant_name, const char* node_name) {
  for (const Rejection& r : placement.rejections) {
    if (r.service == service && r.variant == variant_name && r.node == node_name) {
      return r.reason;
    }
  }
  return "not rejected";
}

TEST(Placement, puts_a_service_on_every_node_that_has_its_runtime) {
  const PlacementService read{"read", {variant("onnx", "onnxruntime", 20ms)}, {}, 0.0, {}, {}};
  const std::vector<PlacementNode> nodes{node("edge-2", 1, {"opencv"}), node("edge-1", 1, {"onnxruntime"}),
                                         node("cloud-1", 1, {"onnxruntime", "opencv"})};
  const Placement placement = place(std::vector{read}, nodes);
  EXPECT_THAT(lines(placement), ElementsAre("read/onnx@cloud-1", "read/onnx@edge-1"));
  EXPECT_EQ(reason(placement, "read", "onnx", "edge-2"), "runtime onnxruntime is absent (has: opencv)");
  EXPECT_THAT(placement.unplaced, IsEmpty());
}

TEST(Placement, stretches_the_service_time_by_the_quota_but_never_shrinks_it) {
  const Variant onnx = variant("onnx", "onnxruntime", 20ms);
  EXPECT_EQ(idle_service_time(onnx, 0.5), 40ms);
  EXPECT_EQ(idle_service_time(onnx, 1.0), 20ms);
  EXPECT_EQ(idle_service_time(onnx, 4.0), 20ms);
}

TEST(Placement, takes_the_fastest_variant_of_a_node_and_names_it_in_the_rejection_of_the_others) {
  const PlacementService face{
      "face", {variant("opencv", "opencv", 5ms), variant("onnx", "onnxruntime", 2ms)}, {}, 0.0, {}, {}};
  const Placement placement = place(std::vector{face}, std::vector{node("edge-1", 0.5, {"onnxruntime", "opencv"})});
  EXPECT_THAT(lines(placement), ElementsAre("face/onnx@edge-1"));
  EXPECT_EQ(placement.assignments[0].predicted, 4ms);
  EXPECT_EQ(reason(placement, "face", "opencv", "edge-1"), "predicted 10.0 ms, variant onnx is faster here: 4.0 ms");
}

TEST(Placement, leaves_out_nodes_that_miss_the_slo_when_idle) {
  const PlacementService read{
      "read", {variant("onnx", "onnxruntime", 20ms)}, ServiceLevel{0.95, 50ms}, 0.0, {10ms, 10ms}, {}};
  const std::vector<PlacementNode> nodes{node("edge-1", 1.0, {"onnxruntime"}), node("slow-1", 0.25, {"onnxruntime"})};
  const Placement placement = place(std::vector{read}, nodes);
  EXPECT_THAT(lines(placement), ElementsAre("read/onnx@edge-1"));  // 10 + 20 ms
  EXPECT_EQ(reason(placement, "read", "onnx", "slow-1"), "predicted 90.0 ms misses the SLO (p95 50.0 ms)");
}

TEST(Placement, takes_the_nearest_where_no_node_meets_the_slo) {
  const PlacementService read{"read", {variant("onnx", "onnxruntime", 20ms)}, ServiceLevel{0.99, 5ms}, 0.0, {}, {}};
  const std::vector<PlacementNode> nodes{node("edge-1", 0.5, {"onnxruntime"}), node("cloud-1", 1.0, {"onnxruntime"})};
  const Placement placement = place(std::vector{read}, nodes);
  EXPECT_THAT(lines(placement), ElementsAre("read/onnx@cloud-1"));
  EXPECT_EQ(reason(placement, "read", "onnx", "edge-1"),
            "predicted 40.0 ms misses the SLO (p99 5.0 ms); no node meets it, cloud-1 comes nearest: 20.0 ms");
}

TEST(Placement, obeys_a_rule_even_against_the_slo) {
  const PlacementService read{"read", {variant("onnx", "onnxruntime", 20ms)}, ServiceLevel{0.95, 5ms}, 0.0, {},
                              std::vector<std::string>{"edge-1", "edge-2"}};
  const std::vector<PlacementNode> nodes{node("cloud-1", 1, {"onnxruntime"}), node("edge-1", 1, {"onnxruntime"}),
                                         node("edge-2", 1, {"onnxruntime"})};
  const Placement placement = place(std::vector{read}, nodes);
  EXPECT_THAT(lines(placement), ElementsAre("read/onnx@edge-1", "read/onnx@edge-2"));
  EXPECT_EQ(reason(placement, "read", "onnx", "cloud-1"), "the scenario's placement allows only: edge-1, edge-2");
}

TEST(Placement, fills_memory_in_the_order_of_the_services) {
  const PlacementService large{"large", {variant("onnx", "onnxruntime", 20ms, 900_MiB)}, {}, 0.0, {}, {}};
  const PlacementService small{"small", {variant("onnx", "onnxruntime", 20ms, 200_MiB)}, {}, 0.0, {}, {}};
  const std::vector<PlacementNode> nodes{node("edge-1", 1, {"onnxruntime"})};
  const Placement placement = place(std::vector{large, small}, nodes);
  EXPECT_THAT(lines(placement), ElementsAre("large/onnx@edge-1"));
  EXPECT_EQ(reason(placement, "small", "onnx", "edge-1"), "needs 200 MiB, 124 MiB of 1024 MiB left");
  EXPECT_THAT(placement.unplaced, ElementsAre("small"));
}

TEST(Placement, falls_back_to_a_smaller_variant_when_the_fastest_does_not_fit) {
  const PlacementService read{
      "read", {variant("fp32", "onnxruntime", 10ms, 2_GiB), variant("int8", "onnxruntime", 15ms, 50_MiB)}, {}, 0.0, {}, {}};
  const Placement placement = place(std::vector{read}, std::vector{node("edge-1", 1, {"onnxruntime"})});
  EXPECT_THAT(lines(placement), ElementsAre("read/int8@edge-1"));
  EXPECT_EQ(reason(placement, "read", "fp32", "edge-1"), "needs 2048 MiB, 1024 MiB of 1024 MiB left");
}

TEST(Placement, says_which_services_no_node_can_run) {
  const PlacementService read{"read", {variant("onnx", "onnxruntime", 10ms)}, {}, 0.0, {}, {}};
  const Placement nobody = place(std::vector{read}, {});
  EXPECT_THAT(nobody.unplaced, ElementsAre("read"));
  const Placement wrong = place(std::vector{read}, std::vector{node("edge-1", 1, {})});
  EXPECT_EQ(reason(wrong, "read", "onnx", "edge-1"), "runtime onnxruntime is absent (has: none)");
}

}  // namespace
}  // namespace continuo
