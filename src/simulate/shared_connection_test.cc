// Messages that share a connection, to the nanosecond.
#include <gtest/gtest.h>

#include "network/tcp_segment.hh"
#include "policy/transport.hh"
#include "simulate/service_for_tests.hh"
#include "simulate/simulate.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

// One request of so many bytes at each of these times, from an endpoint 5 ms from an edge node that takes 20 ms, by this transport.
ServiceResult result_of(Transport transport, const std::vector<std::pair<Duration, Bytes>>& requests) {
  Scenario scenario = test::endpoint_and_edge();
  scenario.workload.clear();
  for (const auto& [at, size] : requests) {
    Stream stream;
    stream.name = "at-" + std::to_string(at.count());
    stream.from = 1;
    stream.arrivals = Periodic{1ns};
    stream.start = at;
    stream.duration = 1ns;
    stream.deadline = 5s;
    stream.transport = transport;
    stream.input_size = size - transport_costs(transport, {}).request_overhead;
    scenario.workload.push_back(stream);
  }
  return evaluate(scenario, test::bare_options()).services.at(0);
}

TEST(SharedConnection, of_mqtt_is_open_before_the_load_begins) {
  // Sent at 0 and 12, arrived at 5 and 17, served from 5 to 25 and from 25 to 45, received at 30 and 50.
  const ServiceResult service = result_of(Transport::mqtt, {{0ms, 1000_B}, {12ms, 1000_B}});
  ASSERT_EQ(service.completed, 2U);
  EXPECT_EQ(service.latency.min(), 30ms);
  EXPECT_EQ(service.latency.max(), 38ms);
  EXPECT_EQ(service.stages.uplink.max(), 5ms);
}

TEST(SharedConnection, of_grpc_takes_two_round_trips_to_open_and_one_message_waits_for_it_beside_another) {
  // Both leave at 20 and arrive at 25; served from 25 to 45 and from 45 to 65, received at 50 and at 70, 58 after it was sent.
  const ServiceResult service = result_of(Transport::grpc, {{0ms, 1000_B}, {12ms, 1000_B}});
  ASSERT_EQ(service.completed, 2U);
  EXPECT_EQ(service.stages.uplink.max(), 25ms);
  EXPECT_EQ(service.stages.uplink.min(), 13ms);
  EXPECT_EQ(service.latency.min(), 50ms);
  EXPECT_EQ(service.latency.max(), 58ms);
}

TEST(SharedConnection, lets_a_message_leave_behind_one_that_waits_for_the_window) {
  // 20 segments are twice the initial window. The second flight leaves when the first one's acknowledgement is there, at 10, and arrives at 15.
  // The message of 1 ms leaves right behind it, though there were room for none before, and arrives at 15, too.
  const Bytes segment = tcp_segment({});
  const ServiceResult service = result_of(Transport::mqtt, {{0ms, Bytes::of(20 * segment.count())}, {1ms, 1000_B}});
  ASSERT_EQ(service.completed, 2U);
  EXPECT_EQ(service.stages.uplink.max(), 15ms);
  EXPECT_EQ(service.stages.uplink.min(), 14ms);
}

TEST(SharedConnection, has_its_messages_wait_for_acknowledgements_where_others_have_filled_the_window) {
  // Ten segments fill the initial window; what comes at 1 ms leaves with their acknowledgement, which is there at 10, and arrives at 15.
  const Bytes segment = tcp_segment({});
  const ServiceResult service = result_of(Transport::mqtt, {{0ms, Bytes::of(10 * segment.count())}, {1ms, 1000_B}});
  ASSERT_EQ(service.completed, 2U);
  EXPECT_EQ(service.stages.uplink.min(), 5ms);
  EXPECT_EQ(service.stages.uplink.max(), 14ms);
}

}  // namespace
}  // namespace continuo
