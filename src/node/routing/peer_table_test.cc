// What a node learns of its peers, by hand: heartbeats in, candidates for routing out.
#include "node/routing/peer_table.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

Heartbeat from(const std::string& id, std::vector<QueueLength> queues = {}, std::vector<PeerAddress> peers = {}) {
  return {id, id + ":8000", "digest-1", std::move(queues), std::move(peers)};
}

class Peers : public testing::Test {
 protected:
  // edge-1 answers over a kept connection in 20 ms and has `read` ready with 3 waiting, 40 ms each, two at once.
  void meet_edge() {
    table.learn("edge-1:8000");
    table.answered("edge-1:8000", from("edge-1", {{"read", 3, 40ms, 2}}), 20ms, false, 0s);
  }
  RouteCandidate edge(Duration now = 0s) const {
    const auto candidates = table.candidates("read", now);
    EXPECT_EQ(candidates.size(), 1U);
    return candidates.empty() ? RouteCandidate{} : candidates[0];
  }

  PeerTable table{"self", "self:8000"};
};

TEST_F(Peers, learns_an_address_once_and_never_its_own) {
  EXPECT_TRUE(table.learn("edge-1:8000"));
  EXPECT_FALSE(table.learn("edge-1:8000"));
  EXPECT_FALSE(table.learn("self:8000"));
  EXPECT_FALSE(table.learn(""));
  EXPECT_THAT(table.addresses(), ElementsAre("edge-1:8000"));
}

TEST_F(Peers, becomes_a_candidate_by_answering_with_a_ready_service) {
  meet_edge();
  EXPECT_EQ(edge().node, "edge-1");
  EXPECT_EQ(edge().round_trip, 20ms);
  EXPECT_EQ(edge().service_time, 40ms);
  EXPECT_DOUBLE_EQ(edge().waiting, 3.0);
  EXPECT_DOUBLE_EQ(edge().workers, 2.0);
  EXPECT_TRUE(edge().alive);
  EXPECT_FALSE(edge().rate);
  EXPECT_THAT(table.candidates("face", 0s), IsEmpty());
}

TEST_F(Peers, halves_the_first_round_trip_for_its_handshake_and_smooths_the_next) {
  table.learn("edge-1:8000");
  table.answered("edge-1:8000", from("edge-1", {{"read", 0, 1ms}}), 40ms, true, 0s);
  EXPECT_EQ(edge().round_trip, 20ms);
  table.answered("edge-1:8000", from("edge-1", {{"read", 0, 1ms}}), 28ms, false, 0s);
  EXPECT_EQ(edge().round_trip, 21ms);  // 20 + (28 - 20) / 8
}

TEST_F(Peers, counts_what_was_sent_there_since_its_last_heartbeat) {
  meet_edge();
  table.forwarded("edge-1", "read");
  table.forwarded("edge-1", "read");
  EXPECT_DOUBLE_EQ(edge().waiting, 5.0);
  table.finished("edge-1", "read", {}, 0s);
  EXPECT_DOUBLE_EQ(edge().waiting, 4.0);
  // A heartbeat that says 0 cannot know of the one that is still under way.
  table.answered("edge-1:8000", from("edge-1", {{"read", 0, 40ms}}), 20ms, false, 0s);
  EXPECT_DOUBLE_EQ(edge().waiting, 1.0);
}

TEST_F(Peers, tells_what_came_to_a_peer_by_its_last_heartbeat_and_how_old_that_is) {
  meet_edge();
  EXPECT_DOUBLE_EQ(edge(1s).arrivals, 0.0) << "it did not say";
  QueueLength busy{"read", 3, 40ms};
  busy.arrivals = 40;
  table.answered("edge-1:8000", from("edge-1", {busy}), 20ms, false, 2s);
  EXPECT_DOUBLE_EQ(edge(2250ms).arrivals, 40.0);
  EXPECT_EQ(edge(2250ms).age, 250ms);
  table.received(from("edge-1", {busy}), 2250ms);
  EXPECT_EQ(edge(2300ms).age, 50ms);
}

