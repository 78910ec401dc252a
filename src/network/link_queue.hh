// A directed link, driven by `now`: it reads no clock and does no I/O, so the simulator and the fabric of the emulation drive
// the same class, and "10 Mbit/s" means one thing.
//
//            +-- queue ------------------+   +- transmission -+   +- crossing ------------------+
//   accept ->| waits for those before it |-->| rate or trace  |-->| loss, delay, order,         |--> depart
//            | tail, head or CoDel drop  |   |                |   | duplication, corruption     |
//            +---------------------------+   +----------------+   +-----------------------------+
//
// It works out what has happened when it is asked, and from the exact instants: how often it is asked changes nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "network/codel.hh"
#include "network/crossing.hh"
#include "network/link_counters.hh"
#include "network/ring.hh"
#include "network/transmitter.hh"
#include "scenario/link_properties.hh"
#include "units/seed.hh"

namespace continuo {

// Where the link says no limit: what the rate carries in a second, between 1 MiB and 16 MiB. Deep enough that a single transfer's
// window is shaped by the rate and not by drops that nobody asked for, shallow enough to bound memory.
constexpr Bytes default_queue_size(BitRate rate) {
  return std::clamp(rate * std::chrono::seconds{1}, Bytes::mebibytes(1), Bytes::mebibytes(16));
}

struct LinkQueueLimits {
  // The first line of a trace is at this time.
  Instant trace_start = scenario_start;
  // On the way in all, propagation included: bounds the memory that a fast long link can hold.
  Bytes held = Bytes::mebibytes(256);
  std::size_t held_packets = std::size_t{1} << 17;  // the same for small ones: each takes 2 KiB at least
};

// Allocates nothing once it has held as many packets as it ever will. `now` of all calls: one that is before an earlier one
// counts as that one.
template <typename Packet>
class LinkQueue {
 public:
  LinkQueue(const LinkProperties& properties, Seed seed, const LinkQueueLimits& limits = {})
      : properties_{properties}, limits_{limits}, transmitter_{properties, limits.trace_start}, crossings_{properties, seed} {}

  // Size is the length of the IP packet. What becomes of it the counters tell.
  void accept(Packet packet, Bytes size, Instant now) {
    now = advance(now);
    ++counters_.offered_packets;
    counters_.offered += size;
    if (connected_) counters_.demanded += transmitter_.time_for(size);
    if (!connected_) {
      ++counters_.cut_packets;
      keep(std::move(packet));
    } else if (held_ + size > limits_.held || waiting_.size() + under_way() >= limits_.held_packets) {
      ++counters_.held_packets;
      keep(std::move(packet));
    } else if (!make_room(size, now)) {
      ++counters_.overflowed_packets;
      counters_.overflowed += size;
      keep(std::move(packet));
    } else {
      if (waiting_.empty() && transmitter_.free_at() <= now) codel_.ran_empty();
      waiting_.push_back({std::move(packet), size, now});
      waiting_size_ += size;
      held_ += size;
      advance(now);
    }
  }

  // When depart() is to be called next; nothing: the link is empty. At that time a packet has reached the far end or, where a
  // packet was dropped or packets overtake, it may turn out that none has. Whatever is called may bring it forward; only
  // depart() and change() put it off.
  std::optional<Instant> next_departure() const {
    std::optional<Instant> next;
    const auto consider = [&](Instant time) { next = next ? std::min(*next, time) : time; };
    if (!in_order_.empty()) consider(in_order_.front().passage.due);
    if (!apart_.empty()) consider(apart_.front().departure.passage.due);
    // What waits cannot arrive before those in order that were sent before it, unless it overtakes.
    const bool overtakes = properties_.reorder || properties_.overtake > Probability::never();
    if (!waiting_.empty() && (in_order_.empty() || overtakes)) consider(transmitter_.next_start(waiting_.front().accepted));
    return next;
  }

