// Who answers a request, on a stopped clock and a network of the test's own.
#include "node/routing/forwarder.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/routing/test_support/fake_network.hh"
#include "wire/inference.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string infer_target = "/v2/models/read/infer";

class Forwarding : public testing::Test {
 protected:
  // A living peer with `read` ready, `round_trip` away.
  void add_peer(const std::string& id, Duration round_trip, Duration service_time, std::uint32_t waiting = 0) {
    const std::string address = id + ":8000";
    heartbeats.table().learn(address);
    heartbeats.table().answered(address, {id, address, std::string(64, 'a'), {{"read", waiting, service_time}}, {}},
                                round_trip, false, clock.time);
  }

  DispatchRequest request(bool ready_here, std::optional<Duration> time_left = std::nullopt, int hops = 0) {
    HttpRequest http;
    http.method = "POST";
    http.target = infer_target;
    http.headers = {{"Content-Type", "application/octet-stream"},
                    {"Inference-Header-Content-Length", "12"},
                    {"Connection", "keep-alive"}};
    http.body = to_body("the request");
    http.size = 100_B;
    DispatchRequest made;
    made.service = "read";
    made.http = std::make_shared<const HttpRequest>(std::move(http));
    made.hops = hops;
    made.ready_here = ready_here;
    if (time_left) {
      made.deadline = clock.time + *time_left;
    }
    return made;
  }

  // The statuses of the answers so far; 299 is the local one.
  void dispatch(DispatchRequest made, int local_status = 299) {
    forwarder.dispatch(
        std::move(made),
        [this, local_status](const Answer& answer) {
          ++local_runs;
          later.push_back([answer, local_status] { answer(HttpResponse{local_status, {}, to_body("local"), {}}); });
        },
        [this](HttpResponse response) {
          statuses.push_back(response.status);
          last = std::move(response);
        });
  }
  // What was posted to the io_context's thread: local answers come later, refusals too.
  void run_posted() {
    for (const auto& posted : std::exchange(later, {})) {
      posted();
    }
  }

  StoppedClock clock;
  FakeNetwork network;
  LocalQueue local{0.0, 1.0, 50ms};
  Heartbeats heartbeats{{"self", "self:8000", {}, {}}, clock, network.sender(), [] { return SelfReport{}; }};
  Forwarder forwarder{{"self"}, clock, network.sender(), heartbeats, [this](const std::string&) { return local; }};
  std::vector<int> statuses;
  HttpResponse last;
  int local_runs = 0;
  std::vector<std::function<void()>> later;
};

TEST_F(Forwarding, answers_here_when_nobody_is_better) {
  add_peer("edge-1", 20ms, 40ms);
  dispatch(request(true));
  run_posted();
  EXPECT_THAT(statuses, ElementsAre(299));
  EXPECT_THAT(network.sent, IsEmpty());
}

TEST_F(Forwarding, sends_the_body_as_it_came_to_the_better_node_and_hands_back_its_answer) {
  add_peer("edge-1", 20ms, 20ms);
  dispatch(request(true, 1s));
  const auto sent = network.take("edge-1:8000", infer_target);
  EXPECT_EQ(as_text(sent.call.request.body), "the request");
  EXPECT_EQ(sent.call.request.headers.find("Continuo-Hops"), "1");
  EXPECT_EQ(sent.call.request.headers.find("Continuo-Timeout"), "1000000");
  EXPECT_EQ(sent.call.request.headers.find("Inference-Header-Content-Length"), "12");
  EXPECT_FALSE(sent.call.request.headers.find("Connection"));
  EXPECT_EQ(sent.call.timeout, 1s);
  FakeNetwork::answer(sent, HttpResponse{200, {{"Content-Type", "application/json"}, {"Server", "x"}}, to_body("{}"), {}});
  EXPECT_THAT(statuses, ElementsAre(200));
  EXPECT_EQ(as_text(last.body), "{}");
  EXPECT_TRUE(last.headers.find("Content-Type"));
  EXPECT_FALSE(last.headers.find("Server"));
  EXPECT_EQ(forwarder.in_flight(), 0U);
}