TEST_F(Peers, measures_the_rate_from_forwards_and_forgets_it_when_it_is_old) {
  meet_edge();
  table.forwarded("edge-1", "read");
  // 160 ms in all, 40 there, 20 round trip: 100 kB took 100 ms.
  table.finished("edge-1", "read", ForwardSample{100_kB, 160ms, 40ms}, 1s);
  ASSERT_TRUE(edge(31s).rate);
  EXPECT_EQ(*edge(31s).rate, 8_Mbps);
  EXPECT_FALSE(edge(32s).rate);
}

TEST_F(Peers, takes_no_rate_from_what_is_too_small_or_took_no_time) {
  meet_edge();
  table.finished("edge-1", "read", ForwardSample{9_kB, 160ms, 40ms}, 1s);
  table.finished("edge-1", "read", ForwardSample{100_kB, 60ms, 40ms}, 1s);
  EXPECT_FALSE(edge(1s).rate);
}

TEST_F(Peers, is_not_a_candidate_for_what_it_said_it_lacks_until_it_offers_it_again) {
  meet_edge();
  table.lacks("edge-1", "read");
  EXPECT_THAT(table.candidates("read", 0s), IsEmpty());
  table.answered("edge-1:8000", from("edge-1", {{"read", 0, 40ms}}), 20ms, false, 0s);
  EXPECT_EQ(edge().node, "edge-1");
}

TEST_F(Peers, is_dead_at_once_when_it_refuses_and_returns_with_an_answer) {
  meet_edge();
  const auto lost = table.unanswered("edge-1:8000", true, "refused", 1s);
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->kind, LeaseChange::Kind::lost);
  EXPECT_FALSE(edge().alive);
  EXPECT_THAT(table.gossip(), IsEmpty());
  const auto back = table.answered("edge-1:8000", from("edge-1", {{"read", 0, 40ms}}), 20ms, false, 2s);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->kind, LeaseChange::Kind::returned);
}

TEST_F(Peers, survives_a_time_out_until_its_lease_ends) {
  meet_edge();
  EXPECT_FALSE(table.unanswered("edge-1:8000", false, "timeout", 1s));
  EXPECT_TRUE(edge().alive);
  EXPECT_EQ(table.expire(1500ms).size(), 1U);
  EXPECT_FALSE(edge().alive);
}

TEST_F(Peers, is_introduced_by_others_and_introduces_the_living) {
  table.learn("hub:8000", true);
  table.answered("hub:8000", from("hub", {}, {{"edge-2", "edge-2:8000"}, {"self", "alias:8000"}}), 1ms, false, 0s);
  EXPECT_THAT(table.addresses(), ElementsAre("edge-2:8000", "hub:8000"));
  const auto known = table.gossip();
  ASSERT_EQ(known.size(), 1U);  // edge-2 has not answered yet
  EXPECT_EQ(known[0].id, "hub");
  EXPECT_EQ(known[0].address, "hub:8000");
}

TEST_F(Peers, does_not_renew_a_lease_by_a_heartbeat_that_came_in) {
  meet_edge();
  table.received(from("edge-1", {{"read", 7, 40ms}}), 1s);
  EXPECT_DOUBLE_EQ(edge().waiting, 7.0);
  EXPECT_EQ(table.expire(1500ms).size(), 1U);
}

TEST_F(Peers, forgets_an_address_that_never_answers_unless_the_user_gave_it) {
  PeerTable brief{"self", "self:8000", {}, {.addresses = 2, .unanswered = 3, .rate_age = 1s}};
  brief.learn("gone:8000");
  brief.learn("hub:8000", true);
  EXPECT_FALSE(brief.learn("more:8000"));  // full
  for (int i = 0; i < 3; ++i) {
    brief.unanswered("gone:8000", true, "refused", 0s);
    brief.unanswered("hub:8000", true, "refused", 0s);
  }
  EXPECT_THAT(brief.addresses(), ElementsAre("hub:8000"));
}

