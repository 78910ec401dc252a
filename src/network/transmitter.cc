#include "network/transmitter.hh"

#include <algorithm>
#include <cassert>

namespace continuo {

Transmitter::Transmitter(const LinkProperties& properties, Instant trace_start)
    : rate_{properties.rate}, mean_{properties.mean_rate()}, trace_{properties.trace}, trace_start_{trace_start} {}

void Transmitter::change(const LinkProperties& properties, Instant now) {
  const bool other_trace = properties.trace != trace_;
  rate_ = properties.rate;
  mean_ = properties.mean_rate();
  trace_ = properties.trace;
  if (other_trace) start_trace(now);
}

void Transmitter::start_trace(Instant now) {
  trace_start_ = now;
  unused_ = 0;
  left_ = Bytes::zero();
}

Instant Transmitter::next_start(Instant accepted) const {
  if (opportunities() == nullptr) return std::max(accepted, free_at_);
  if (left_ > Bytes::zero() && accepted < free_at_) return free_at_;
  return time_of(next_opportunity(accepted));
}

Transmission Transmitter::send(Bytes size, Instant start) {
  Transmission transmission{start, start};
  if (opportunities() != nullptr) {
    transmission.end = send_by_opportunities(size, start);
  } else if (trace_) {
    transmission.end = end_by_steps(std::get<RateSteps>(trace_->form()), size, start);
  } else if (rate_) {
    transmission.end = start + size / *rate_;
  }
  free_at_ = transmission.end;
  return transmission;
}

Duration Transmitter::occupied_by(Bytes size, const Transmission& transmission) const {
  return opportunities() != nullptr ? time_for(size) : transmission.end - transmission.start;
}

Instant Transmitter::time_of(Index opportunity) const {
  const auto& at = opportunities()->at;
  const auto count = static_cast<Index>(at.size());
  return trace_start_ + opportunity / count * trace_->period() + at[static_cast<std::size_t>(opportunity % count)];
}

// Those before have passed, whether they were used or not.
Transmitter::Index Transmitter::first_after(Instant time) const {
  if (time < trace_start_) return 0;
  const auto& at = opportunities()->at;
  const Duration elapsed = time - trace_start_;
  const auto within = std::ranges::upper_bound(at, elapsed % trace_->period());
  return elapsed / trace_->period() * static_cast<Index>(at.size()) + (within - at.begin());
}

Transmitter::Index Transmitter::next_opportunity(Instant accepted) const {
  // Several may be at one time: `unused_` tells which of those at free_at_ have been used.
  const Instant busy_before = free_at_ == Instant::min() ? free_at_ : free_at_ - Duration{1};
  return std::max(unused_, first_after(std::max(accepted, busy_before)));
}

Instant Transmitter::send_by_opportunities(Bytes size, Instant start) {
  Instant at = free_at_;
  if (left_ == Bytes::zero() || start != free_at_) {
    left_ = Bytes::zero();
    unused_ = std::max(unused_, first_after(start - Duration{1}));
    assert(time_of(unused_) == start);
    at = start;
  }
  for (Bytes rest = size; rest > Bytes::zero();) {
    if (left_ == Bytes::zero()) {
      at = time_of(unused_++);
      left_ = Opportunities::size;
    }
    const Bytes used = std::min(rest, left_);
    rest -= used;
    left_ -= used;
  }
  return at;
}

// In bits times nanoseconds, which a step of any rate has a whole number of. After one whole round the others that the packet
// fills are skipped at once: a round may be nanoseconds long, or carry next to nothing.
Instant Transmitter::end_by_steps(const RateSteps& trace, Bytes size, Instant start) const {
  __extension__ using Wide = __int128;
  const auto capacity = [](const RateSteps::Step& step, Duration time) {
    return step.rate ? static_cast<Wide>(step.rate->bits_per_second()) * time.count() : Wide{0};
  };
  Wide rest = static_cast<Wide>(size.count()) * 8 * 1'000'000'000;
  Wide in_this_round = 0;
  bool from_the_first_step = false;
  const Duration elapsed = std::max(start - trace_start_, Duration::zero());
  Instant at = std::max(start, trace_start_);
  Duration place = elapsed % trace.period;
  auto step = std::ranges::upper_bound(trace.steps, place, {}, &RateSteps::Step::from) - 1;
  while (true) {
    const Duration step_end = step + 1 == trace.steps.end() ? trace.period : (step + 1)->from;
    const Wide carried = capacity(*step, step_end - place);
    if (carried >= rest) {
      if (rest == 0) return at;
      const Wide rate = step->rate->bits_per_second();
      return at + Duration{static_cast<std::int64_t>((rest + rate - 1) / rate)};
    }
    rest -= carried;
    in_this_round += carried;
    at += step_end - place;
    place = step_end;
    if (++step == trace.steps.end()) {
      if (from_the_first_step) {
        const Wide filled = (rest - 1) / in_this_round;  // the last bit is in a round after these
        rest -= filled * in_this_round;
        at += Duration{static_cast<std::int64_t>(filled * trace.period.count())};
      }
      from_the_first_step = true;
      in_this_round = 0;
      step = trace.steps.begin();
      place = Duration::zero();
    }
  }
}

}  // namespace continuo