TEST_F(Forwarding, never_passes_on_what_was_passed_on_already) {
  add_peer("edge-1", 1ms, 1ms);
  dispatch(request(false, 1s, 1), 404);
  run_posted();
  EXPECT_THAT(statuses, ElementsAre(404));
  EXPECT_EQ(local_runs, 1);
}

TEST_F(Forwarding, spreads_a_burst_between_heartbeats) {
  add_peer("edge-1", 10ms, 20ms);  // 30 ms; with one there 50; with two 70
  add_peer("edge-2", 15ms, 25ms);  // 40 ms; with one there 65
  local.service_time = 60ms;
  for (int i = 0; i < 4; ++i) {
    dispatch(request(true));
    local.waiting = local_runs;
  }
  // 30 at edge-1, 40 at edge-2, 50 at edge-1, then here: 60 beats 65 and 70.
  EXPECT_THAT(network.addresses(infer_target), ElementsAre("edge-1:8000", "edge-2:8000", "edge-1:8000"));
  EXPECT_EQ(local_runs, 1);
}

TEST_F(Forwarding, tries_the_next_best_when_a_node_refuses_and_skips_it_from_then_on) {
  add_peer("edge-1", 1ms, 10ms);
  add_peer("edge-2", 5ms, 10ms);
  dispatch(request(false));
  FakeNetwork::fail(network.take("edge-1:8000", infer_target), HttpFailure::Kind::refused);
  EXPECT_FALSE(heartbeats.table().alive("edge-1"));
  FakeNetwork::answer(network.take("edge-2:8000", infer_target), json_response(200, "{}"));
  EXPECT_THAT(statuses, ElementsAre(200));
  dispatch(request(false));
  EXPECT_THAT(network.addresses(infer_target), ElementsAre("edge-2:8000"));
}

TEST_F(Forwarding, moves_everything_under_way_to_a_lost_node_at_once) {
  add_peer("edge-1", 1ms, 10ms);
  dispatch(request(false));
  dispatch(request(false));
  EXPECT_THAT(network.addresses(infer_target), ElementsAre("edge-1:8000", "edge-1:8000"));
  clock.time = 1400ms;
  add_peer("edge-2", 5ms, 10ms);
  clock.time = 1500ms;  // edge-1 has been silent for three intervals, and no reset came: its machine vanished
  heartbeats.tick();
  EXPECT_EQ(network.cancelled.size(), 2U);
  EXPECT_THAT(network.addresses(infer_target), ElementsAre("edge-2:8000", "edge-2:8000"));
  FakeNetwork::answer(network.take("edge-2:8000", infer_target), json_response(200, "{}"));
  FakeNetwork::answer(network.take("edge-2:8000", infer_target), json_response(200, "{}"));
  EXPECT_THAT(statuses, ElementsAre(200, 200));
}

TEST_F(Forwarding, moves_all_requests_when_one_of_them_finds_the_node_dead) {
  add_peer("edge-1", 1ms, 10ms);
  dispatch(request(true));
  dispatch(request(true));
  FakeNetwork::fail(network.take("edge-1:8000", infer_target), HttpFailure::Kind::reset);
  run_posted();
  EXPECT_THAT(statuses, ElementsAre(299, 299));
  EXPECT_THAT(network.addresses(infer_target), IsEmpty());
}

TEST_F(Forwarding, asks_elsewhere_when_a_node_is_busy_or_does_not_have_the_service) {
  add_peer("edge-1", 1ms, 10ms);
  add_peer("edge-2", 5ms, 10ms);
  dispatch(request(false));
  FakeNetwork::answer(network.take("edge-1:8000", infer_target), error_response(404, "no such model"));
  FakeNetwork::answer(network.take("edge-2:8000", infer_target), error_response(503, "queue full"));
  EXPECT_THAT(statuses, ElementsAre(503));  // nobody else: the last word stands
  EXPECT_TRUE(heartbeats.table().alive("edge-1"));
  EXPECT_EQ(heartbeats.table().candidates("read", clock.time).size(), 1U);
}