TEST_F(Peers, forgets_sooner_what_has_never_answered) {
  table.learn("gone:8000");
  meet_edge();
  for (int i = 0; i < 9; ++i) {
    table.unanswered("gone:8000", false, "timeout", 0s);
    table.unanswered("edge-1:8000", false, "timeout", 0s);
  }
  EXPECT_THAT(table.addresses(), ElementsAre("edge-1:8000", "gone:8000"));
  table.unanswered("gone:8000", false, "timeout", 0s);
  table.unanswered("edge-1:8000", false, "timeout", 0s);
  EXPECT_THAT(table.addresses(), ElementsAre("edge-1:8000"));
}

TEST_F(Peers, makes_room_for_what_the_user_gave_by_what_has_never_answered) {
  PeerTable full{"self", "self:8000", {}, {.addresses = 1}};
  full.learn("rumour:8000");
  EXPECT_TRUE(full.learn("hub:8000", true));
  EXPECT_THAT(full.addresses(), ElementsAre("hub:8000"));
  EXPECT_FALSE(full.learn("other:8000", true));
}

TEST_F(Peers, holds_one_peer_for_an_address_that_answers_with_ever_new_names) {
  table.learn("edge-1:8000");
  table.learn("edge-1.local:8000");
  for (const char* id : {"a", "b", "c"}) {
    table.answered("edge-1:8000", from(id), 20ms, false, 0s);
  }
  ASSERT_EQ(table.peers().size(), 1U);
  EXPECT_EQ(table.peers()[0].id, "c");
  table.answered("edge-1.local:8000", from("c"), 20ms, false, 0s);
  table.answered("edge-1:8000", from("d"), 20ms, false, 0s);
  EXPECT_EQ(table.peers().size(), 2U) << "c is still at its other address";
}

TEST_F(Peers, holds_no_more_peers_than_leases) {
  PeerTable small{"self", "self:8000", {.limit = 2}, {}};
  for (const std::string id : {"a", "b", "c"}) {
    small.learn(id + ":8000");
    small.answered(id + ":8000", from(id), 20ms, false, 0s);
  }
  EXPECT_EQ(small.peers().size(), 2U) << "the living stay";
  small.unanswered("a:8000", true, "refused", 1s);
  small.answered("c:8000", from("c"), 20ms, false, 1s);
  ASSERT_EQ(small.peers().size(), 2U);
  EXPECT_EQ(small.peers()[1].id, "c");
}

TEST_F(Peers, drops_an_address_that_turns_out_to_be_its_own) {
  table.learn("127.0.0.1:8000");
  EXPECT_FALSE(table.answered("127.0.0.1:8000", from("self"), 1ms, false, 0s));
  EXPECT_THAT(table.addresses(), IsEmpty());
}

TEST_F(Peers, wants_a_capability_document_once_for_each_digest) {
  meet_edge();
  const auto wanted = table.take_wanted();
  ASSERT_EQ(wanted.size(), 1U);
  EXPECT_EQ(wanted[0].digest, "digest-1");
  EXPECT_THAT(table.take_wanted(), IsEmpty());  // under way
  table.fetched(wanted[0], std::nullopt);
  EXPECT_EQ(table.take_wanted().size(), 1U);  // it failed: again
  Capability document;
  document.id = "edge-1";
  table.fetched(wanted[0], document);
  EXPECT_THAT(table.take_wanted(), IsEmpty());
  ASSERT_TRUE(table.peers()[0].capability);
  Heartbeat changed = from("edge-1");
  changed.digest = "digest-2";
  table.answered("edge-1:8000", changed, 20ms, false, 0s);
  EXPECT_EQ(table.take_wanted().size(), 1U);
}

}  // namespace
}  // namespace continuo
