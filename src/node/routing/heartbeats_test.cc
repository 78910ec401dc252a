// The heartbeat loop on a stopped clock and a network of the test's own.
#include "node/routing/heartbeats.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/routing/test_support/fake_network.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string beat_target = "/continuo/v1/heartbeat";

class HeartbeatLoop : public testing::Test {
 protected:
  HeartbeatLoop() {
    heartbeats.listen([this](const LeaseChange& change) {
      const char* kind = change.kind == LeaseChange::Kind::found  ? "found "
                         : change.kind == LeaseChange::Kind::lost ? "lost "
                                                                  : "returned ";
      changes.push_back(kind + change.id);
    });
  }
  void answer(const std::string& address, const Heartbeat& heartbeat) {
    FakeNetwork::answer(network.take(address, beat_target), json_response(200, serialise(heartbeat)));
  }

  StoppedClock clock;
  FakeNetwork network;
  Heartbeats heartbeats{{"self", "self:8000", {}, {}}, clock, network.sender(), [] {
                          return SelfReport{std::string(64, 'a'), {{"read", 2, 30ms}}};
                        }};
  std::vector<std::string> changes;
};

TEST_F(HeartbeatLoop, beats_a_new_address_at_once_and_then_each_interval_unless_it_is_still_waited_for) {
  heartbeats.meet("edge-1:8000");
  heartbeats.meet("edge-1:8000");
  EXPECT_THAT(network.addresses(beat_target), ElementsAre("edge-1:8000"));
  heartbeats.tick();
  EXPECT_THAT(network.addresses(beat_target), ElementsAre("edge-1:8000"));
  clock.time = 20ms;
  answer("edge-1:8000", {"edge-1", "edge-1:8000", std::string(64, 'b'), {}, {}});
  EXPECT_THAT(changes, ElementsAre("found edge-1"));
  EXPECT_EQ(heartbeats.table().peers()[0].round_trip, 20ms);
  heartbeats.tick();
  EXPECT_THAT(network.addresses(beat_target), ElementsAre("edge-1:8000"));
}

TEST_F(HeartbeatLoop, says_who_it_is_what_it_has_ready_and_whom_it_knows) {
  heartbeats.meet("edge-1:8000");
  answer("edge-1:8000", {"edge-1", "edge-1:8000", std::string(64, 'b'), {}, {}});
  heartbeats.tick();
  const auto sent = network.take("edge-1:8000", beat_target);
  const auto parsed = parse_heartbeat(as_text(sent.call.request.body));
  ASSERT_TRUE(std::holds_alternative<Heartbeat>(parsed)) << std::get<std::string>(parsed);
  const auto& heartbeat = std::get<Heartbeat>(parsed);
  EXPECT_EQ(heartbeat.id, "self");
  EXPECT_EQ(heartbeat.address, "self:8000");
  EXPECT_EQ(heartbeat.digest, std::string(64, 'a'));
  ASSERT_EQ(heartbeat.queues.size(), 1U);
  EXPECT_EQ(heartbeat.queues[0].service, "read");
  EXPECT_EQ(heartbeat.queues[0].waiting, 2U);
  ASSERT_EQ(heartbeat.peers.size(), 1U);
  EXPECT_EQ(heartbeat.peers[0].id, "edge-1");
}

TEST_F(HeartbeatLoop, meets_whom_an_answer_introduces_at_once) {
  heartbeats.meet("hub:8000", true);
  answer("hub:8000", {"hub", "hub:8000", std::string(64, 'b'), {}, {{"edge-2", "edge-2:8000"}}});
  EXPECT_THAT(network.addresses(beat_target), ElementsAre("edge-2:8000"));
}

TEST_F(HeartbeatLoop, answers_a_stranger_and_beats_back) {
  const Heartbeat stranger{"edge-3", "edge-3:8000", std::string(64, 'c'), {}, {}};
  const HttpResponse response = heartbeats.exchange(to_body(serialise(stranger)));
  EXPECT_EQ(response.status, 200);
  const auto parsed = parse_heartbeat(as_text(response.body));
  ASSERT_TRUE(std::holds_alternative<Heartbeat>(parsed));
  EXPECT_EQ(std::get<Heartbeat>(parsed).id, "self");
  EXPECT_THAT(network.addresses(beat_target), ElementsAre("edge-3:8000"));
  EXPECT_THAT(changes, IsEmpty());  // it may not be reachable from here
}

TEST_F(HeartbeatLoop, refuses_what_is_no_heartbeat) {
  EXPECT_EQ(heartbeats.exchange(to_body("{}")).status, 400);
  EXPECT_EQ(heartbeats.exchange(to_body("no JSON")).status, 400);
  EXPECT_EQ(heartbeats.exchange(std::vector<std::byte>(300'000)).status, 413);
}

TEST_F(HeartbeatLoop, loses_a_peer_that_refuses_at_once_and_a_silent_one_when_its_lease_ends) {
  heartbeats.meet("edge-1:8000");
  heartbeats.meet("edge-2:8000");
  answer("edge-1:8000", {"edge-1", "edge-1:8000", std::string(64, 'b'), {}, {}});
  answer("edge-2:8000", {"edge-2", "edge-2:8000", std::string(64, 'b'), {}, {}});
  changes.clear();
  heartbeats.tick();
  FakeNetwork::fail(network.take("edge-1:8000", beat_target), HttpFailure::Kind::refused);
  EXPECT_THAT(changes, ElementsAre("lost edge-1"));
  FakeNetwork::fail(network.take("edge-2:8000", beat_target), HttpFailure::Kind::timeout);
  EXPECT_THAT(changes, ElementsAre("lost edge-1"));
  clock.time = 1500ms;
  heartbeats.tick();
  EXPECT_THAT(changes, ElementsAre("lost edge-1", "lost edge-2"));
}

TEST_F(HeartbeatLoop, fetches_a_capability_document_when_its_digest_changes) {
  heartbeats.meet("edge-1:8000");
  answer("edge-1:8000", {"edge-1", "edge-1:8000", std::string(64, 'b'), {}, {}});
  Capability document;
  document.id = "edge-1";
  document.tier = "edge";
  document.address = "edge-1:8000";
  document.architecture = "x86_64";
  document.memory = 1_GiB;
  FakeNetwork::answer(network.take("edge-1:8000", "/continuo/v1/capability"), json_response(200, serialise(document)));
  ASSERT_TRUE(heartbeats.table().peers()[0].capability);
  EXPECT_EQ(heartbeats.table().peers()[0].capability->architecture, "x86_64");
  heartbeats.tick();
  answer("edge-1:8000", {"edge-1", "edge-1:8000", std::string(64, 'b'), {}, {}});
  EXPECT_THAT(network.addresses("/continuo/v1/capability"), IsEmpty());
}

TEST_F(HeartbeatLoop, takes_an_answer_that_is_no_heartbeat_for_none) {
  heartbeats.meet("web:80");
  FakeNetwork::answer(network.take("web:80", beat_target), json_response(404, "{}"));
  heartbeats.tick();
  FakeNetwork::answer(network.take("web:80", beat_target), json_response(200, "hello"));
  EXPECT_THAT(changes, IsEmpty());
}

}  // namespace
}  // namespace continuo
