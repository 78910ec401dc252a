#include "simulate/network.hh"

#include <algorithm>
#include <cassert>
#include <string>
#include <tuple>

namespace continuo {

namespace {

constexpr int acknowledged_together = 2;  // segments: RFC 5681's delayed acknowledgements
constexpr int segments_together = 44;     // at most, where links tell packets not apart: 64 KB, as the kernel hands them over
constexpr Duration recovery_min = std::chrono::milliseconds{1};  // what is lost is not sent again at the moment at which it is lost
constexpr int duplicates_for_loss = 3;    // acknowledgements that tell of a loss before the time-out does (RFC 5681)

}  // namespace

MessageNetwork::MessageNetwork(const Scenario& scenario, const InfrastructureState& state, EventQueue& events)
    : scenario_{scenario}, state_{state}, events_{events} {}

bool MessageNetwork::has_access(NodeIndex node, bool up) const {
  return !scenario_.access.empty() && (up ? scenario_.access[node].up_link() : scenario_.access[node].down_link());
}

MessageNetwork::LaneIndex MessageNetwork::lane(NodeIndex from, NodeIndex to) {
  const auto [found, added] = lane_index_.try_emplace(pair(from, to), static_cast<LaneIndex>(lanes_.size()));
  const LaneIndex index = found->second;
  if (added) {
    lane_index_.emplace(pair(to, from), index + 1);
    for (const auto& [one, other, back] : {std::tuple{from, to, index + 1}, std::tuple{to, from, index}}) {
      Lane& lane = lanes_.emplace_back();
      lane.from = one;
      lane.to = other;
      lane.back = back;
      lane.segment = tcp_segment(scenario_.tier_of(one).network);
      take_figures(lane);
    }
  }
  return index;
}

void MessageNetwork::take_figures(Lane& lane) const {
  const auto by_chance = [](const LinkProperties& link) {
    return link.mean_loss() > Probability::never() || link.corrupt > Probability::never() || link.reorder ||
           link.overtake > Probability::never() || link.queue != QueueProperties{};
  };
  const LinkProperties path = state_.link(lane.from, lane.to);
  lane.delay = path.mean_delay();
  lane.rate = path.mean_rate();
  lane.apart = by_chance(path);
  lane.has_state = {has_access(lane.from, true), path.acts_on_each_packet() || state_.is_cut(lane.from, lane.to),
                    has_access(lane.to, false)};
  int rates = lane.rate ? 1 : 0;
  for (const Place place : {Place::up, Place::down}) {
    if (!lane.has_state[static_cast<std::size_t>(place)]) continue;
    const LinkProperties access = state_.access(place == Place::up ? lane.from : lane.to, place == Place::up);
    lane.apart = lane.apart || by_chance(access);
    if (const auto rate = access.mean_rate()) {
      lane.rate = lane.rate ? std::min(*lane.rate, *rate) : *rate;
      ++rates;
    }
  }
  lane.apart = lane.apart || rates > 1;  // one packet is in transmission on the next link while another is on this
}

std::uint32_t MessageNetwork::send(LaneIndex index, Bytes size, bool request, std::uint32_t tag, Instant give_up, Instant now) {
  given_up_.erase(tag);
  Lane& lane = lanes_[index];
  const bool opens = request && !lane.direction.is_open(now);
  const Bytes window = lane.direction.begin(scenario_.tier_of(lane.from).network, round_trip(index), now);
  const MessageIndex message = messages_.put({.lane = index, .to_send = size, .to_arrive = size, .window = window,
                                              .tag = tag, .give_up = give_up});
  if (opens) {
    messages_[message].under_way = 1;
    events_.push(now + round_trip(index), EventKind::window, message);
  } else {
    fly(message, now);
  }
  return message;
}

// The next flight, as large as the window.
void MessageNetwork::fly(MessageIndex index, Instant now) {
  Message& message = messages_[index];
  Lane& lane = lanes_[message.lane];
  const Bytes flight = std::min(message.to_send, message.window);
  const bool more = flight < message.to_send;
  const Bytes first = more ? std::min(flight, Bytes::of(acknowledged_together * lane.segment.count())) : flight;
  message.to_send -= flight;
  lane.direction.last_sent = now;
  if (more) {
    lane.direction.grow(flight);
    message.window += flight;
  }
  const Bytes piece = Bytes::of((lane.apart ? 1 : segments_together) * lane.segment.count());
  const auto put = [&](Bytes payload, bool releases) {
    while (payload > piece) {
      launch(index, piece, false, now);
      payload -= piece;
    }
    launch(index, payload, releases, now);
  };
  put(first, more);
  if (first < flight) put(flight - first, false);
}

void MessageNetwork::launch(MessageIndex index, Bytes payload, bool releases, Instant now) {
  ++messages_[index].under_way;
  enter({.message = index, .payload = static_cast<std::uint32_t>(payload.count()), .releases = releases}, Place::up, now);
}

std::uint32_t MessageNetwork::hop_of(Lane& lane, Place place) {
  std::uint32_t& hop = lane.hop[static_cast<std::size_t>(place)];
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
  Lane& lane = lanes_[messages_[parcel.message].lane];
  if (place == Place::up && !lane.has_state[0]) place = Place::path;
  const auto at = static_cast<std::size_t>(place);
  if (lane.has_state[at] || lane.hop[at] != none) {
    const std::uint32_t hop = hop_of(lane, place);
    hops_[hop]->queue.accept(parcel, tcp_wire_size(Bytes::of(parcel.payload), lane.segment), now);
    watch(hop, now);
  } else {
    events_.push(now + lane.delay, EventKind::parcel, crossing_.put(parcel));
  }
}

void MessageNetwork::watch(std::uint32_t index, Instant now) {
  Hop& hop = *hops_[index];
  for (const Parcel& parcel : hop.queue.take_dropped()) lose(parcel, now);
  const auto next = hop.queue.next_departure();
  if (next && (!hop.scheduled || *next < *hop.scheduled)) {
    hop.scheduled = next;
    events_.push(*next, EventKind::hop, index);
  }
}

void MessageNetwork::handle(const SimulatedEvent& event, std::vector<std::uint32_t>& delivered) {
  if (event.kind == EventKind::window) {
    go_on(event.index, event.at);
  } else if (event.kind == EventKind::parcel) {
    leave(crossing_.take(event.index), Place::path, event.at, delivered);
  } else if (event.kind == EventKind::resend) {
    resend(crossing_.take(event.index), event.at, delivered);
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
  const bool has_down = lanes_[messages_[parcel.message].lane].has_state[static_cast<std::size_t>(Place::down)];
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
    events_.push(now + lanes_[lanes_[message.lane].back].delay, EventKind::window, parcel.message);
  } else {
    --message.under_way;
  }
  if (message.to_arrive == Bytes::zero()) {
    tell(message.tag, delivered);
    messages_.take(parcel.message);
  } else {
    end_if_given_up(parcel.message);
  }
}

void MessageNetwork::go_on(MessageIndex index, Instant now) {
  --messages_[index].under_way;
  if (messages_[index].is_given_up) end_if_given_up(index);
  else fly(index, now);
}

// It is gone with the last of what is under way.
void MessageNetwork::end_if_given_up(MessageIndex index) {
  if (messages_[index].is_given_up && messages_[index].under_way == 0) messages_.take(index);
}

// It is sent again: after a round trip if enough arrives behind it to tell, else, and the second time, after the time-out.
void MessageNetwork::lose(Parcel parcel, Instant now) {
  Message& message = messages_[parcel.message];
  Lane& lane = lanes_[message.lane];
  const Duration round_trip = this->round_trip(message.lane);
  ++message.lost;
  const bool is_told = message.under_way > message.lost + duplicates_for_loss && !parcel.was_lost && !state_.is_cut(lane.from, lane.to);
  if (lane.direction.reduced_until <= now) {  // once for all that was lost of one window (RFC 9438)
    const Bytes least = Bytes::of(2 * lane.segment.count());
    lane.direction.window = std::max(least, Bytes::of(lane.direction.window.count() * 7 / 10));
    message.window = std::max(least, Bytes::of(message.window.count() * 7 / 10));
    lane.direction.reduced_until = now + std::max(round_trip, recovery_min);
  }
  parcel.was_lost = true;
  Instant again = now + std::max(round_trip, recovery_min);
  if (!is_told) {
    if (message.retry_at <= now) {
      const int doublings = std::min(message.timeouts++, TcpDirection::doublings_max);
      message.retry_at = now + (TcpDirection::timeout_min + round_trip) * (1 << doublings);  // RFC 6298
    }
    again = message.retry_at;
  }
  events_.push(again, EventKind::resend, crossing_.put(parcel));
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
  }
  --message.under_way;
  end_if_given_up(parcel.message);
}

