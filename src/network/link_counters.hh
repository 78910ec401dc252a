// What became of the packets of a link, and of one of them.
#pragma once

#include <cstdint>

#include "units/bytes.hh"
#include "units/time.hh"

namespace continuo {

// Every packet is accounted for: offered + duplicated = delivered + dropped() + those inside.
struct LinkCounters {
  std::uint64_t offered_packets = 0;
  Bytes offered = Bytes::zero();
  // That all this would keep the link busy, each packet at the rate (or the mean of the trace) when it was offered: beside the
  // time that passed it is the offered load, whatever changed. An unlimited link takes no time.
  Duration demanded{};
  std::uint64_t duplicated_packets = 0;  // copies that the link made
  // Transmitted, and how many of them should be lost in the long run, by what the link was at the time.
  std::uint64_t sent_packets = 0;
  double asked_losses = 0.0;
  // Dropped, by cause:
  std::uint64_t lost_packets = 0;        // took its transmission time and did not arrive
  std::uint64_t overflowed_packets = 0;  // the queue was full, whether the arriving packet went or an older one
  Bytes overflowed = Bytes::zero();
  std::uint64_t codel_packets = 0;       // had waited too long for CoDel
  std::uint64_t cut_packets = 0;         // the link was cut
  std::uint64_t held_packets = 0;        // more was on the way than the link's memory holds

  std::uint64_t corrupted_packets = 0;  // delivered with a bit flipped; a duplicate counts again
  std::uint64_t delivered_packets = 0;
  Bytes delivered = Bytes::zero();
  Duration transmitting{};  // the link was busy for; of a trace of opportunities, what the bytes need at its mean rate
  Duration queueing{};      // sum over the packets sent, of the wait before transmission

  std::uint64_t dropped_packets() const {
    return lost_packets + overflowed_packets + codel_packets + cut_packets + held_packets;
  }
  LinkCounters& operator+=(const LinkCounters& more) {
    each(more, [](auto& sum, const auto& term) { sum = sum + term; });
    return *this;
  }
  // What came after `earlier`, a former copy.
  LinkCounters since(const LinkCounters& earlier) const {
    LinkCounters later = *this;
    later.each(earlier, [](auto& difference, const auto& term) { difference = difference - term; });
    return later;
  }

 private:
  template <class Function>
  void each(const LinkCounters& other, Function function) {
    function(offered_packets, other.offered_packets);
    function(offered, other.offered);
    function(demanded, other.demanded);
    function(duplicated_packets, other.duplicated_packets);
    function(sent_packets, other.sent_packets);
    function(asked_losses, other.asked_losses);
    function(lost_packets, other.lost_packets);
    function(overflowed_packets, other.overflowed_packets);
    function(overflowed, other.overflowed);
    function(codel_packets, other.codel_packets);
    function(cut_packets, other.cut_packets);
    function(held_packets, other.held_packets);
    function(corrupted_packets, other.corrupted_packets);
    function(delivered_packets, other.delivered_packets);
    function(delivered, other.delivered);
    function(transmitting, other.transmitting);
    function(queueing, other.queueing);
  }
};

// The computed life of a packet that was not dropped.
struct Passage {
  Instant accepted{};
  Instant transmission_start{};
  Instant transmission_end{};
  Duration delay{};  // drawn at transmission_end
  Instant due{};     // at the far end: transmission_end + delay, but in order never before an earlier packet
  // Of all delays that the link drew at that time.
  Duration asked_mean{};
  Duration asked_sd{};
  // Held in order by packets that were sent before the link last changed: its delay is not the one asked for.
  bool behind_change = false;

  Duration waited() const { return transmission_start - accepted; }
};

}  // namespace continuo
