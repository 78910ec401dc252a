#include "model/terms/spaced.hh"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace continuo {
namespace {

constexpr int steps = 48;             // of the time over which counts are looked at
constexpr double rounding = 1e-9;     // of squared coefficients of variation, and of shares
constexpr std::size_t looks_most = 32;  // at the spacings of senders, one by one
constexpr double beyond_most = 1.5;   // in times of that which is worst for Poisson arrivals

// Of the counts of one sender over some time.
struct Counts {
  double dispersion = 1.0;  // variance in times of the mean
  double fewer = 0.0;       // after one of its messages, than at any time
};

Counts counts_over(double time, const SpacedSenders& sender) {
  if (time < sender.spacing) return {1 - sender.rate * time, sender.rate * time};
  const double load = sender.rate * sender.spacing;
  const double tau = (1 - load) * (1 - load) * sender.rate * time / load;
  const double root = std::sqrt(tau);
  const double tail = 0.5 * std::erfc(root / std::numbers::sqrt2);
  const double density = std::exp(-tau / 2) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
  const double correlation = 2 * (1 - 2 * tau - tau * tau) * tail + 2 * root * density * (1 + tau);
  const double in_traffic = 1 - (1 - correlation) / (2 * tau);
  const double dispersion = std::max(1 - load, in_traffic);
  const double spacings = time / sender.spacing;
  const double begun = spacings - std::floor(spacings);
  const double of_link = begun * (1 - begun) / spacings;  // that of a link which is always busy
  return {dispersion + (1 - dispersion) * of_link, in_traffic < 1 - load ? load / 2 : (1 + tau) * tail - root * density};
}

// On from their senders' links to the queue they stay as far apart as this, of 1, over that time.
double kept_over(double time, double jitter) { return time / (time + 2 * jitter); }

// Over this time, of all that come to the queue.
struct Arrivals {
  double variance = 1.0;  // that a message meets, in times of Poisson arrivals'
  double service = 1.0;   // the same, of how many there are
  double fewer = 0.0;     // messages
};

Arrivals arrivals_over(double time, double rate, std::span<const SpacedSenders> from) {
  Arrivals all;
  for (const SpacedSenders& sender : from) {
    if (sender.spacing <= 0.0) continue;
    const double part = sender.count * sender.rate * sender.share / rate;
    const double kept = sender.share * kept_over(time, sender.jitter);
    const Counts counts = counts_over(time, sender);
    const double of_one = sender.rate * sender.share / rate;
    const double others = time < sender.spacing ? 1 - kept * of_one : 1.0;
    all.variance -= part * (1 - others * (1 - kept * (1 - counts.dispersion)));
    all.service -= part * (1 - others);
    all.fewer += part * kept * counts.fewer;
  }
  return {std::max(0.0, all.variance), std::max(0.0, all.service), all.fewer};
}

// In service times of a server as fast as all workers.
double robust_waiting(const QueueLoad& load, double rho, double cs2, std::span<const SpacedSenders> from) {
  const double worst_of_poisson = (1 + cs2) * rho * rho / (2 * (1 - rho) * (1 - rho));
  double most = 0.0;
  const auto look = [&](double messages) {
    const Arrivals all = arrivals_over(messages / load.rate, load.rate, from);
    most = std::max(most, -(1 - rho) * messages / rho - all.fewer + std::sqrt(2 * messages * (all.variance + cs2 * all.service)));
  };
  for (int step = 1; step <= steps; ++step) {
    const double part = static_cast<double>(step) / steps;
    look(beyond_most * worst_of_poisson * part * part);
  }
  for (const SpacedSenders& sender : from.first(std::min(from.size(), looks_most))) {
    if (sender.spacing > 0.0) look(sender.spacing * load.rate);
  }
  return most;
}

// By Friedman, nobody waits behind a slower link where times are constant. The more service times vary, the more it is the wait of GI/G/1 with the variation of departures of M/D/1
// (Kraemer and Langenbach-Belz 1976): a mixture, by the coefficient of variation.
double behind_one(const QueueLoad& load, double cs2, const SpacedSenders& sender) {
  const double of_link = sender.rate * sender.spacing * sender.spacing / (2 * (1 - sender.rate * sender.spacing));
  const double of_both = poisson_waiting(load, 1).mean;
  const double slower = std::max(sender.spacing, load.work / load.rate);
  const double of_constant = std::max(0.0, 1 - of_link / of_both);
  const double between = 1 - std::pow(sender.rate * sender.spacing, 2);
  const double rho = load.work;
  const double of_varying = (between + cs2) / (1 + cs2) * std::exp(-2 * (1 - rho) * std::pow(1 - between, 2) / (3 * rho * (between + cs2)));
  const double varies = std::min(1.0, std::sqrt(cs2));
  const double part = (1 - varies) * of_constant + varies * of_varying;
  return 1 - (1 - part) * kept_over(slower, sender.jitter);
}

}  // namespace

double spaced_waiting(const QueueLoad& load, int workers, std::span<const SpacedSenders> from) {
  if (load.rate <= 0.0 || load.work <= 0.0 || load.work >= workers) return 1.0;
  double busiest = 0.0;
  for (const SpacedSenders& sender : from) busiest = std::max(busiest, sender.rate * sender.spacing);
  if (busiest <= spacing_load_least) return 1.0;
  const double counts = std::min(1.0, (busiest - spacing_load_least) / (spacing_load_full - spacing_load_least));
  const double rho = load.work / workers;
  const double computed = load.square * load.rate / (load.work * load.work) - 1;
  const double cs2 = computed > rounding ? computed : 0.0;
  const bool is_one = from.size() == 1 && from[0].count < 1 + rounding && from[0].share > 1 - rounding && from[0].rate > load.rate * (1 - rounding);
  const double of_poisson = rho * (1 + cs2) / (2 * (1 - rho));
  const double left = is_one && workers == 1 ? behind_one(load, cs2, from[0]) : std::min(1.0, robust_waiting(load, rho, cs2, from) / of_poisson);
  return 1 - counts * (1 - left);
}

Waiting behind_links(const Waiting& of_poisson, double left) {
  return {of_poisson.mean * left, of_poisson.probability * std::sqrt(std::sqrt(left))};
}

}  // namespace continuo
