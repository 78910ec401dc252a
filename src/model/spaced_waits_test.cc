// Points of a sweep behind narrow links of their own: a formula that is near what is played through.
#include <tuple>

#include <gtest/gtest.h>

#include "model/answer.hh"
#include "model/model.hh"
#include "model/sample_scenario.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

// Endpoints whose requests take so long on an edge node, each on a link of 1 Mbit/s: of 1000 bytes, 12.8 ms.
Scenario behind_links(int endpoints, double rate, Duration service) {
  SampleOptions options{.edge = {1, 1, 1.0}, .endpoint = {endpoints, 1, 1.0}, .service_time = service, .rate = rate, .input = 1000_B, .poisson = true};
  options.link.rate = BitRate::megabits_per_second(1);
  return sample_scenario(options);
}

double mean_of_point(const Scenario& scenario) { return answer(scenario, {}).services.at(0).latency->mean; }
double mean_played(const Scenario& scenario) { return evaluate(scenario, {}).services.at(0).latency.summary().mean_ns / 1e9; }

TEST(SpacedWaits, of_points_are_near_those_played_through) {
  for (const auto& [endpoints, rate, service] : {std::tuple{1, 50.0, Duration{5ms}}, {1, 50.0, 17ms}, {2, 45.0, 8ms}, {4, 40.0, 5ms}, {8, 50.0, 2ms}, {16, 20.0, 2500us}}) {
    const Scenario scenario = behind_links(endpoints, rate, service);
    EXPECT_NEAR(mean_of_point(scenario), mean_played(scenario), 0.04 * mean_played(scenario)) << endpoints << " endpoints at " << rate << " Hz";
  }
}

TEST(SpacedWaits, are_less_behind_access_links_too) {
  Scenario scenario = behind_links(4, 40, 5ms);
  const double by_links = mean_of_point(scenario);
  scenario.access.resize(scenario.nodes.size());
  for (Link& link : scenario.links) link.properties.rate.reset();
  for (NodeIndex node = 0; node < scenario.nodes.size(); ++node) {
    if (scenario.nodes[node].tier == scenario.workload[0].from) scenario.access[node].up = BitRate::megabits_per_second(1);
  }
  Scenario unlimited = scenario;
  unlimited.access.clear();
  EXPECT_LT(mean_of_point(scenario), by_links) << "answers have no narrow link";
  EXPECT_GT(mean_of_point(scenario), mean_of_point(unlimited) + 0.0128) << "but requests have";
}

}  // namespace
}  // namespace continuo
