#include "model/terms/waiting.hh"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace continuo {
namespace {

// By 1 / B(i) = 1 + i / (a B(i - 1)): of far more servers than are busy it overflows, and nobody waits.
double erlang_c(double offered, int servers) {
  const double of_one = 1 / offered;
  double inverse = 1.0;  // of the probability that all are busy, if none may wait
  for (int server = 1; server <= servers; ++server) inverse = 1 + server * of_one * inverse;
  const double blocking = 1 / inverse;
  return servers * blocking / (servers - offered * (1 - blocking));
}

// Whitt, "Approximations for the GI/G/m queue", Production and Operations Management 2(2), 1993, for c_a^2 = 1.
double whitt_factor(double rho, int servers, double cs2) {
  const double m = servers;
  const double gamma = std::min(0.24, (1 - rho) * (m - 1) * (std::sqrt(4 + 5 * m) - 2) / (16 * m * rho));
  const double phi1 = 1 + gamma;
  const double phi3 = (1 - 4 * gamma) * std::exp(-2 * (1 - rho) / (3 * rho));
  const double phi4 = std::min(1.0, (phi1 + phi3) / 2);
  const auto psi = [&](double c2) { return c2 >= 1 ? 1.0 : std::pow(phi4, 2 * (1 - c2)); };
  if (cs2 <= 1) return 4 * (1 - cs2) / (4 - 3 * cs2) * phi1 + cs2 / (4 - 3 * cs2) * psi((1 + cs2) / 2);
  return (cs2 - 1) / (2 + 2 * cs2) * phi3 + (cs2 + 3) / (2 + 2 * cs2) * psi((1 + cs2) / 2);
}

// P(V > x) of N*D/D/1 (Roberts and Virtamo's form; queueing theory's ballot theorem).
double periodic_exceeds(double x, int sources, double period) {
  double sum = 0.0;
  for (int n = static_cast<int>(std::floor(x)) + 1; n <= sources; ++n) {
    const double p = (n - x) / period;
    const double choose = std::lgamma(sources + 1.0) - std::lgamma(n + 1.0) - std::lgamma(sources - n + 1.0);
    const double others = n == sources ? 0.0 : (sources - n) * std::log1p(-p);
    sum += std::exp(choose + n * std::log(p) + others) * (period - sources + x) / (period - n + x);
  }
  return sum;
}

}  // namespace

void QueueLoad::add(double arrivals, double mean, double sd) {
  rate += arrivals;
  work += arrivals * mean;
  square += arrivals * (mean * mean + sd * sd);
}

Waiting observed_waiting(std::vector<double> waits) {
  double sum = 0.0;
  for (const double wait : waits) sum += wait;
  const auto none = std::ranges::count_if(waits, [](double wait) { return wait <= 0.0; });
  const auto count = static_cast<double>(waits.size());
  return {.mean = sum / count, .probability = 1.0 - static_cast<double>(none) / count, .seen = std::move(waits)};
}

double Waiting::at(double quantile) const {
  if (!seen.empty()) return seen[place(quantile)];
  if (probability <= 0.0 || quantile <= 1.0 - probability) return 0.0;
  const double beyond = std::max(1e-12, (1.0 - quantile) / probability);
  return -mean / probability * std::log(beyond);
}

Waiting poisson_waiting(const QueueLoad& load, int workers) {
  if (load.rate <= 1e-12 || load.work <= 1e-12) return {};
  if (workers == 1) return {load.square / (2 * (1 - load.work)), load.work};
  const double rho = load.work / workers;
  const double mean_service = load.work / load.rate;
  const double cs2 = std::max(0.0, load.square / load.rate / (mean_service * mean_service) - 1);
  const double waits = erlang_c(load.work, workers);
  const double exponential = waits * mean_service / (workers * (1 - rho));
  return {service_variation_factor(rho, workers, cs2) * exponential, waits};
}

double service_variation_factor(double rho, int workers, double cs2) {
  return (workers == 1 ? 1.0 : whitt_factor(rho, workers, cs2)) * (1 + cs2) / 2;
}

double arrival_variation(double poisson, double in_period, double rho) {
  constexpr double far = 20;  // beyond, erfc underflows and the ratio is 1 within 0.2 %
  const double z = (1 - rho) * std::sqrt(in_period / 2);
  const double bridge = z > far ? 1.0 : std::sqrt(std::numbers::pi) * z * std::exp(z * z) * std::erfc(z);
  return poisson + (1 - poisson) * bridge;
}

Waiting periodic_waiting(int sources, double period) {
  const int others = sources - 1;  // a request meets the work of the other sources only
  if (others <= 0) return {};
  // E[W] is the integral of P(W > x); its integrand has kinks at whole x, so Simpson's rule runs from one to the next.
  constexpr int intervals = 4;
  double mean = 0.0;
  for (int whole = 0; whole < others; ++whole) {
    double part = 0.0;
    for (int step = 0; step <= intervals; ++step) {
      const double x = std::min(whole + static_cast<double>(step) / intervals, whole + 1 - 1e-9);
      const double weight = step == 0 || step == intervals ? 1 : (step % 2 == 1 ? 4 : 2);
      part += weight * periodic_exceeds(x, others, period);
    }
    part /= 3.0 * intervals;
    mean += part;
    if (part < 1e-9) break;
  }
  return {mean, periodic_exceeds(0.0, others, period)};
}

}  // namespace continuo
