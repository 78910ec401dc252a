// Many that send to nodes that are alike, by news of each other that are up to half a second old.
#include <algorithm>

#include <gtest/gtest.h>

#include "simulate/service_for_tests.hh"
#include "simulate/simulate.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

// Endpoints at 2 Hz before edges of one core each, which takes 20 ms a request; half loaded: 25 requests a second each.
Scenario endpoints_before_edges(std::size_t edges) {
  Scenario scenario = test::endpoint_and_edge();
  scenario.nodes.clear();
  const std::size_t endpoints = edges * 25 / 2;
  for (std::size_t edge = 1; edge <= edges; ++edge) scenario.nodes.push_back({"edge-" + std::to_string(edge), 0});
  for (std::size_t endpoint = 1; endpoint <= endpoints; ++endpoint) scenario.nodes.push_back({"endpoint-" + std::to_string(endpoint), 1});
  scenario.sites[0].nodes.resize(scenario.nodes.size());
  for (NodeIndex node = 0; node < scenario.nodes.size(); ++node) scenario.sites[0].nodes[node] = node;
  scenario.workload[0].arrivals = Periodic{500ms};
  return scenario;
}

// Requests placed at random would find M/D/1 queues: rho S / (2 (1 - rho)) = 10 ms of waiting at half a load. To know something of the
// queues must not make it worse: if all choose the node that was idle when they last heard, it is hundreds.
TEST(Herding, of_many_that_hear_late_is_no_worse_than_a_choice_at_random) {
  for (const std::size_t edges : {4UL, 40UL}) {
    const Evaluation evaluation = evaluate(endpoints_before_edges(edges), {});
    const ServiceResult& service = evaluation.services.at(0);
    EXPECT_EQ(service.completed, service.generated) << edges;
    EXPECT_LT(to_milliseconds(service.stages.queue.mean()), 10.0) << edges;
  }
}

TEST(Herding, leaves_every_node_about_as_much_to_do) {
  const Evaluation evaluation = evaluate(endpoints_before_edges(40), {});
  ASSERT_EQ(evaluation.services.at(0).by_node.size(), 40U);
  // 250 requests each if each were drawn for itself, +- 16: three times that leaves one in four hundred beyond.
  for (const ServedShare& served : evaluation.services.at(0).by_node) EXPECT_NEAR(static_cast<double>(served.requests), 250.0, 64.0) << served.node;
}

TEST(Herding, needs_others_and_one_that_sends_alone_still_takes_the_shortest_queue) {
  Scenario scenario = endpoints_before_edges(2);
  scenario.nodes.resize(3);
  scenario.sites[0].nodes.resize(3);
  // A request every 16 ms, which is back after 5 + 20 + 5 ms, to two edges: by turns, so that none ever waits.
  scenario.workload[0].arrivals = Periodic{16ms};
  const Evaluation evaluation = evaluate(scenario, test::bare_options());
  EXPECT_EQ(evaluation.services.at(0).stages.queue.percentile(0.99), 0ns);
}

}  // namespace
}  // namespace continuo