TEST_F(Forwarding, hands_back_a_client_error_at_once) {
  add_peer("edge-1", 1ms, 10ms);
  add_peer("edge-2", 5ms, 10ms);
  dispatch(request(false));
  FakeNetwork::answer(network.take("edge-1:8000", infer_target), error_response(400, "wrong shape"));
  EXPECT_THAT(statuses, ElementsAre(400));
}

TEST_F(Forwarding, asks_a_peer_when_the_local_queue_is_full) {
  add_peer("edge-1", 100ms, 40ms);
  dispatch(request(true), 503);
  EXPECT_EQ(local_runs, 1);
  run_posted();
  FakeNetwork::answer(network.take("edge-1:8000", infer_target), json_response(200, "{}"));
  EXPECT_THAT(statuses, ElementsAre(200));
}

TEST_F(Forwarding, does_not_run_elsewhere_what_failed_in_its_run_here) {
  add_peer("edge-1", 100ms, 40ms);
  dispatch(request(true), 500);
  run_posted();
  EXPECT_THAT(statuses, ElementsAre(500));
  EXPECT_THAT(network.sent, IsEmpty());
}

TEST_F(Forwarding, hands_back_the_local_refusal_when_nobody_else_has_the_service) {
  dispatch(request(true), 503);
  run_posted();
  EXPECT_THAT(statuses, ElementsAre(503));
  EXPECT_EQ(as_text(last.body), "local");
}

TEST_F(Forwarding, refuses_at_once_what_nobody_can_answer_in_time) {
  add_peer("edge-1", 20ms, 40ms);
  dispatch(request(true, 49ms));
  EXPECT_THAT(statuses, ElementsAre(504));
  EXPECT_THAT(std::string{as_text(last.body)}, HasSubstr("49.0 ms left"));
}

TEST_F(Forwarding, does_not_try_again_after_the_deadline) {
  add_peer("edge-1", 1ms, 10ms);
  add_peer("edge-2", 5ms, 10ms);
  dispatch(request(false, 100ms));
  clock.time = 100ms;
  FakeNetwork::fail(network.take("edge-1:8000", infer_target), HttpFailure::Kind::timeout);
  EXPECT_THAT(statuses, ElementsAre(504));
}

TEST_F(Forwarding, says_so_when_no_node_has_the_service) {
  dispatch(request(false));
  EXPECT_THAT(statuses, ElementsAre(503));
  EXPECT_THAT(std::string{as_text(last.body)}, HasSubstr("no node has read ready"));
  EXPECT_FALSE(forwarder.served_elsewhere("read"));
  add_peer("edge-1", 1ms, 10ms);
  EXPECT_TRUE(forwarder.served_elsewhere("read"));
}

TEST_F(Forwarding, learns_the_rate_of_a_link_from_the_stages_in_the_answer) {
  add_peer("edge-1", 20ms, 40ms);
  DispatchRequest large = request(false);
  HttpRequest http = *large.http;
  http.body.resize(99'000);  // and 1,000 bytes of answer
  large.http = std::make_shared<const HttpRequest>(std::move(http));
  dispatch(std::move(large));
  clock.time = 160ms;
  InferenceResponse response;
  response.model_name = "read";
  response.parameters = {{"continuo_queue_ns", std::int64_t{10'000'000}}, {"continuo_service_ns", std::int64_t{30'000'000}}};
  const HttpBody body = std::get<HttpBody>(serialise(response, std::span<const std::string>{}));
  FakeNetwork::answer(network.take("edge-1:8000", infer_target), HttpResponse{200, {}, body.bytes, {}});
  // 160 ms - 40 there - 20 round trip = 100 ms for 100 kB.
  const auto candidates = heartbeats.table().candidates("read", clock.time);
  ASSERT_EQ(candidates.size(), 1U);
  ASSERT_TRUE(candidates[0].rate);
  EXPECT_EQ(*candidates[0].rate, 8_Mbps);
}

}  // namespace
}  // namespace continuo
