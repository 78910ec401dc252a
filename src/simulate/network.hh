// Messages between nodes, over the scenario's links, by TCP.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "network/link_queue.hh"
#include "network/tcp_segment.hh"
#include "scenario/infrastructure_state.hh"
#include "scenario/scenario.hh"
#include "simulate/block_vector.hh"
#include "simulate/event_queue.hh"
#include "simulate/lane_table.hh"
#include "simulate/connections.hh"
#include "simulate/shared_connection.hh"
#include "simulate/slab.hh"

namespace continuo {

// Where links do nothing to single packets, TCP's flights cross them in pieces of at most 64 KB; where links lose packets or let
// them overtake, where a queue has a limit of its own, or more than one link of the way has a rate, segment by segment. A parcel
// passes the access link of its sender, the link of the pair and the access link of its receiver, each a LinkQueue
// (network/link_queue.hh). A link that only delays has no state: a message that fits the window crosses it as a whole.
// Acknowledgements take the delay back and no room.
class MessageNetwork {
 public:
  // Both must outlive it. `state`: the figures that are in force.
  MessageNetwork(const Scenario& scenario, const InfrastructureState& state, EventQueue& events);

  // An ordered pair of nodes. Looking one up takes longer than using it.
  using LaneIndex = std::uint32_t;
  LaneIndex lane(NodeIndex from, NodeIndex to);

  // A request or the answer to it, which have the same tag; it comes back from handle(). A request opens a connection if there is none, which
  // takes a round trip. It leaves `handling` later, which its sender takes. After `give_up` nothing that was lost is sent again. The
  // number of the message holds until it is delivered or given up.
  struct Sent {
    Bytes size = Bytes::zero();
    bool is_request = true;
    std::uint32_t tag = 0;
    Duration handling{};
    std::uint8_t channel = 0;  // 0: it has a connection to itself; else all messages of one client, server and channel share one,
    int opening = 1;           // which takes so many round trips to open
  };
  static constexpr std::uint64_t channels_most = 4;
  std::uint32_t send(LaneIndex lane, const Sent& sent, Instant give_up, Instant now);
  // An event of its own (parcel, hop, window, resend, acknowledgement): what arrived whole, or was given up, is appended.
  void handle(const SimulatedEvent& event, std::vector<std::uint32_t>& delivered);

  // Nobody waits for the message any more, if it is still there: it goes its way and is not delivered.
  void disown_message_of(std::uint32_t message, std::uint32_t tag);
  // The last message with that tag: it will not arrive.
  bool was_given_up(std::uint32_t tag) const { return !given_up_.empty() && given_up_.contains(tag); }

  // Of an event `message`; nothing: nobody waits for it.
  std::optional<std::uint32_t> tag_of(std::uint32_t whole) const {
    return whole_[whole] != nobody ? std::optional{whole_[whole]} : std::nullopt;
  }
  // For who will need it soon: from memory into the processor's cache.
  void fetch_message(std::uint32_t whole) const { __builtin_prefetch(&whole_[whole]); }
  void fetch_lane(LaneIndex lane) const { __builtin_prefetch(&lanes_[lane / 2], 1); }

  // Of pairs or access links whose figures have changed, or that were cut or healed.
  void refresh(NodeIndex from, NodeIndex to, Instant now);
  void refresh_all(Instant now);
  void refresh_access(const std::vector<NodeIndex>& nodes, bool up, Instant now);

  static LaneIndex back(LaneIndex lane) { return lane ^ 1; }
  // Mean delay of both directions.
  Duration jitter(LaneIndex lane) const { return figures(lane).jitter; }
  Duration round_trip(LaneIndex lane) const { return figures(lane).delay + figures(back(lane)).delay; }
  // Of a message alone on its way.
  Duration delay(LaneIndex lane, Bytes size) const;
  // What one flow gets at most; nothing: unlimited.
  std::optional<BitRate> rate(LaneIndex lane) const { return figures(lane).rate; }

  struct Link {
    NodeIndex from = 0;
    NodeIndex to = 0;          // of an access link the same as `from`
    bool is_access = false;
    bool up = false;
    const LinkCounters* counters = nullptr;
  };
  // Those with state.
  std::vector<Link> links() const;

