// The propagation delay of a link over time. Within the link's distribution it drifts as a stationary Ornstein-Uhlenbeck process
// does, the continuous-time form of correlated Gaussian jitter (Uhlenbeck and Ornstein, Phys. Rev. 36, 1930).
#pragma once

#include <optional>

#include "scenario/link_properties.hh"
#include "units/rng.hh"
#include "units/time.hh"

namespace continuo {

// Mean and standard deviation are those asked for; two samples apart by t have (for the normal shape) correlation
// exp(-t / correlation_time()). Independent jitter of each packet would have to reorder them, or, kept in order, would add up to
// several times the jitter to the mean delay of a burst; a delay that drifts does neither. Other shapes than the normal one take
// the Gaussian's quantile and give their own value of the same quantile, so that their distribution is the one asked for.
// Clipped at 0. With `reorder` each sample is independent.
class DelayProcess {
 public:
  DelayProcess(const LinkProperties& properties, Seed seed);

  // `at` never decreases from call to call. The same instant gives the same delay, unless samples are independent.
  Duration sample(Instant at);
  // The drift goes on where it was.
  void change(const LinkProperties& properties);

  // 100 ms, or 40 times the jitter if that is more: so slow that keeping packets in order adds little (jitter^2 / this).
  Duration correlation_time() const { return correlation_time_; }
  static Duration correlation_time_of(Duration jitter);
  // 1 ns where each packet has its own delay.
  static Duration correlation_time_of(const LinkProperties& properties);

  // By how much clipping at 0 lifts the mean: sd * (phi(z) - z * (1 - Phi(z))), z = mean / sd.
  static Duration clipping_bias(Duration mean, Duration jitter);
  // Of other shapes than the normal one nothing is clipped.
  static Duration clipping_bias(const LinkProperties& properties);

 private:
  LinkProperties properties_;
  bool varies_ = false;
  Duration correlation_time_{};
  Rng rng_;
  std::optional<Instant> last_;
  double deviation_ = 0.0;  // in standard deviations
};

}  // namespace continuo
