#include "workload/schedule.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace continuo {
namespace {

using namespace std::chrono_literals;

// Three endpoints that send one stream of six inputs.
Scenario three_endpoints(Arrivals arrivals, Duration start, Duration duration) {
  Scenario scenario;
  scenario.tiers = {Tier{.name = "edge"}, Tier{.name = "endpoint", .role = Role::endpoint, .nodes = 3}};
  scenario.nodes = {{"edge-1", 0}, {"endpoint-1", 1}, {"endpoint-2", 1}, {"endpoint-3", 1}};
  scenario.services = {Service{.name = "faces", .package = {}, .slo = {}}};
  Stream stream;
  stream.name = "photos";
  stream.from = 1;
  stream.arrivals = arrivals;
  stream.start = start;
  stream.duration = duration;
  for (const char* input : {"a", "b", "c", "d", "e", "f"}) stream.inputs.emplace_back(input);
  scenario.workload = {stream};
  return scenario;
}

std::vector<Arrival> all(Schedule schedule) {
  std::vector<Arrival> arrivals;
  while (const auto arrival = schedule.next()) arrivals.push_back(*arrival);
  return arrivals;
}

TEST(Schedule, sends_periodic_requests_at_exact_intervals_after_a_phase_of_the_nodes_own) {
  const Scenario scenario = three_endpoints(Periodic{200ms}, 5s, 2s);
  std::set<Instant> phases;
  for (const NodeIndex node : {1U, 2U, 3U}) {
    const auto arrivals = all(Schedule{scenario, 0, node});
    // 2 s / 200 ms: the phase is below one interval, so the tenth request still falls within the stream.
    ASSERT_EQ(arrivals.size(), 10U);
    EXPECT_GE(arrivals.front().at, scenario_start + 5s);
    EXPECT_LT(arrivals.front().at, scenario_start + 5200ms);
    for (std::size_t index = 1; index < arrivals.size(); ++index) {
      EXPECT_EQ(arrivals[index].at - arrivals[index - 1].at, 200ms);
      EXPECT_EQ(arrivals[index].sequence, index);
    }
    phases.insert(arrivals.front().at);
  }
  EXPECT_EQ(phases.size(), 3U);
}

TEST(Schedule, ends_before_the_streams_end_even_if_that_costs_a_request) {
  // 500 ms in intervals of 200 ms: 3 requests if the phase is below 100 ms, else 2.
  const Scenario scenario = three_endpoints(Periodic{200ms}, 0s, 500ms);
  for (const NodeIndex node : {1U, 2U, 3U}) {
    const auto arrivals = all(Schedule{scenario, 0, node});
    EXPECT_EQ(arrivals.size(), arrivals.front().at - scenario_start < 100ms ? 3U : 2U);
    EXPECT_LT(arrivals.back().at, scenario_start + 500ms);
  }
}

TEST(Schedule, cycles_the_inputs_and_spreads_the_nodes_over_them) {
  const Scenario scenario = three_endpoints(Periodic{100ms}, 0s, 700ms);
  // Six inputs, three nodes: they begin at 0, 2 and 4.
  std::vector<std::size_t> inputs;
  for (const Arrival& arrival : all(Schedule{scenario, 0, 3})) inputs.push_back(arrival.input);
  EXPECT_EQ(inputs, (std::vector<std::size_t>{4, 5, 0, 1, 2, 3, 4}));
  EXPECT_EQ(Schedule(scenario, 0, 1).next()->input, 0U);
  EXPECT_EQ(Schedule(scenario, 0, 2).next()->input, 2U);
}

TEST(Schedule, draws_poisson_gaps_with_the_asked_mean_and_deviation) {
  const Scenario scenario = three_endpoints(Poisson{10ms}, 0s, 1000s);
  const auto arrivals = all(Schedule{scenario, 0, 1});
  // 100 000 expected, standard deviation 316: within five of them. The seed is fixed.
  EXPECT_NEAR(static_cast<double>(arrivals.size()), 1e5, 5 * 316.3);
  // Gaps of an exponential have a deviation equal to their mean: 10 ms, its standard error 10 ms * sqrt(2 / 10^5) = 0.045 ms.
  double squares = 0.0;
  for (std::size_t index = 1; index < arrivals.size(); ++index) {
    const double gap = to_milliseconds(arrivals[index].at - arrivals[index - 1].at);
    squares += (gap - 10) * (gap - 10);
  }
  EXPECT_NEAR(std::sqrt(squares / static_cast<double>(arrivals.size())), 10.0, 5 * 0.045);
}

TEST(Schedule, depends_on_its_own_names_and_the_seed_alone) {
  const Scenario scenario = three_endpoints(Poisson{10ms}, 0s, 1s);
  Scenario larger = scenario;
  larger.workload.insert(larger.workload.begin(), scenario.workload.front());
  larger.workload.front().name = "others";
  const auto alone = all(Schedule{scenario, 0, 2});
  const auto among_others = all(Schedule{larger, 1, 2});
  ASSERT_EQ(alone.size(), among_others.size());
  for (std::size_t index = 0; index < alone.size(); ++index) EXPECT_EQ(alone[index].at, among_others[index].at);
  EXPECT_NE(alone.front().at, Schedule(larger, 0, 2).next()->at);
  larger.seed = Seed{2};
  EXPECT_NE(alone.front().at, Schedule(larger, 1, 2).next()->at);
}

TEST(Schedule, belongs_to_the_nodes_of_the_streams_tier) {
  const Scenario scenario = three_endpoints(Periodic{100ms}, 0s, 1s);
  EXPECT_TRUE(schedules_of(scenario, 0).empty());
  EXPECT_EQ(schedules_of(scenario, 1).size(), 1U);
}

TEST(OfferedRate, adds_up_all_nodes_and_streams) {
  Scenario scenario = three_endpoints(Periodic{200ms}, 0s, 1s);
  scenario.workload.push_back(scenario.workload.front());
  scenario.workload.back().arrivals = Poisson{500ms};
  // 3 nodes * (5 + 2) a second.
  EXPECT_DOUBLE_EQ(offered_rate(scenario, 0), 21.0);
}

}  // namespace
}  // namespace continuo
