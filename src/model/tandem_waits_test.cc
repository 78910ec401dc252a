// Poisson sources behind narrow links of their own: what their queues are, and when.
#include <gtest/gtest.h>

#include "model/model.hh"
#include "model/sample_scenario.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

double mean_ms(const Histogram& histogram) { return histogram.summary().mean_ns / 1e6; }

// Endpoints whose requests take 5 ms on an edge node, each on a link of 1 Mbit/s.
Scenario behind_links(int endpoints, double rate, Bytes input) {
  SampleOptions options{.edge = {1, 1, 1.0}, .endpoint = {endpoints, 1, 1.0}, .service_time = 5ms, .rate = rate, .input = input, .poisson = true};
  options.link.rate = BitRate::megabits_per_second(1);
  return sample_scenario(options);
}

TEST(TandemWaits, are_none_behind_a_slower_link) {
  // 1000 bytes and 500 of HTTP's in two packets: 1604 bytes, 12.8 ms, and a load of 0.64 at 50 a second. Nothing waits for 5 ms behind that.
  ModelOptions model;
  model.request_handling = 0s;
  const ServiceResult service = evaluate(behind_links(1, 50, 1000_B), model).services.at(0);
  EXPECT_NEAR(mean_ms(service.stages.queue), 0.0, 1e-6);
  const double takes = 1604 * 8 / 1e6;
  const double waits = 50 * takes * takes / (2 * (1 - 50 * takes));  // M/D/1
  EXPECT_NEAR(mean_ms(service.stages.uplink), 7.5 + 1e3 * (takes + waits), 0.03 * 1e3 * waits);
}

TEST(TandemWaits, are_those_of_independent_requests_where_links_are_hardly_busy) {
  // 0.5 a second of each of 100 endpoints are 0.6 % of a link: M/D/1 of 50 a second.
  const ServiceResult service = evaluate(behind_links(100, 0.5, 1000_B), {}).services.at(0);
  EXPECT_NEAR(mean_ms(service.stages.queue), 1e3 * 50 * 0.005 * 0.005 / (2 * (1 - 0.25)), 0.01);
}

TEST(TandemWaits, of_answers_are_what_their_link_adds_to_the_slowest_before) {
  // Requests of 600 bytes: one packet of 652 bytes, 5.2 ms; answers of one of 1500, 12 ms, and a load of 0.6 at 50 a second.
  ModelOptions model;
  model.message_overhead = 0_B;
  model.response_size = 1448_B;
  model.answer_handling = 0s;
  const ServiceResult service = evaluate(behind_links(1, 50, 600_B), model).services.at(0);
  const auto waits = [](double takes) { return 50 * takes * takes / (2 * (1 - 50 * takes)); };  // M/D/1
  const double slowest_before = 652 * 8 / 1e6;
  EXPECT_NEAR(mean_ms(service.stages.downlink), 7.5 + 1e3 * (0.012 + waits(0.012) - waits(slowest_before)), 0.03 * 1e3 * waits(0.012));
}

// Slow start on an idle way there is none of what messages wait for on a busy way back.
TEST(TandemWaits, leave_slow_start_what_it_is) {
  Scenario scenario = behind_links(1, 2, 100'000_B);
  for (Link& link : scenario.links) link.properties.rate = link.from == 2 ? BitRate::megabits_per_second(1000) : BitRate::megabits_per_second(5);
  ModelOptions model;
  model.response_size = 100'000_B;  // 166 ms, and a load of 0.33
  EXPECT_GT(mean_ms(evaluate(scenario, model).services.at(0).stages.uplink), 7.5 + 15.0)
      << "69 segments, of which a window that silence has taken back to ten lets no more go at once: round trips of 15 ms";
}

}  // namespace
}  // namespace continuo
