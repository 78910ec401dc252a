// Exact sampling of the process at arbitrary instants: Gillespie, Phys. Rev. E 54, 2084 (1996).
#include "network/delay_process.hh"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace continuo {

DelayProcess::DelayProcess(Duration mean, Duration jitter, Seed seed)
    : mean_{mean}, jitter_{jitter}, correlation_time_{correlation_time_of(jitter)}, rng_{seed} {
  assert(mean >= Duration::zero());
  assert(jitter >= Duration::zero());
}

Duration DelayProcess::correlation_time_of(Duration jitter) {
  return std::max<Duration>(std::chrono::milliseconds{100}, 40 * jitter);
}

Duration DelayProcess::clipping_bias(Duration mean, Duration jitter) {
  if (jitter == Duration::zero()) {
    return Duration::zero();
  }
  const double z = to_seconds(mean) / to_seconds(jitter);
  const double density = std::exp(-z * z / 2.0) / std::sqrt(2.0 * std::numbers::pi);
  const double above = std::erfc(z / std::numbers::sqrt2) / 2.0;
  return from_seconds(to_seconds(jitter) * (density - z * above));
}

Duration DelayProcess::sample(Instant at) {
  if (jitter_ == Duration::zero()) {
    return mean_;
  }
  if (!last_) {
    deviation_ = rng_.normal();
  } else if (at > *last_) {
    const double decay = std::exp(-to_seconds(at - *last_) / to_seconds(correlation_time_));
    deviation_ = deviation_ * decay + std::sqrt(1.0 - decay * decay) * rng_.normal();
  }
  assert(!last_ || at >= *last_);
  last_ = at;
  const Duration delay = mean_ + from_seconds(to_seconds(jitter_) * deviation_);
  return std::max(delay, Duration::zero());
}

}  // namespace continuo