  struct Departure {
    Packet packet{};
    Bytes size = Bytes::zero();
    Passage passage{};
    bool twice = false;                                       // hand it over two times
    std::optional<std::uint64_t> flipped_bit = std::nullopt;  // the link corrupted this bit: flip it
  };
  // The next packet that has reached the far end by `now`, whatever is known of later times; nothing: none has.
  std::optional<Departure> depart(Instant now) {
    advance(now);
    const bool ordered = !in_order_.empty() && in_order_.front().passage.due <= now;
    const bool apart = !apart_.empty() && apart_.front().departure.passage.due <= now;
    if (!ordered && !apart) return std::nullopt;
    std::optional<Departure> departure;
    if (apart && !(ordered && in_order_.front().passage.due <= apart_.front().departure.passage.due)) {
      std::ranges::pop_heap(apart_, later);
      departure = std::move(apart_.back().departure);
      apart_.pop_back();
    } else {
      departure = in_order_.pop_front();
    }
    const int copies = departure->twice ? 2 : 1;
    held_ -= departure->size;
    copies_under_way_ -= departure->twice ? 1 : 0;
    counters_.delivered_packets += static_cast<std::uint64_t>(copies);
    counters_.delivered += Bytes::of(departure->size.count() * copies);
    counters_.corrupted_packets += static_cast<std::uint64_t>(departure->flipped_bit ? copies : 0);
    return departure;
  }

  // From now on. What is in transmission ends as it began, and what has been sent arrives as it would have; what waits goes at
  // the new rate, and the limits of the queue hold for what comes. A new trace begins now; one that the link had goes on.
  void change(const LinkProperties& properties, Instant now) {
    now = advance(now);
    properties_ = properties;
    mean_loss_ = properties.mean_loss().value();
    transmitter_.change(properties, now);
    crossings_.change(properties);
    advance(now);
  }
  // Cut, the link drops what it is offered and what waits; what has been sent arrives.
  void connect(bool connected, Instant now) {
    advance(now);
    connected_ = connected;
    while (!connected_ && !waiting_.empty()) {
      drop(take_waiting());
      ++counters_.cut_packets;
    }
  }
  // From now on keeps what it drops for take_dropped().
  void keep_dropped() { keeps_dropped_ = true; }
  std::vector<Packet> take_dropped() { return std::exchange(dropped_, {}); }
  bool is_connected() const { return connected_; }
  // The trace begins anew.
  void start_trace(Instant now) { transmitter_.start_trace(advance(now)); }

  // Waiting for transmission or in it.
  Bytes backlog(Instant now) {
    now = advance(now);
    return waiting_size_ + (sending_until_ > now ? sending_ : Bytes::zero());
  }
  // In the link, copies included.
  std::size_t packets_inside() const { return waiting_.size() + under_way() + copies_under_way_; }
  const LinkCounters& counters() const { return counters_; }
  const LinkProperties& properties() const { return properties_; }

 private:
  struct Waiting {
    Packet packet{};
    Bytes size = Bytes::zero();
    Instant accepted{};
  };
  struct Apart {
    Departure departure;
    std::uint64_t number = 0;
  };
  // What CoDel takes packets from.
  struct CodelQueue {
    LinkQueue& link;
    std::optional<Waiting> pop() { return link.waiting_.empty() ? std::nullopt : std::optional{link.take_waiting()}; }
    Bytes bytes() const { return link.waiting_size_; }
    void drop(Waiting dropped) {
      link.drop(std::move(dropped));
      ++link.counters_.codel_packets;
    }
  };

  // Of a heap whose front is due first; of those due at one time the one that was sent first.
  static bool later(const Apart& one, const Apart& other) {
    return std::pair{one.departure.passage.due, one.number} > std::pair{other.departure.passage.due, other.number};
  }

  std::size_t under_way() const { return in_order_.size() + apart_.size(); }

