// CoDel: drops packets that have waited too long, ever more often until the wait is short. RFC 8289, section 5, line by line.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "scenario/link_properties.hh"
#include "units/bytes.hh"
#include "units/time.hh"

namespace continuo {

class Codel {
 public:
  // The next packet to send at `now`, after dropping those before it that have to go. Queue has pop(), which gives an optional
  // packet with a member `accepted`, bytes() that are left, and drop(packet).
  template <typename Queue>
  auto dequeue(Queue& queue, const QueueProperties& properties, Instant now) {
    auto next = queue.pop();
    bool ok_to_drop = judge(next, queue.bytes(), properties, now);
    if (dropping_) {
      if (!ok_to_drop) dropping_ = false;
      while (dropping_ && now >= drop_next_) {
        queue.drop(*std::move(next));
        ++count_;
        next = queue.pop();
        ok_to_drop = judge(next, queue.bytes(), properties, now);
        if (!ok_to_drop) {
          dropping_ = false;
        } else {
          drop_next_ = control_law(drop_next_, properties);
        }
      }
    } else if (ok_to_drop) {
      queue.drop(*std::move(next));
      next = queue.pop();
      judge(next, queue.bytes(), properties, now);
      enter_dropping(properties, now);
    }
    return next;
  }

  // The link was free and nothing waited.
  void ran_empty() {
    above_since_.reset();
    dropping_ = false;
  }

 private:
  // A queue of one full packet is no standing queue.
  static constexpr Bytes packet_max = Bytes::of(1500);

  template <typename Packet>
  bool judge(const std::optional<Packet>& packet, Bytes left, const QueueProperties& properties, Instant now) {
    if (!packet || now - packet->accepted < properties.codel_target || left <= packet_max) {
      above_since_.reset();
      return false;
    }
    if (!above_since_) {
      above_since_ = now + properties.codel_interval;
      return false;
    }
    return now >= *above_since_;
  }

  void enter_dropping(const QueueProperties& properties, Instant now) {
    dropping_ = true;
    // Soon after the last time, the rate of drops that mended it then is a good one to begin with.
    const std::uint64_t delta = count_ - last_count_;
    count_ = delta > 1 && now - drop_next_ < 16 * properties.codel_interval ? delta : 1;
    drop_next_ = control_law(now, properties);
    last_count_ = count_;
  }

  Instant control_law(Instant from, const QueueProperties& properties) const {
    return from + from_seconds(to_seconds(properties.codel_interval) / std::sqrt(static_cast<double>(count_)));
  }

  std::optional<Instant> above_since_;  // plus the interval: first_above_time_
  Instant drop_next_{};
  std::uint64_t count_ = 0;
  std::uint64_t last_count_ = 0;
  bool dropping_ = false;
};

}  // namespace continuo
