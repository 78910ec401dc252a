// When a thread wakes for what is due. A wake-up costs 5 to 20 us of a core, most of all in a virtual machine: a packet on its
// own is worth one, a stream of thousands a second is not. Pure.
#pragma once

#include <algorithm>

#include "units/time.hh"

namespace continuo {

// A token bucket in the form of the generic cell rate algorithm (ITU-T I.371): as long as wake-ups come at less than one an
// interval they are at once; beyond that they are an interval apart, and what comes or falls due in between goes together. A
// wake-up that finds several packets is one of a stream, which bears to wait longer than packets on their own.
class WakePace {
 public:
  static constexpr Duration interval = std::chrono::microseconds{400};
  static constexpr Duration stream_interval = std::chrono::microseconds{600};
  static constexpr int stream_packets = 3;  // at least, in one wake-up
  static constexpr int burst = 20;  // wake-ups in a row that are at once after a rest

  // The next wake-up may be then, and not before, whatever for.
  Instant earliest() const { return full_at_ - burst * interval; }
  // For what is due then.
  Instant wake_at(Instant due) const { return std::max(due, earliest()); }
  // There was a wake-up then, for so many packets.
  void woke(Instant at, int packets = 1) {
    full_at_ = std::max(full_at_, at) + (packets < stream_packets ? interval : stream_interval);
  }

 private:
  Instant full_at_{};  // the bucket would be full
};

// How late sleeping wakes: so much earlier it has to be left, and the rest be waited for awake. It follows the median, and is
// bounded where a busy system is simply late.
class WakeLead {
 public:
  static constexpr Duration lead_max = std::chrono::microseconds{60};

  Duration lead() const { return lead_; }
  // A sleep has ended so late.
  void woke(Duration late) {
    lead_ = std::clamp<Duration>(lead_ + (late > lead_ ? step : -step), Duration::zero(), lead_max);
  }

 private:
  static constexpr Duration step = std::chrono::nanoseconds{500};
  Duration lead_{};
};

}  // namespace continuo
