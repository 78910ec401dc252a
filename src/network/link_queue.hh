// A directed link: rate, delay, jitter, loss and a bounded queue, driven by `now`. It reads no clock and does no I/O, so the
// simulator and the fabric of the emulation drive the same class, and "10 Mbit/s" means one thing.
#pragma once

#include <cassert>
#include <deque>
#include <optional>
#include <utility>

#include "network/link_schedule.hh"

namespace continuo {

template <typename Packet>
class LinkQueue {
 public:
  LinkQueue(const LinkQueueOptions& options, Seed seed) : schedule_{options, seed} {}

  // `now` never decreases over all calls. Size is the length of the IP packet. Only a carried packet will depart.
  Fate accept(Packet packet, Bytes size, Instant now) {
    const auto [fate, passage] = schedule_.admit(size, now);
    if (fate == Fate::carried) {
      on_the_way_.push_back({std::move(packet), size, passage});
    }
    return fate;
  }

  // When the next packet reaches the far end; nothing: the link is empty. Changes only when a packet departs or an empty
  // link accepts one, since packets stay in order.
  std::optional<Instant> next_departure() const {
    return on_the_way_.empty() ? std::nullopt : std::optional{on_the_way_.front().passage.due};
  }

  struct Departure {
    Packet packet;
    Bytes size = Bytes::zero();
    Passage passage;
  };
  // The next packet that has reached the far end by `now`; nothing: none has.
  std::optional<Departure> depart(Instant now) {
    if (on_the_way_.empty() || on_the_way_.front().passage.due > now) {
      return std::nullopt;
    }
    std::optional<Departure> departure{std::move(on_the_way_.front())};
    on_the_way_.pop_front();
    schedule_.delivered(departure->size);
    return departure;
  }

  std::size_t packets_on_the_way() const { return on_the_way_.size(); }
  Bytes backlog(Instant now) { return schedule_.backlog(now); }
  const LinkCounters& counters() const { return schedule_.counters(); }
  const LinkQueueOptions& options() const { return schedule_.options(); }

 private:
  LinkSchedule schedule_;
  std::deque<Departure> on_the_way_;
};

}  // namespace continuo
