// Exact sampling of the process at arbitrary instants: Gillespie, Phys. Rev. E 54, 2084 (1996).
#include "network/delay_process.hh"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace continuo {

DelayProcess::DelayProcess(const LinkProperties& properties, Seed seed) : rng_{seed} { change(properties); }

void DelayProcess::change(const LinkProperties& properties) {
  assert(properties.delay >= Duration::zero());
  assert(properties.jitter >= Duration::zero());
  properties_ = properties;
  varies_ = properties.delay_sd() > Duration::zero();
  correlation_time_ = correlation_time_of(properties);
}

Duration DelayProcess::correlation_time_of(Duration jitter) {
  return std::max<Duration>(std::chrono::milliseconds{100}, 40 * jitter);
}

Duration DelayProcess::correlation_time_of(const LinkProperties& properties) {
  return properties.reorder ? Duration{1} : correlation_time_of(properties.delay_sd());
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

Duration DelayProcess::clipping_bias(const LinkProperties& properties) {
  return properties.shape == DelayShape::normal ? clipping_bias(properties.delay, properties.jitter) : Duration::zero();
}

Duration DelayProcess::sample(Instant at) {
  if (!varies_) {
    return properties_.delay_at(0.0);
  }
  assert(!last_ || at >= *last_);
  if (!last_ || properties_.reorder) {
    deviation_ = rng_.normal();
  } else if (at > *last_) {
    const double decay = std::exp(-to_seconds(at - *last_) / to_seconds(correlation_time_));
    deviation_ = deviation_ * decay + std::sqrt(1.0 - decay * decay) * rng_.normal();
  }
  last_ = at;
  return std::max(properties_.delay_at(deviation_), Duration::zero());
}

}  // namespace continuo
