#include "simulate/network.hh"

#include <algorithm>
#include <cassert>
#include <string>

namespace continuo {

namespace {

constexpr int acknowledged_together = 2;  // segments: RFC 5681's delayed acknowledgements
constexpr int segments_together = 44;     // at most, where links tell packets not apart: 64 KB, as the kernel hands them over
constexpr Duration recovery_min = std::chrono::milliseconds{1};  // what is lost is not sent again at the moment at which it is lost
constexpr int doublings_max = 9;          // of the time-out, at each that passes in vain: to 2 minutes (Linux's TCP_RTO_MAX)
constexpr std::uint32_t duplicates_for_loss = 3;    // acknowledgements that tell of a loss before the time-out does (RFC 5681)

}  // namespace

MessageNetwork::MessageNetwork(const Scenario& scenario, const InfrastructureState& state, EventQueue& events)
    : scenario_{scenario}, state_{state}, events_{events}, acknowledgements_{scenario.seed.derive("simulate/acknowledgements")} {}

bool MessageNetwork::has_access(NodeIndex node, bool up) const {
  return !scenario_.access.empty() && (up ? scenario_.access[node].up_link() : scenario_.access[node].down_link());
}

MessageNetwork::LaneIndex MessageNetwork::lane(NodeIndex from, NodeIndex to) {
  if (const auto found = find_lane(from, to)) return *found;
  const auto index = static_cast<LaneIndex>(2 * lanes_.size());
  const auto [one, other] = LaneTable::Pair{from, to};
  lanes_.push_back(LanePair{{Lane{.from = one, .to = other}, Lane{.from = other, .to = one}}});
  for (Lane& lane : lanes_[index / 2].lanes) take_figures(lane);
  lane_table_.insert({one, other}, index, [this](LaneIndex lane) { return LaneTable::Pair{at(lane).from, at(lane).to}; });
  return index;
}

// A pair of nodes stands in the table once, in the order in which it was first asked for.
std::optional<MessageNetwork::LaneIndex> MessageNetwork::find_lane(NodeIndex from, NodeIndex to) const {
  const auto pair_of = [this](LaneIndex lane) { return LaneTable::Pair{at(lane).from, at(lane).to}; };
  const LaneTable::Pair pair{from, to};
  if (const auto found = lane_table_.find(pair, pair_of)) return found;
  const auto found = lane_table_.find({pair.second, pair.first}, pair_of);
  return found ? std::optional{back(*found)} : std::nullopt;
}

void MessageNetwork::take_figures(Lane& lane) {
  const auto by_chance = [](const LinkProperties& link) {
    return link.mean_loss() > Probability::never() || link.corrupt > Probability::never() || link.reorder ||
           link.overtake > Probability::never() || link.queue != QueueProperties{};
  };
  const LinkProperties path = state_.link(lane.from, lane.to);
  Figures now{.tier = scenario_.nodes[lane.from].tier, .delay = path.mean_delay(), .jitter = path.jitter, .rate = path.mean_rate(), .apart = by_chance(path)};
  now.has_state = {has_access(lane.from, true), path.acts_on_each_packet() || state_.is_cut(lane.from, lane.to),
                   has_access(lane.to, false)};
  int rates = now.rate ? 1 : 0;
  for (const Place place : {Place::up, Place::down}) {
    if (!now.has_state[static_cast<std::size_t>(place)]) continue;
    const LinkProperties access = state_.access(place == Place::up ? lane.from : lane.to, place == Place::up);
    now.apart = now.apart || by_chance(access);
    if (const auto rate = access.mean_rate()) {
      now.rate = now.rate ? std::min(*now.rate, *rate) : *rate;
      ++rates;
    }
  }
  now.apart = now.apart || rates > 1;  // one packet is in transmission on the next link while another is on this
  const auto [found, added] = figures_index_.try_emplace(now.key(), static_cast<std::uint32_t>(figures_.size()));
  if (added) figures_.push_back(now);
  lane.figures = found->second;
}

// Where a message fits the initial window, and all before it did, there is nothing to remember but when the connection was last used.
MessageNetwork::Connected MessageNetwork::connect(LaneIndex index, const Sent& sent, Instant now) {
  const LaneIndex client = sent.is_request ? index : back(index);
  Lane& lane = at(client);
  if (sent.is_request && connections_.of(sent.tag)) connections_.end_exchange(sent.tag, now);  // it was refused
  const NetworkStack& sender = stack(index);
  const bool fits = sent.size.count() <= std::int64_t{sender.initial_window} * segment(index).count();
  if (lane.pool == none && fits) {
    const bool opens = sent.is_request && (lane.last_sent == Instant::min() || now - lane.last_sent >= connection_kept);
    lane.last_sent = now;
    return {.connection = none, .opens = opens};
  }
  if (const auto known = connections_.of(sent.tag)) return {.connection = *known, .opens = false};
  if (lane.pool == none) lane.pool = connections_.add_pool();
  const auto [connection, is_new] = connections_.take(lane.pool, sent.tag, now);
  if (is_new) {
    connections_.window(connection, true).open(stack(client), round_trip(index), now);
    connections_.window(connection, false).open(stack(back(client)), round_trip(index), now);
  }
  return {.connection = connection, .opens = is_new && sent.is_request};
}

std::uint32_t MessageNetwork::send(LaneIndex index, const Sent& sent, Instant give_up, Instant now) {
  if (!given_up_.empty()) given_up_.erase(sent.tag);
  if (sent.channel != 0) return send_shared(index, sent, give_up, now);
  const auto [connection, opens] = connect(index, sent, now);
  const Instant leaves = now + sent.handling + (opens ? round_trip(index) : Duration::zero());
  if (connection == none && only_delays(index)) {
    const std::uint32_t whole = whole_.put(sent.tag);
    if (opens && leaves > now) events_.push({leaves, EventKind::opened, openings_.put({.lane = index, .whole = whole, .size = sent.size, .give_up = give_up})});
    else events_.push({leaves + figures(index).delay, EventKind::message, whole});
    return whole | is_whole;
  }
  const MessageIndex message = messages_.put({.lane = index, .tag = sent.tag, .to_send = sent.size, .to_arrive = sent.size,
                                              .window = sent.size, .give_up = give_up, .connection = connection,
                                              .is_request = sent.is_request});
  if (leaves > now) {
    messages_[message].under_way = 1;
    events_.push({leaves, EventKind::window, message});
  } else {
    fly(message, now);
  }
  return message;
}

// Of segments on the narrowest link.
Duration MessageNetwork::spacing(LaneIndex index) const {
  const auto& rate = figures(index).rate;
  return rate ? stack(index).mtu / *rate : Duration::zero();
}

Duration MessageNetwork::way_back(LaneIndex index) {
  const Figures& back = figures(index);
  if (back.jitter <= Duration::zero()) return back.delay;
  return std::max(Duration::zero(), back.delay + from_seconds(to_seconds(back.jitter) * acknowledgements_.normal()));
}

// The last flight's first acknowledgement came after `first`.
void MessageNetwork::acknowledge(Message& message, Duration first) {
  const Duration apart = spacing(message.lane);
  const std::int64_t segments = message.flight.count() / segment(message.lane).count();
  const Instant left = message.flew_before ? message.flew_at + apart * segments : message.flew_at;
  TcpWindow& window = connections_.window(message.connection, message.is_request);
  message.window = window.acknowledged(
      stack(message.lane),
      {.payload = message.flight, .first = first, .spacing = apart, .is_first = !message.flew_before}, left);
}

// The next flight, as large as the window.
void MessageNetwork::fly(MessageIndex index, Instant now) {
  Message& message = messages_[index];
  const Bytes segment = this->segment(message.lane);
  if (message.connection != none && message.flight == Bytes::zero()) {
    message.window = connections_.window(message.connection, message.is_request).begin(stack(message.lane), now);
  }
  Bytes window = message.window;
  if (message.shared != none) {
    const auto left = room(message);
    if (!left) return;
    window = *left;
  }
  const Bytes flight = std::min(message.to_send, std::max(window, segment));
  const bool more = flight < message.to_send;
  const Bytes first = more ? std::min(flight, Bytes::of(acknowledged_together * segment.count())) : flight;
  message.to_send -= flight;
  message.flew_before = message.flight > Bytes::zero();
  message.flight = flight;
  message.flew_at = now;
  const Bytes piece = Bytes::of((figures(message.lane).apart ? 1 : segments_together) * segment.count());
  const auto pieces = [&](Bytes payload) { return static_cast<std::uint32_t>((payload.count() + piece.count() - 1) / piece.count()); };
  std::uint32_t number = message.parcels;
  message.parcels += pieces(first) + pieces(flight - first);
  const auto put = [&](Bytes payload, bool releases) {
    while (payload > piece) {
      launch(index, {.message = index, .payload = static_cast<std::uint32_t>(piece.count()), .number = ++number}, now);
      payload -= piece;
    }
    launch(index, {.message = index, .payload = static_cast<std::uint32_t>(payload.count()), .number = ++number, .releases = releases}, now);
  };
  put(first, more);
  if (first < flight) put(flight - first, false);
  if (message.shared != none) note_flight(message);
}

void MessageNetwork::launch(MessageIndex index, const Parcel& parcel, Instant now) {
  ++messages_[index].under_way;
  enter(parcel, Place::up, now);
}

bool MessageNetwork::has_hop(const Lane& lane, Place place) const {
  return lane.hops != none && lane_hops_[lane.hops].hop[static_cast<std::size_t>(place)] != none;
}

MessageNetwork::LaneHops& MessageNetwork::hops_of(Lane& lane) {
  if (lane.hops == none) {
    lane.hops = static_cast<std::uint32_t>(lane_hops_.size());
    lane_hops_.emplace_back();
  }
  return lane_hops_[lane.hops];
}

std::uint32_t MessageNetwork::hop_of(Lane& lane, Place place) {
  std::uint32_t& hop = hops_of(lane).hop[static_cast<std::size_t>(place)];
  if (hop != none) return hop;
  const std::uint64_t key = place == Place::path ? pair(lane.from, lane.to) : place == Place::up ? lane.from : lane.to;
  const auto [found, added] =
      hop_index_[static_cast<std::size_t>(place)].try_emplace(key, static_cast<std::uint32_t>(hops_.size()));
  hop = found->second;
  if (added) {
    const char* name = place == Place::path ? "path/" : place == Place::up ? "up/" : "down/";
    const Seed seed = scenario_.seed.derive(std::string{"simulate/"} + name + std::to_string(key));
    const LinkProperties link = place == Place::path ? state_.link(lane.from, lane.to)
                                : place == Place::up ? state_.access(lane.from, true)
                                                     : state_.access(lane.to, false);
    hops_.push_back(std::make_unique<Hop>(lane.from, lane.to, place, link, seed));
    if (place == Place::path && state_.is_cut(lane.from, lane.to)) hops_.back()->queue.connect(false, scenario_start);
  }
  return hop;
}

void MessageNetwork::enter(const Parcel& parcel, Place place, Instant now) {
  const LaneIndex index = messages_[parcel.message].lane;
  Lane& lane = at(index);
  const auto& has_state = figures(index).has_state;
  if (place == Place::up && !has_state[0]) place = Place::path;
  if (has_state[static_cast<std::size_t>(place)] || has_hop(lane, place)) {
    const std::uint32_t hop = hop_of(lane, place);
    hops_[hop]->queue.accept(parcel, tcp_wire_size(Bytes::of(parcel.payload), segment(index)), now);
    watch(hop, now);
  } else {
    events_.push({now + figures(index).delay, EventKind::parcel, crossing_.put(parcel)});
  }
}

void MessageNetwork::watch(std::uint32_t index, Instant now) {
  Hop& hop = *hops_[index];
  for (const Parcel& parcel : hop.queue.take_dropped()) lose(parcel, now);
  const auto next = hop.queue.next_departure();
  if (next && (!hop.scheduled || *next < *hop.scheduled)) {
    hop.scheduled = next;
    events_.push({*next, EventKind::hop, index});
  }
}

void MessageNetwork::handle(const SimulatedEvent& event, std::vector<std::uint32_t>& delivered) {
  if (event.kind == EventKind::message) {
    tell(whole_.take(event.index), delivered);
    whole_[event.index] = nobody;
  } else if (event.kind == EventKind::opened) {
    opened(openings_.take(event.index), event.at);
  } else if (event.kind == EventKind::window) {
    go_on(event.index, event.at);
  } else if (event.kind == EventKind::parcel) {
    leave(crossing_.take(event.index), Place::path, event.at, delivered);
  } else if (event.kind == EventKind::resend) {
    resend(crossing_.take(event.index), event.at, delivered);
  } else if (event.kind == EventKind::acknowledgement) {
    note(acknowledged_.take(event.index), event.at);
  } else {
    assert(event.kind == EventKind::hop);
    Hop& hop = *hops_[event.index];
    if (hop.scheduled != event.at) return;
    hop.scheduled.reset();
    while (auto departure = hop.queue.depart(event.at)) {
      departure->packet.corrupted = departure->packet.corrupted || departure->flipped_bit;
      leave(departure->packet, hop.place, event.at, delivered);
    }
    watch(event.index, event.at);
  }
}

void MessageNetwork::leave(Parcel parcel, Place place, Instant now, std::vector<std::uint32_t>& delivered) {
  if (place == Place::up) return enter(parcel, Place::path, now);
  const bool has_down = figures(messages_[parcel.message].lane).has_state[static_cast<std::size_t>(Place::down)];
  if (place == Place::path && has_down) return enter(parcel, Place::down, now);
  if (parcel.corrupted) {
    parcel.corrupted = false;
    return lose(parcel, now);  // its checksum is wrong: the receiver drops it
  }
  arrive(parcel, now, delivered);
}

void MessageNetwork::arrive(const Parcel& parcel, Instant now, std::vector<std::uint32_t>& delivered) {
  Message& message = messages_[parcel.message];
  message.to_arrive -= Bytes::of(parcel.payload);
  message.timeouts = 0;
  if (parcel.releases) {
    events_.push({now + way_back(back(message.lane)), EventKind::window, parcel.message});
  } else {
    --message.under_way;
  }
  if (message.to_arrive == Bytes::zero()) {
    tell(message.tag, delivered);
    end(parcel.message, now);
  } else {
    end_if_given_up(parcel.message, now);
  }
}

// All of it is there.
void MessageNetwork::end(MessageIndex index, Instant now) {
  const Message message = messages_.take(index);
  if (!retries_.empty()) retries_.erase(index);
  forget(message.tag, index);
  messages_[index].tag = nobody;
  if (message.connection == none) return;
  if (message.tag == nobody && message.shared == none) return connections_.close(message.connection);
  const Duration behind = spacing(message.lane) * (message.flight.count() / segment(message.lane).count());
  Message acknowledged = message;
  acknowledge(acknowledged, std::max(Duration::zero(), now - message.flew_at - behind + way_back(back(message.lane))));
  if (message.shared != none) {
    const Acknowledgement whole{.shared = message.shared, .of_requests = message.is_request, .payload = message.flight};
    return events_.push({now + way_back(back(message.lane)), EventKind::acknowledgement, acknowledged_.put(whole)});
  }
  if (!message.is_request) connections_.end_exchange(message.tag, now);
}

void MessageNetwork::go_on(MessageIndex index, Instant now) {
  Message& message = messages_[index];
  --message.under_way;
  if (message.is_given_up) return end_if_given_up(index, now);
  if (message.shared != none && message.flight == Bytes::zero()) return queue_up(index, now);
  if (message.connection != none && message.flight > Bytes::zero()) acknowledge(message, now - message.flew_at);
  if (message.shared != none) {
    take_back(sender_of(message), message.flight);
    return fly_shared(sender_of(message), now);
  }
  fly(index, now);
}

// It is gone with the last of what is under way, and its connection with it.
void MessageNetwork::end_if_given_up(MessageIndex index, Instant now) {
  if (!messages_[index].is_given_up || messages_[index].under_way > 0) return;
  const Message message = messages_.take(index);
  if (!retries_.empty()) retries_.erase(index);
  forget(message.tag, index);
  messages_[index].tag = nobody;
  if (message.shared != none) return leave_shared(message, index, now);
  if (message.connection != none) connections_.close(message.connection);
}

// It is sent again: after a round trip if enough arrives behind it to tell, else, and the second time, after the time-out.
void MessageNetwork::lose(Parcel parcel, Instant now) {
  Message& message = messages_[parcel.message];
  Lane& lane = at(message.lane);
  LaneHops& hops = hops_of(lane);
  const Duration round_trip = this->round_trip(message.lane);
  ++message.lost;
  // What is behind it: of its flight, and the next one, which leaves if the acknowledgement comes that releases it.
  const bool is_followed = message.to_send > Bytes::zero() && !parcel.releases;
  const bool is_told = (is_followed || message.parcels >= parcel.number + duplicates_for_loss) && !parcel.was_lost &&
                       !state_.is_cut(lane.from, lane.to);
  if (hops.reduced_until <= now) {  // once for all that was lost of one window
    if (message.connection != none) connections_.window(message.connection, message.is_request).reduce();
    message.window = std::max(Bytes::of(2 * segment(message.lane).count()), Bytes::of(message.window.count() * 7 / 10));
    hops.reduced_until = now + std::max(round_trip, recovery_min);
  }
  parcel.was_lost = true;
  Instant again = now + std::max(round_trip, recovery_min);
  if (!is_told) {
    Instant& retry_at = retries_[parcel.message];
    if (retry_at <= now) {
      const int doublings = message.timeouts;
      message.timeouts = static_cast<std::uint8_t>(std::min(doublings + 1, doublings_max));
      retry_at = now + (TcpWindow::timeout_min + round_trip) * (1 << doublings);  // RFC 6298
    }
    again = retry_at;
  }
  events_.push({again, EventKind::resend, crossing_.put(parcel)});
}

// Unless nobody waits for it any more.
void MessageNetwork::resend(const Parcel& parcel, Instant now, std::vector<std::uint32_t>& delivered) {
  Message& message = messages_[parcel.message];
  --message.lost;
  if (now < message.give_up && message.tag != nobody) return enter(parcel, Place::up, now);
  if (!message.is_given_up) {
    message.is_given_up = true;
    given_up_.insert(message.tag);
    tell(message.tag, delivered);
    connections_.leave_exchange(message.tag);
  }
  --message.under_way;
  end_if_given_up(parcel.message, now);
}

Duration MessageNetwork::delay(LaneIndex index, Bytes size) const {
  const Figures& now = figures(index);
  return now.delay + (now.rate ? tcp_wire_size(size, segment(index)) / *now.rate : Duration::zero());
}

}  // namespace continuo