 private:
  using MessageIndex = std::uint32_t;
  static constexpr std::uint32_t nobody = ~std::uint32_t{0};
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr std::uint32_t is_whole = std::uint32_t{1} << 31;  // in the number of a message
  struct Message {
    LaneIndex lane = 0;
    std::uint32_t tag = 0;
    Bytes to_send = Bytes::zero();     // payload that has not been sent yet
    Bytes to_arrive = Bytes::zero();   // payload that has not arrived
    Bytes window = Bytes::zero();
    Instant give_up{};
    std::uint32_t under_way = 0;       // parcels, and what makes it go on
    std::uint32_t lost = 0;            // of these parcels, those that wait to be sent again
    std::uint32_t parcels = 0;         // of the flights so far, the last one whole
    std::uint32_t shared = none;       // connection that it has in common with others
    Bytes flight = Bytes::zero();      // the last one; zero: none yet
    Instant flew_at{};
    std::uint32_t connection = none;   // none: no window stands in its way
    std::uint8_t timeouts = 0;         // in a row
    bool is_request = false;
    bool is_given_up = false;
    bool flew_before = false;          // that its last flight was not the first
  };
  // A request that leaves when its connection is open. Of a million clients that begin together most wait for that, so it is small: until
  // then it is a message that crosses links without state, as it mostly will be.
  struct Opening {
    LaneIndex lane = 0;
    std::uint32_t whole = 0;
    Bytes size = Bytes::zero();
    Instant give_up{};
  };
  struct Parcel {
    MessageIndex message = 0;
    std::uint32_t payload = 0;  // bytes
    std::uint32_t number = 0;   // in the order of sending, from 1
    bool releases = false;      // its acknowledgement lets the next flight go
    bool corrupted = false;
    bool was_lost = false;
  };
  enum class Place : std::uint8_t { up, path, down };
  // Of the links of a lane as they are now; the lanes of two tiers have mostly the same.
  struct Figures {
    TierIndex tier = 0;  // of the sender
    Duration delay{};    // mean
    Duration jitter{};
    std::optional<BitRate> rate = std::nullopt;
    bool apart = false;  // packets have their own fates
    std::array<bool, 3> has_state{};  // by Place

    using Key = std::tuple<TierIndex, Duration, Duration, std::int64_t, bool, std::array<bool, 3>>;
    Key key() const { return {tier, delay, jitter, rate ? rate->bits_per_second() : 0, apart, has_state}; }
  };
  struct Lane {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::uint32_t figures = 0;
    std::uint32_t hops = none;
    std::uint32_t pool = none;              // of connections, of requests this way; none while all messages fit the initial window
    Instant last_sent = Instant::min();
  };
  // Both directions, in one cache line.
  struct alignas(64) LanePair {
    std::array<Lane, 2> lanes;
  };
  // Of a lane whose links have state.
  struct LaneHops {
    std::array<std::uint32_t, 3> hop{none, none, none};  // by Place
    Instant reduced_until = Instant::min();  // a loss before then has shrunk the window already
  };
  struct Hop {
    Hop(NodeIndex sender, NodeIndex receiver, Place where, const LinkProperties& link, Seed seed)
        : from{sender}, to{receiver}, place{where}, queue{link, seed} {
      queue.keep_dropped();
    }
    NodeIndex from;
    NodeIndex to;
    Place place;
    LinkQueue<Parcel> queue;
    std::optional<Instant> scheduled;
  };

