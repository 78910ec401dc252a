#include "model/terms/lone_source.hh"

#include <cmath>
#include <numbers>

namespace continuo {
namespace {

constexpr double far_past = 3.0;       // standard deviations
constexpr double slow_drift = 0.5;     // of a standard deviation a step; below, the series
constexpr double steps_most = 256;     // e^-32 is left of the slowest sum there is
constexpr double drift_least = 1e-3;   // standard deviations: closer to a load of one, waits are as at this one
constexpr double zeta_half = -1.4603545088095868;  // Riemann's zeta at 1/2, -1/2 and -3/2
constexpr double zeta_minus_half = -0.2078862249773546;
constexpr double zeta_minus_three_halves = -0.0254852018898330;
constexpr double sqrt_two_pi = 2.5066282746310002;

// E max(S, 0) and P(S > 0) of a normal S.
struct Above {
  double mean = 0.0;
  double probability = 0.0;
};
Above above(double mean, double sd) {
  const double a = -mean / sd;
  const double probability = std::erfc(a / std::numbers::sqrt2) / 2;
  return {sd * std::exp(-a * a / 2) / sqrt_two_pi + mean * probability, probability};
}

// The largest of a Gaussian walk with drift -b and steps of standard deviation 1: its mean, and -log P(it is 0).
Above largest_by_series(double b) {
  const double mean = 1 / (2 * b) + zeta_half / sqrt_two_pi + b / 4 + b * b / sqrt_two_pi * (zeta_minus_half / 2 - zeta_minus_three_halves * b * b / 24);
  const double none = std::numbers::sqrt2 * b * std::exp(b / sqrt_two_pi * (zeta_half - zeta_minus_half * b * b / 6));
  return {mean, -std::log(none)};
}

}  // namespace

bool may_meet_itself(const LoneSource& source) {
  return source.sd > 0.0 && source.service - source.sooner + far_past * std::hypot(source.sd, source.jitter) > source.interval;
}

Waiting lone_source_waiting(const LoneSource& source) {
  if (source.sd <= 0.0) return {};
  const double drift = std::max(source.interval - source.service, drift_least * source.sd);
  const bool slow = drift < slow_drift * source.sd;
  Above sum;
  if (slow) {
    sum = largest_by_series(drift / source.sd);
    sum.mean *= source.sd;
  }
  for (double step = 1; step <= steps_most; ++step) {
    const double sd = source.sd * std::sqrt(step);
    const Above found = above(-step * drift - source.sooner, std::hypot(sd, std::numbers::sqrt2 * source.jitter));
    Above more = found;
    if (slow) {  // than the series has it
      const Above walked = above(-step * drift, sd);
      more = {found.mean - walked.mean, found.probability - walked.probability};
    }
    sum.mean += more.mean / step;
    sum.probability += more.probability / step;
    if (std::abs(more.mean) < 1e-7 * source.sd && found.mean < 1e-7 * source.sd) break;
  }
  const double probability = std::clamp(-std::expm1(-sum.probability), 0.0, 1.0);
  return {std::max(0.0, sum.mean), probability};
}

}  // namespace continuo
