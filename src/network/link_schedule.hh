// When the packets of one directed link are sent and arrive: the arithmetic of LinkQueue, without the packets.
//
//            +-- queue (drop-tail) --+   +- transmission -+   +- propagation --+
//   accept ->| waits for the one     |-->| size / rate    |-->| delay + jitter |--> due
//            | before it             |   | or lost here   |   | in order       |
//            +-----------------------+   +----------------+   +----------------+
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "network/delay_process.hh"
#include "scenario/scenario.hh"
#include "units/bit_rate.hh"
#include "units/bytes.hh"
#include "units/probability.hh"
#include "units/rng.hh"
#include "units/time.hh"

namespace continuo {

struct LinkQueueOptions {
  Duration delay{};
  Duration jitter{};
  std::optional<BitRate> rate = std::nullopt;  // nothing: transmission takes no time
  Probability loss = Probability::never();
  // Waiting for transmission or in it; an arriving packet that does not fit is dropped.
  Bytes queue_limit = Bytes::mebibytes(1);
  // On the way in all, propagation included: bounds the memory that a fast long link can hold.
  Bytes held_limit = Bytes::mebibytes(256);
};

// The queue holds what the rate carries in a second, between 1 MiB and 16 MiB: deep enough that a single transfer's window
// is shaped by the rate and not by drops that nobody asked for, shallow enough to bound memory.
LinkQueueOptions link_queue_options(const LinkProperties& properties);

// What becomes of a packet. A lost one took its transmission time: it was sent, and did not arrive.
enum class Fate { carried, lost, overflowed };

struct LinkCounters {
  std::uint64_t offered_packets = 0;
  Bytes offered = Bytes::zero();
  std::uint64_t lost_packets = 0;
  std::uint64_t overflowed_packets = 0;
  Bytes overflowed = Bytes::zero();
  std::uint64_t delivered_packets = 0;
  Bytes delivered = Bytes::zero();
  Duration transmitting{};  // the link was busy for
  Duration queueing{};      // sum over the packets sent, of the wait before transmission
};

// The computed life of a packet that was not dropped.
struct Passage {
  Instant accepted{};
  Instant transmission_start{};
  Instant transmission_end{};
  Duration delay{};  // drawn from the delay process at transmission_end
  Instant due{};     // at the far end: transmission_end + delay, but never before an earlier packet
};

class LinkSchedule {
 public:
  LinkSchedule(const LinkQueueOptions& options, Seed seed);

  struct Verdict {
    Fate fate = Fate::carried;
    Passage passage;  // unless overflowed
  };
  // `now` never decreases. Size is the length of the IP packet.
  Verdict admit(Bytes size, Instant now);
  // A carried packet has reached the far end.
  void delivered(Bytes size);

  // Waiting for transmission or in it.
  Bytes backlog(Instant now);
  const LinkCounters& counters() const { return counters_; }
  const LinkQueueOptions& options() const { return options_; }

 private:
  struct Transmission {
    Instant end{};
    Bytes size = Bytes::zero();
  };

  LinkQueueOptions options_;
  DelayProcess delays_;
  Rng losses_;
  LinkCounters counters_;
  std::deque<Transmission> transmissions_;  // not over yet, in order
  Bytes backlog_ = Bytes::zero();
  Bytes held_ = Bytes::zero();
  Instant busy_until_ = Instant::min();
  Instant last_due_{};
};

}  // namespace continuo