  std::uint64_t pair(NodeIndex from, NodeIndex to) const { return from * scenario_.nodes.size() + to; }
  Lane& at(LaneIndex lane) { return lanes_[lane / 2].lanes[lane % 2]; }
  const Lane& at(LaneIndex lane) const { return lanes_[lane / 2].lanes[lane % 2]; }
  const Figures& figures(LaneIndex lane) const { return figures_[at(lane).figures]; }
  const NetworkStack& stack(LaneIndex lane) const { return scenario_.tiers[figures(lane).tier].network; }
  Bytes segment(LaneIndex lane) const { return tcp_segment(stack(lane)); }
  std::optional<LaneIndex> find_lane(NodeIndex from, NodeIndex to) const;
  bool has_access(NodeIndex node, bool up) const;
  void take_figures(Lane& lane);
  bool has_hop(const Lane& lane, Place place) const;
  LaneHops& hops_of(Lane& lane);
  std::uint32_t hop_of(Lane& lane, Place place);
  // The connection of an exchange whose messages may be larger than the initial window; and whether it has to be opened.
  struct Connected {
    std::uint32_t connection = none;
    bool opens = false;
  };
  Connected connect(LaneIndex lane, const Sent& sent, Instant now);
  // Its links do nothing to a message but delay it.
  bool only_delays(LaneIndex lane) const;
  void opened(const Opening& opening, Instant now);
  void forget(std::uint32_t tag, MessageIndex message);
  Duration spacing(LaneIndex lane) const;
  // An acknowledgement's way, drawn.
  Duration way_back(LaneIndex lane);
  void acknowledge(Message& message, Duration first);
  void end(MessageIndex index, Instant now);
  void fly(MessageIndex index, Instant now);
  void go_on(MessageIndex index, Instant now);
  void end_if_given_up(MessageIndex index, Instant now);
  std::uint32_t shared_connection(LaneIndex client, const Sent& sent, Instant now);
  std::uint32_t send_shared(LaneIndex lane, const Sent& sent, Instant give_up, Instant now);
  SharedSender& sender_of(const Message& message);
  void queue_up(MessageIndex index, Instant now);
  std::optional<Bytes> room(const Message& message);
  void note_flight(const Message& message);
  void fly_shared(SharedSender& sender, Instant now);
  // Of the last flight of a message on a shared connection.
  struct Acknowledgement {
    std::uint32_t shared = 0;
    bool of_requests = false;
    Bytes payload = Bytes::zero();
  };
  static void take_back(SharedSender& sender, Bytes acknowledged);
  void note(const Acknowledgement& whole, Instant now);
  void leave_shared(const Message& message, MessageIndex index, Instant now);
  void launch(MessageIndex index, const Parcel& parcel, Instant now);
  void enter(const Parcel& parcel, Place place, Instant now);
  void watch(std::uint32_t index, Instant now);
  void leave(Parcel parcel, Place place, Instant now, std::vector<std::uint32_t>& delivered);
  static void tell(std::uint32_t tag, std::vector<std::uint32_t>& delivered) {
    if (tag != nobody) delivered.push_back(tag);
  }
  void arrive(const Parcel& parcel, Instant now, std::vector<std::uint32_t>& delivered);
  void resend(const Parcel& parcel, Instant now, std::vector<std::uint32_t>& delivered);
  void lose(Parcel parcel, Instant now);

  const Scenario& scenario_;
  const InfrastructureState& state_;
  EventQueue& events_;
  Slab<Message> messages_;
  std::unordered_map<MessageIndex, Instant> retries_;  // of messages that had a time-out: when what the last one took is sent again
  Slab<Parcel> crossing_;  // links without state, and what waits to be sent again
  std::vector<std::unique_ptr<Hop>> hops_;
  std::unordered_map<std::uint64_t, std::uint32_t> hop_index_[3];
  Connections connections_;
  std::vector<SharedConnection> shared_;
  Slab<Acknowledgement> acknowledged_;
  std::unordered_map<std::uint64_t, std::uint32_t> shared_index_;  // by lane of requests and channel
  Rng acknowledgements_;
  Slab<std::uint32_t> whole_;  // tags of messages that cross links without state
  Slab<Opening> openings_;
  std::unordered_map<std::uint32_t, MessageIndex> became_;  // by tag: messages whose links got a state while their connection was opened
  BlockVector<LanePair> lanes_;
  LaneTable lane_table_;        // of the first lane of each pair
  std::vector<LaneHops> lane_hops_;
  std::vector<Figures> figures_;
  std::map<Figures::Key, std::uint32_t> figures_index_;
  std::unordered_set<std::uint32_t> given_up_;  // tags
};

}  // namespace continuo
