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
                                                  GetParam().candidates, 0.5);
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
  const std::optional<Route> route = choose_route(photo, candidates, 0.5);
  ASSERT_TRUE(route);
  EXPECT_EQ(route->node, "thick");
  EXPECT_EQ(route->predicted, 40'100us);
}

// An idle node of it answers after 30 ms, and each request there adds 20 ms.
// So many have come to it since it told how long its queue is, half a second ago.
RouteCandidate edge(const char* node, double waiting, double came) {
  return {.node = node, .round_trip = 10ms, .service_time = 20ms, .waiting = waiting, .arrivals = 2.0 * came, .age = 500ms};
}

std::string chosen(const std::vector<RouteCandidate>& candidates, double draw) {
  const std::optional<Route> route = choose_route({Bytes::zero(), Bytes::zero(), 1s}, candidates, draw);
  return route ? route->node : "";
}

TEST(Routing, keeps_to_the_shortest_queue_where_nobody_else_sends) {
  const std::vector<RouteCandidate> candidates{edge("a", 2.0, 3.0), edge("b", 1.0, 3.0), edge("c", 4.0, 3.0)};
  for (const double draw : {0.0, 0.5, 0.999}) {
    // All of the 18 that come a second are its own.
    const std::optional<Route> route = choose_route({.time_left = 1s, .sent = 18.0}, candidates, draw);
    EXPECT_EQ(route ? route->node : "", "b");
  }
}

TEST(Routing, leaves_its_own_requests_out_of_what_others_send) {
  // Twelve a second come to both, eight of them its own: in half a second others sent two, which fill queues of 0 and 1 up to 1.5.
  const std::vector<RouteCandidate> candidates{edge("a", 0.0, 3.0), edge("b", 1.0, 3.0)};
  EXPECT_EQ(choose_route({.time_left = 1s, .sent = 8.0}, candidates, 0.749)->node, "a");
  EXPECT_EQ(choose_route({.time_left = 1s, .sent = 8.0}, candidates, 0.751)->node, "b") << "beyond 1.5 of 2";
}

TEST(Routing, leaves_room_for_what_others_send_to_nodes_that_are_alike) {
  // Six requests of others fill queues of 0, 1 and 4 up to 3.5: 3.5 go to the first, 2.5 to the second, none to the third.
  const std::vector<RouteCandidate> candidates{edge("a", 0.0, 1.0), edge("b", 1.0, 2.0), edge("c", 4.0, 3.0)};
  EXPECT_EQ(chosen(candidates, 0.0), "a");
  EXPECT_EQ(chosen(candidates, 0.583), "a");
  EXPECT_EQ(chosen(candidates, 0.584), "b") << "beyond 3.5 of 6";
  EXPECT_EQ(chosen(candidates, 0.999), "b");
}

TEST(Routing, predicts_the_node_that_was_drawn_and_not_the_best) {
  const std::vector<RouteCandidate> candidates{edge("a", 0.0, 3.0), edge("b", 1.0, 3.0)};
  const std::optional<Route> route = choose_route({Bytes::zero(), Bytes::zero(), 1s}, candidates, 0.999);
  ASSERT_TRUE(route);
  EXPECT_EQ(route->node, "b");
  EXPECT_EQ(route->candidate, 1U);
  EXPECT_EQ(route->predicted, 50ms);
}

TEST(Routing, takes_free_workers_for_room) {
  RouteCandidate two_free = edge("a", 0.0, 0.5);
  RouteCandidate one_free = edge("b", 1.0, 0.5);
  two_free.workers = one_free.workers = 2.0;
  // One request of others fits beside the one that is to be placed: the first has a worker more free than the second.
  const std::vector<RouteCandidate> candidates{two_free, one_free};
  for (const double draw : {0.0, 0.5, 0.999}) EXPECT_EQ(chosen(candidates, draw), "a");
}

TEST(Routing, sends_nothing_farther_because_others_send_to_the_near) {
  RouteCandidate far = edge("far", 0.0, 0.0);
  far.round_trip = 60ms;
  const std::vector<RouteCandidate> candidates{edge("near", 1.0, 12.0), far};
  for (const double draw : {0.0, 0.5, 0.999}) EXPECT_EQ(chosen(candidates, draw), "near");
}

TEST(Routing, draws_none_that_is_dead_or_late) {
  RouteCandidate dead = edge("dead", 0.0, 9.0);
  dead.alive = false;
  const std::vector<RouteCandidate> candidates{edge("a", 0.0, 9.0), dead, edge("late", 2.0, 9.0)};  // late: 10 + 20 + 2 x 20 = 70 ms
  for (const double draw : {0.0, 0.5, 0.999}) {
    const std::optional<Route> route = choose_route({Bytes::zero(), Bytes::zero(), 60ms}, candidates, draw);
    EXPECT_EQ(route ? route->node : "", "a");
  }
}

}  // namespace
}  // namespace continuo
