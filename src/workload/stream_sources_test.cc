#include "workload/stream_sources.hh"

#include <gtest/gtest.h>

#include <string>

#include "workload/schedule.hh"
#include "workload/user.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

// Seven endpoints behind an edge node, four inputs, a stream that begins after 3 s.
Scenario scenario_with(const Arrivals& arrivals) {
  Scenario scenario;
  scenario.tiers = {{.name = "edge"}, {.name = "endpoint", .role = Role::endpoint, .nodes = 7}};
  scenario.nodes = {{"edge-1", 0}};
  for (int node = 1; node <= 7; ++node) scenario.nodes.push_back({"endpoint-" + std::to_string(node), 1});
  Stream stream;
  stream.name = "images";
  stream.from = 1;
  stream.arrivals = arrivals;
  stream.inputs = {"a", "b", "c", "d"};
  stream.start = 3s;
  stream.duration = 20s;
  scenario.workload = {stream};
  return scenario;
}

void expect_the_schedules_of(const Scenario& scenario) {
  StreamSources sources{scenario, 0};
  ASSERT_EQ(sources.size(), 7U);
  for (std::size_t source = 0; source < sources.size(); ++source) {
    Schedule schedule{scenario, 0, sources.node(source)};
    std::optional<Instant> at = sources.first(source);
    while (const auto arrival = schedule.next()) {
      ASSERT_TRUE(at);
      EXPECT_EQ(*at, arrival->at);
      EXPECT_EQ(sources.input(source, *at), arrival->input);
      at = sources.after(source, *at);
    }
    EXPECT_FALSE(at);
  }
}

TEST(StreamSources, send_what_the_schedules_of_their_nodes_say) {
  expect_the_schedules_of(scenario_with(Periodic{700ms}));
  expect_the_schedules_of(scenario_with(Poisson{300ms}));
}

TEST(StreamSources, send_what_the_users_of_their_nodes_do) {
  const Scenario scenario = scenario_with(ClosedLoop{.users = 3, .think = 300ms, .exponential = true});
  StreamSources sources{scenario, 0};
  ASSERT_EQ(sources.size(), 21U);
  EXPECT_TRUE(sources.is_closed());
  for (std::size_t source = 0; source < sources.size(); ++source) {
    EXPECT_EQ(sources.node(source), 1 + source / 3);
    User user{scenario, 0, sources.node(source), static_cast<int>(source % 3)};
    std::optional<Instant> at = sources.first(source);
    for (auto arrival = user.first(); arrival; arrival = user.after(arrival->at + 40ms, arrival->sequence % 2 == 0)) {
      ASSERT_TRUE(at);
      EXPECT_EQ(*at, arrival->at);
      EXPECT_EQ(sources.input(source, *at), arrival->input);
      at = sources.after_end(source, *at + 40ms, arrival->sequence % 2 == 0);
    }
    EXPECT_FALSE(at);
  }
}

TEST(StreamSources, may_send_nothing) {
  Scenario scenario = scenario_with(Periodic{700ms});
  scenario.workload[0].duration = 0s;
  EXPECT_FALSE(StreamSources(scenario, 0).first(3));
}

}  // namespace
}  // namespace continuo
