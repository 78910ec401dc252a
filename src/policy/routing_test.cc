// Routing as tables: who is known, who is chosen.
#include "policy/routing.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

const RouteRequest photo{100_kB, 1_kB, 1s};

TEST(Routing, predicts_round_trip_serialisation_wait_and_service) {
  // 20 ms + 101 kB at 8.08 Mbit/s = 100 ms + 3 requests ahead of one worker, 30 ms each + 30 ms.
  const RouteCandidate candidate{"edge-1", 20ms, BitRate::bits_per_second(8'080'000), 30ms, 3.0, 1.0, true};
  EXPECT_EQ(predict_latency(photo, candidate), 240ms);
}

TEST(Routing, predicts_no_wait_while_a_worker_is_free) {
  const RouteCandidate one_free{"edge-1", 0ms, {}, 40ms, 1.0, 2.0, true};
  EXPECT_EQ(predict_latency(photo, one_free), 40ms);
  // Both busy: one of them is free after half a service time on average.
  const RouteCandidate none_free{"edge-1", 0ms, {}, 40ms, 2.0, 2.0, true};
  EXPECT_EQ(predict_latency(photo, none_free), 60ms);
}

TEST(Routing, takes_a_queue_in_batches_to_be_gone_as_many_times_sooner) {
  // Runs of 40 ms of eight each: sixteen that wait or run are two such runs.
  const RouteCandidate batches{"edge-1", 0ms, {}, 40ms, 16.0, 1.0, true, 8.0};
  EXPECT_EQ(predict_latency(photo, batches), 120ms);
}

TEST(Routing, saturates_instead_of_overflowing_on_what_a_peer_claims) {
  const RouteCandidate absurd{"edge-1", Duration::max(), {}, Duration::max(), 4e9, 1e-9, true};
  EXPECT_EQ(predict_latency(photo, absurd), 24h);
  const RouteCandidate negative{"edge-1", Duration::min(), {}, Duration::min(), -1.0, -1.0, true};
  EXPECT_EQ(predict_latency(photo, negative), 0ms);
}

struct Case {
  const char* what;
  std::vector<RouteCandidate> candidates;
  Duration time_left;
  const char* chosen;  // "": nobody
};

class RoutingTable : public testing::TestWithParam<Case> {};

TEST_P(RoutingTable, chooses) {
  const std::optional<Route> route = choose_route({Bytes::zero(), Bytes::zero(), GetParam().time_left},
                                                  GetParam().candidates);
  EXPECT_EQ(route ? route->node : "", GetParam().chosen) << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(
    all, RoutingTable,
    testing::Values(
        Case{"nobody has the service", {}, 1s, ""},
        Case{"the only one", {{"self", 0ms, {}, 90ms}}, 1s, "self"},
        Case{"a fast node beyond a link beats a slow one here", {{"self", 0ms, {}, 90ms}, {"edge", 20ms, {}, 30ms}}, 1s, "edge"},
        Case{"a long link undoes a fast node", {{"self", 0ms, {}, 90ms}, {"cloud", 80ms, {}, 30ms}}, 1s, "self"},
        Case{"a queue sends requests away", {{"self", 0ms, {}, 30ms, 2.0}, {"edge", 20ms, {}, 30ms}}, 1s, "edge"},
        Case{"a dead node is skipped", {{"self", 0ms, {}, 90ms}, {"edge", 1ms, {}, 3ms, 0.0, 1.0, false}}, 1s, "self"},
        Case{"only dead nodes", {{"edge", 1ms, {}, 3ms, 0.0, 1.0, false}}, 1s, ""},
        Case{"ties go to the first", {{"self", 0ms, {}, 30ms}, {"edge", 10ms, {}, 20ms}}, 1s, "self"},
        Case{"nobody answers in time", {{"self", 0ms, {}, 90ms}, {"edge", 20ms, {}, 80ms}}, 89ms, ""},
        Case{"just in time", {{"self", 0ms, {}, 90ms}}, 90ms, "self"}));

TEST(Routing, prefers_the_rate_that_carries_the_photo_sooner) {
  const std::vector<RouteCandidate> candidates{{"thin", 5ms, 8_Mbps, 10ms}, {"thick", 20ms, 80_Mbps, 10ms}};
  // thin: 5 + 101 + 10 = 116 ms; thick: 20 + 10.1 + 10 = 40.1 ms
  const std::optional<Route> route = choose_route(photo, candidates);
  ASSERT_TRUE(route);
  EXPECT_EQ(route->node, "thick");
  EXPECT_EQ(route->predicted, 40'100us);
}

}  // namespace
}  // namespace continuo
