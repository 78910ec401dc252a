// The propagation delay of a link over time: a stationary Ornstein-Uhlenbeck process, the continuous-time form of correlated
// Gaussian jitter (Uhlenbeck and Ornstein, Phys. Rev. 36, 1930).
#pragma once

#include <optional>

#include "units/rng.hh"
#include "units/time.hh"

namespace continuo {

// Mean and standard deviation are those asked for; two samples apart by t have correlation exp(-t / correlation_time()).
// Independent jitter of each packet would have to reorder them, or, kept in order, would add up to several times the jitter to
// the mean delay of a burst; a delay that drifts does neither. Clipped at 0.
class DelayProcess {
 public:
  DelayProcess(Duration mean, Duration jitter, Seed seed);

  // `at` never decreases from call to call. The same instant gives the same delay.
  Duration sample(Instant at);

  // 100 ms, or 40 times the jitter if that is more: so slow that keeping packets in order adds little (jitter^2 / this).
  Duration correlation_time() const { return correlation_time_; }
  static Duration correlation_time_of(Duration jitter);

  // By how much clipping at 0 lifts the mean: sd * (phi(z) - z * (1 - Phi(z))), z = mean / sd.
  static Duration clipping_bias(Duration mean, Duration jitter);

 private:
  Duration mean_;
  Duration jitter_;
  Duration correlation_time_;
  Rng rng_;
  std::optional<Instant> last_;
  double deviation_ = 0.0;  // in standard deviations
};

}  // namespace continuo
