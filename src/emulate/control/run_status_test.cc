// The answer to `status` is JSON, however large the run is.
#include "emulate/control/run_status.hh"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

namespace continuo {
namespace {

using namespace std::chrono_literals;

RunStatus large(std::size_t nodes, std::size_t pairs) {
  RunStatus status{.scenario = "large", .phase = "loading", .up = 2500ms, .scheduled = 10, .completed = 4, .failed = 1, .nodes = {}, .cut = {}};
  for (std::size_t node = 1; node <= nodes; ++node) {
    status.nodes.push_back({.name = "endpoint-" + std::to_string(node), .address = "10.77.0.1:8000", .state = "running", .quota = 0.25});
  }
  status.cut.assign(pairs, {"cloud-1", "edge-1"});
  return status;
}

TEST(RunStatus, tells_of_every_node_and_pair_if_there_is_room) {
  EXPECT_EQ(render(large(1, 1), 1000),
            R"({"scenario":"large","phase":"loading","up_s":2.5E0,"scheduled":10,"completed":4,"failed":1,)"
            R"("cut":[["cloud-1","edge-1"]],)"
            R"("nodes":[{"name":"endpoint-1","address":"10.77.0.1:8000","state":"running","quota":2.5E-1}]})");
}

TEST(RunStatus, leaves_out_the_nodes_beyond_the_size_of_a_message_and_says_how_many) {
  constexpr std::size_t size_max = 128 * 1024;
  const std::string text = render(large(5000, 0), size_max);
  EXPECT_LE(text.size(), size_max);
  EXPECT_GE(text.size(), size_max - 400) << "no more than needed";
  const auto object = boost::json::parse(text).as_object();
  EXPECT_EQ(object.at("nodes").as_array().size() + object.at("nodes_left_out").to_number<std::size_t>(), 5000U);
  EXPECT_FALSE(object.contains("cut_left_out"));
}

TEST(RunStatus, gives_pairs_that_are_cut_half_of_the_room) {
  const auto object = boost::json::parse(render(large(100, 100'000), 4000)).as_object();
  EXPECT_GT(object.at("nodes").as_array().size(), 10U);
  EXPECT_GT(object.at("cut").as_array().size(), 50U);  // 21 bytes each
  EXPECT_EQ(object.at("cut").as_array().size() + object.at("cut_left_out").to_number<std::size_t>(), 100'000U);
}

}  // namespace
}  // namespace continuo