Duration MessageNetwork::delay(LaneIndex index, Bytes size) const {
  const Lane& lane = lanes_[index];
  return lane.delay + (lane.rate ? tcp_wire_size(size, lane.segment) / *lane.rate : Duration::zero());
}

void MessageNetwork::refresh_all(Instant now) {
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) refresh(lanes_[lane].from, lanes_[lane].to, now);
}

void MessageNetwork::refresh(NodeIndex from, NodeIndex to, Instant now) {
  const auto found = lane_index_.find(pair(from, to));
  if (found == lane_index_.end()) return;
  Lane& lane = lanes_[found->second];
  take_figures(lane);
  const std::uint32_t hop = lane.hop[static_cast<std::size_t>(Place::path)];
  if (hop == none) return;
  LinkQueue<Parcel>& queue = hops_[hop]->queue;
  if (queue.properties() != state_.link(from, to)) queue.change(state_.link(from, to), now);
  if (queue.is_connected() == state_.is_cut(from, to)) queue.connect(!state_.is_cut(from, to), now);
  watch(hop, now);
}

void MessageNetwork::refresh_access(const std::vector<NodeIndex>& nodes, bool up, Instant now) {
  std::vector<bool> is_one(scenario_.nodes.size(), false);
  for (const NodeIndex node : nodes) is_one[node] = true;
  for (Lane& lane : lanes_) {
    if (is_one[up ? lane.from : lane.to]) take_figures(lane);
  }
  const auto& known = hop_index_[static_cast<std::size_t>(up ? Place::up : Place::down)];
  for (const NodeIndex node : nodes) {
    const auto found = known.find(node);
    if (found == known.end()) continue;
    hops_[found->second]->queue.change(state_.access(node, up), now);
    watch(found->second, now);
  }
}

std::vector<MessageNetwork::Link> MessageNetwork::links() const {
  std::vector<Link> links;
  for (const auto& hop : hops_) {
    const bool is_access = hop->place != Place::path;
    const NodeIndex owner = hop->place == Place::down ? hop->to : hop->from;
    links.push_back({.from = is_access ? owner : hop->from,
                     .to = is_access ? owner : hop->to,
                     .is_access = is_access,
                     .up = hop->place == Place::up,
                     .counters = &hop->queue.counters()});
  }
  return links;
}

}  // namespace continuo
