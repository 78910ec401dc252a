// What one record adds is seen in accounting_test.cc; here is what becomes of the time line.
#include "emulate/request_ledger.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

Scenario one_service() {
  Scenario scenario;
  Service service;
  service.name = "read";
  scenario.services = {service};
  return scenario;
}

// Ended at the given time after the load began at 1000 s, after so long; completed unless it says why not.
LoadRecord record(Duration received, Duration latency, const std::string& failure = "") {
  LoadRecord made;
  made.service = "read";
  made.node = "edge-1";
  made.received = 1000s + received;
  made.scheduled = made.received - latency;
  made.failure = failure;
  return made;
}

TEST(RequestLedger, puts_every_request_into_the_second_in_which_it_ended) {
  const Scenario scenario = one_service();
  RequestLedger ledger{scenario};
  for (const auto& some : {record(2100ms, 300ms), record(100ms, 60ms), record(900ms, 80ms), record(950ms, 1s, "deadline")}) {
    ledger.add(some, 1000s);
  }
  const auto timeline = ledger.timeline(2500ms);
  ASSERT_EQ(timeline.size(), 3U);
  EXPECT_EQ(timeline[0].completed_by_node.at("edge-1"), 2U);
  EXPECT_EQ(timeline[0].failed, 1U);
  EXPECT_NEAR(to_milliseconds(*timeline[0].latency_p95), 80.0, 0.04);  // a Histogram's resolution
  EXPECT_TRUE(timeline[1].completed_by_node.empty());
  EXPECT_EQ(timeline[1].latency_p50, std::nullopt);
  EXPECT_NEAR(to_milliseconds(*timeline[2].latency_p50), 300.0, 0.15);
  EXPECT_EQ(timeline[2].to, 2500ms);
  EXPECT_EQ(ledger.completed(), 3U);
  EXPECT_EQ(ledger.failed(), 1U);
}

TEST(RequestLedger, counts_what_ended_after_the_last_second_in_it_and_what_ended_before_the_load_in_none) {
  const Scenario scenario = one_service();
  RequestLedger ledger{scenario};
  ledger.add(record(7s, 10ms), 1000s);
  ledger.add(record(-1ms, 10ms), 1000s);
  const auto timeline = ledger.timeline(2s);
  ASSERT_EQ(timeline.size(), 2U);
  EXPECT_TRUE(timeline[0].completed_by_node.empty());
  EXPECT_EQ(timeline[1].completed_by_node.at("edge-1"), 1U);
}

TEST(RequestLedger, counts_of_a_batch_each_requests_part_and_what_it_would_take_of_a_full_one) {
  Scenario scenario = one_service();
  Variant variant;
  variant.name = "v";
  variant.service_time = 20ms;
  variant.service_time_next = 10ms;
  scenario.services[0].package.variants = {variant};
  scenario.services[0].batch = {.most = 4};
  RequestLedger ledger{scenario};
  LoadRecord one = record(1s, 100ms);
  one.variant = "v";
  one.served = 30ms;
  one.batch = 2;
  ledger.add(one, 1000s);
  ledger.add(one, 1000s);
  const auto& served = ledger.of(0).served.at({"edge-1", "v"});
  EXPECT_EQ(served.held, 30ms) << "both were run in these 30 ms";
  // Four take 20 + 3 * 10 ms: 12.5 ms each.
  EXPECT_EQ(served.at_fullest, 25ms);
}

TEST(RequestLedger, takes_no_record_of_a_service_that_the_scenario_does_not_have) {
  const Scenario scenario = one_service();
  RequestLedger ledger{scenario};
  LoadRecord strange = record(1s, 10ms);
  strange.service = "write";
  ledger.add(strange, 1000s);
  EXPECT_EQ(ledger.completed(), 0U);
  EXPECT_TRUE(ledger.timeline(2s).at(1).completed_by_node.empty());
}

}  // namespace
}  // namespace continuo
