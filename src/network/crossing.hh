// What happens to a packet that has been sent, until it reaches the far end: loss, delay, overtaking, duplication, corruption.
#pragma once

#include <cstdint>
#include <optional>

#include "network/delay_process.hh"
#include "network/link_counters.hh"
#include "network/loss_process.hh"
#include "network/transmitter.hh"
#include "scenario/link_properties.hh"
#include "units/rng.hh"

namespace continuo {

struct Crossing {
  bool lost = false;
  Passage passage;       // unless lost
  bool in_order = true;  // behind every packet that is in order too
  bool twice = false;    // a copy arrives with it
  std::optional<std::uint64_t> flipped_bit = std::nullopt;  // counted from the first bit of the packet
};

class CrossingProcess {
 public:
  CrossingProcess(const LinkProperties& properties, Seed seed);

  // In the order of transmission.
  Crossing next(Bytes size, Instant accepted, const Transmission& transmission);
  void change(const LinkProperties& properties);

 private:
  DelayProcess delays_;
  LossProcess losses_;
  Rng overtaking_;
  Rng duplication_;
  Rng corruption_;
  Probability overtake_ = Probability::never();
  Probability duplicate_ = Probability::never();
  Probability corrupt_ = Probability::never();
  bool reorder_ = false;
  Duration asked_mean_{};
  Duration asked_sd_{};
  Instant last_due_ = Instant::min();    // of those in order
  Instant change_due_ = Instant::min();  // the same at the last change
};

}  // namespace continuo
