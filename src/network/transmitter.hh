// When a link sends: at a rate, by a trace of its capacity, or at once.
#pragma once

#include <memory>
#include <optional>

#include "scenario/link_properties.hh"
#include "units/bytes.hh"
#include "units/time.hh"

namespace continuo {

struct Transmission {
  Instant start{};
  Instant end{};
};

// One packet after the other. A trace of opportunities sends as mahimahi does: a packet uses the first opportunity after its
// arrival and what the one before it left of an opportunity that came after both had arrived; it has been sent with the
// opportunity that takes its last byte.
class Transmitter {
 public:
  // The first line of a trace is at `trace_start`.
  Transmitter(const LinkProperties& properties, Instant trace_start);

  // When the packet that is the next may begin.
  Instant next_start(Instant accepted) const;
  // It begins, at its next_start().
  Transmission send(Bytes size, Instant start);
  // What has begun ends as it began. A trace that the link did not have before starts now.
  void change(const LinkProperties& properties, Instant now);
  void start_trace(Instant now);

  Instant free_at() const { return free_at_; }
  // That the bytes keep the link busy.
  Duration occupied_by(Bytes size, const Transmission& transmission) const;
  // That bytes would take, in the mean of a trace.
  Duration time_for(Bytes size) const { return mean_ ? size / *mean_ : Duration::zero(); }

 private:
  using Index = std::int64_t;  // of an opportunity, counted through all repetitions of the trace

  const Opportunities* opportunities() const { return trace_ ? std::get_if<Opportunities>(&trace_->form()) : nullptr; }
  Instant time_of(Index opportunity) const;
  Index first_after(Instant time) const;
  Index next_opportunity(Instant accepted) const;
  Instant send_by_opportunities(Bytes size, Instant start);
  Instant end_by_steps(const RateSteps& trace, Bytes size, Instant start) const;

  std::optional<BitRate> rate_;
  std::optional<BitRate> mean_;
  std::shared_ptr<const CapacityTrace> trace_;
  Instant trace_start_;
  Instant free_at_ = Instant::min();
  Index unused_ = 0;            // the first opportunity of which no byte is used
  Bytes left_ = Bytes::zero();  // of the opportunity at free_at_
};

}  // namespace continuo
