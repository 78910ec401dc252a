#include "policy/transport.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

TEST(TransportCosts, of_http_are_those_that_predictions_assume_and_a_handshake_for_each_exchange_that_finds_no_connection_free) {
  Assumptions assumptions;
  assumptions.message_overhead = Bytes::of(321);
  const TransportCosts http = transport_costs(Transport::http, assumptions);
  EXPECT_EQ(http.request_overhead, Bytes::of(321));
  EXPECT_EQ(http.answer_overhead, Bytes::of(321));
  EXPECT_EQ(http.opening, 1);
  EXPECT_FALSE(http.one_connection);
}

TEST(TransportCosts, of_grpc_and_mqtt_are_smaller_messages_on_one_connection) {
  const TransportCosts grpc = transport_costs(Transport::grpc, {});
  EXPECT_TRUE(grpc.one_connection);
  EXPECT_EQ(grpc.opening, 2) << "TCP's handshake, and the settings of HTTP/2";
  const TransportCosts mqtt = transport_costs(Transport::mqtt, {});
  EXPECT_TRUE(mqtt.one_connection);
  EXPECT_EQ(mqtt.opening, 0) << "clients connect before the load begins";
  EXPECT_LT(mqtt.request_overhead, grpc.request_overhead);
}

}  // namespace
}  // namespace continuo
