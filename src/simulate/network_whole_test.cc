// Requests whose links change while their connection is opened, followed by hand.
#include <gtest/gtest.h>

#include "network/tcp_window.hh"
#include "simulate/service_for_tests.hh"
#include "simulate/simulate.hh"
#include "workload/schedule.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

// One request over a link of 100 ms each way: its connection is open after 200 ms.
Scenario one_request() {
  Scenario scenario = test::endpoint_and_edge();
  for (Link& link : scenario.links) link.properties.delay = 100ms;
  scenario.workload[0].arrivals = Periodic{10s};
  return scenario;
}

Duration start_of(const Scenario& scenario) { return Schedule{scenario, 0, 1}.next()->at - scenario_start; }

TEST(RequestThatOpensItsConnection, crosses_a_link_that_only_delays) {
  const ServiceResult service = evaluate(one_request(), test::bare_options()).services.at(0);
  EXPECT_EQ(service.completed, 1U);
  EXPECT_EQ(service.latency.max(), 200ms + 100ms + 20ms + 100ms);
}

TEST(RequestThatOpensItsConnection, waits_for_a_rate_that_the_link_has_got_meanwhile) {
  Scenario scenario = one_request();
  scenario.events = {{start_of(scenario) + 50ms, ChangeLinks{{1}, {0}, true, {.rate = 1_Mbps}}, "narrow"}};
  const ServiceResult service = evaluate(scenario, test::bare_options()).services.at(0);
  EXPECT_EQ(service.latency.max(), 200ms + 8416us + 100ms + 20ms + 100ms + 1216us) << "1052 bytes there, 152 back";
}

TEST(RequestThatOpensItsConnection, is_lost_on_a_link_that_was_cut_meanwhile_and_sent_again) {
  Scenario scenario = one_request();
  const Duration start = start_of(scenario);
  scenario.events = {{start + 50ms, Partition{{0}, {1}}, "cut"}, {start + 300ms, Heal{}, "heal"}};
  const ServiceResult service = evaluate(scenario, test::bare_options()).services.at(0);
  const Duration time_out = TcpWindow::timeout_min + 200ms;
  EXPECT_EQ(service.latency.max(), 200ms + time_out + 100ms + 20ms + 100ms);
}

TEST(RequestThatOpensItsConnection, is_nobodys_when_its_server_was_killed_while_it_was_lost) {
  Scenario scenario = one_request();
  const Duration start = start_of(scenario);
  scenario.events = {{start + 50ms, Partition{{0}, {1}}, "cut"},
                     {start + 250ms, CommandNodes{NodeCommand::kill, {0}}, "kill"},
                     {start + 300ms, Heal{}, "heal"},
                     {start + 350ms, CommandNodes{NodeCommand::restart, {0}}, "restart"}};
  const ServiceResult service = evaluate(scenario, test::bare_options()).services.at(0);
  EXPECT_EQ(service.completed, 0U);
  EXPECT_EQ(service.failed.at("http-503"), 1U) << "told 100 ms after the kill; it has tried all nodes";
}

}  // namespace
}  // namespace continuo