  Waiting take_waiting() {
    Waiting first = waiting_.pop_front();
    waiting_size_ -= first.size;
    return first;
  }
  void drop(Waiting dropped) {
    held_ -= dropped.size;
    keep(std::move(dropped.packet));
  }
  void keep(Packet dropped) {
    if (keeps_dropped_) dropped_.push_back(std::move(dropped));
  }

  bool fits(Bytes size, Instant now) const {
    const QueueProperties& queue = properties_.queue;
    const bool sending = sending_until_ > now;
    const Bytes size_there = waiting_size_ + (sending ? sending_ : Bytes::zero()) + size;
    if (!queue.packets && !queue.bytes && !queue.time) {
      const auto rate = properties_.mean_rate();
      return !rate || size_there <= default_queue_size(*rate);
    }
    if (queue.packets && waiting_.size() + (sending ? 1 : 0) + 1 > *queue.packets) return false;
    if (queue.bytes && size_there > *queue.bytes) return false;
    const Duration until_free = sending ? sending_until_ - now : Duration::zero();
    return !queue.time || until_free + transmitter_.time_for(waiting_size_) <= *queue.time;
  }

  // False: the arriving packet has to go.
  bool make_room(Bytes size, Instant now) {
    while (!fits(size, now)) {
      if (properties_.queue.drop != DropPolicy::head || waiting_.empty()) return false;
      Waiting oldest = take_waiting();
      ++counters_.overflowed_packets;
      counters_.overflowed += oldest.size;
      drop(std::move(oldest));
    }
    return true;
  }

  // Sends what could be sent by `now`.
  Instant advance(Instant now) {
    latest_ = std::max(latest_, now);
    while (!waiting_.empty()) {
      const Instant start = transmitter_.next_start(waiting_.front().accepted);
      if (start > latest_) break;
      send_next(start);
    }
    return latest_;
  }

  void send_next(Instant start) {
    std::optional<Waiting> next;
    if (properties_.queue.drop == DropPolicy::codel) {
      CodelQueue queue{*this};
      next = codel_.dequeue(queue, properties_.queue, start);
    } else {
      next = take_waiting();
    }
    if (!next) return;
    const Transmission transmission = transmitter_.send(next->size, start);
    sending_until_ = transmission.end;
    sending_ = next->size;
    ++counters_.sent_packets;
    counters_.asked_losses += mean_loss_;
    counters_.transmitting += transmitter_.occupied_by(next->size, transmission);
    counters_.queueing += transmission.start - next->accepted;
    const Crossing crossing = crossings_.next(next->size, next->accepted, transmission);
    if (crossing.lost) {
      ++counters_.lost_packets;
      drop(*std::move(next));
      return;
    }
    Departure departure{std::move(next->packet), next->size, crossing.passage, crossing.twice, crossing.flipped_bit};
    if (crossing.twice) {
      ++counters_.duplicated_packets;
      ++copies_under_way_;
    }
    if (crossing.in_order) {
      in_order_.push_back(std::move(departure));
    } else {
      apart_.push_back({std::move(departure), ++number_});
      std::ranges::push_heap(apart_, later);
    }
  }

  LinkProperties properties_;
  LinkQueueLimits limits_;
  double mean_loss_ = properties_.mean_loss().value();
  Transmitter transmitter_;
  CrossingProcess crossings_;
  Codel codel_;
  LinkCounters counters_;
  Ring<Waiting> waiting_;
  Ring<Departure> in_order_;   // sent, by the time at the far end
  std::vector<Apart> apart_;   // sent, a heap: those that need not keep the order
  std::uint64_t number_ = 0;
  std::size_t copies_under_way_ = 0;
  Bytes waiting_size_ = Bytes::zero();
  Bytes held_ = Bytes::zero();
  Bytes sending_ = Bytes::zero();
  Instant sending_until_ = Instant::min();
  Instant latest_ = Instant::min();
  bool connected_ = true;
  bool keeps_dropped_ = false;
  std::vector<Packet> dropped_;
};

}  // namespace continuo
