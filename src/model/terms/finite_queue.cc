#include "model/terms/finite_queue.hh"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <boost/math/quadrature/gauss.hpp>

#include "model/terms/low_discrepancy.hh"

namespace continuo {
namespace {

constexpr double refused_felt = 5e-4;  // share of the requests
constexpr double negligible = 1e-18;
constexpr double rescaled_at = 1e100;
constexpr double overload_most = 20;
constexpr double shortest = 0.1;      // of the mean (policy/service_time.hh)
constexpr std::size_t seen_count = 256;

// Time in service: normal, in units of its mean.
class ServiceShape {
 public:
  explicit ServiceShape(double cs2) : sd_{std::sqrt(cs2)} {
    if (sd_ > 0.0) mean_ = shortest + beyond(shortest);
  }

  double longest() const { return sd_ > 0.0 ? (1 + 6 * sd_) / mean_ : 1.0; }
  // Where it falls most steeply begins here.
  double falls_from() const { return std::clamp((1 - 6 * sd_) / mean_, shortest, longest()); }
  // P(S > t).
  double exceeds(double t) const {
    const double at = t * mean_;
    if (sd_ <= 0.0) return t < 1.0 ? 1.0 : 0.0;
    return at < shortest ? 1.0 : std::erfc((at - 1) / sd_ / std::numbers::sqrt2) / 2;
  }
  // The share of its time that is left after t: 1 - B_e(t).
  double residual(double t) const {
    const double at = t * mean_;
    if (sd_ <= 0.0) return std::max(0.0, 1 - t);
    return at < shortest ? 1 - t : beyond(at) / mean_;
  }

 private:
  // E(S - t)+ of the normal one.
  double beyond(double t) const {
    const double z = (t - 1) / sd_;
    return sd_ * std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi) - (t - 1) * std::erfc(z / std::numbers::sqrt2) / 2;
  }

  double sd_;
  double mean_ = 1.0;
};

// Chance that so many and more than n requests come while the first of the busy workers goes on, times the rate: `first` when all have just become
// busy, `next` after one has ended.
struct Arrivals {
  std::vector<double> first;
  std::vector<double> next;
};

Arrivals arrivals_of(const FiniteQueue& queue) {
  using Gauss = boost::math::quadrature::gauss<double, 20>;
  const double offered = queue.rate * queue.service;
  const double rho = offered / queue.workers;
  const auto count = static_cast<std::size_t>(std::min<double>(queue.places, 64 + std::ceil(2 * offered)));
  Arrivals arrivals{std::vector<double>(count, 0.0), std::vector<double>(count, 0.0)};
  const ServiceShape shape{queue.cs2};
  const auto add = [&](double t, double weight) {
    const double goes_on = weight * shape.exceeds(t);
    double first = offered * goes_on * std::pow(shape.residual(t), queue.workers - 1) * std::exp(-offered * t);
    double next = rho * goes_on * std::exp(-rho * t);
    for (std::size_t n = 0; n < count && (first > negligible || next > negligible || static_cast<double>(n) < offered * t); ++n) {
      arrivals.first[n] += first;
      arrivals.next[n] += next;
      first *= offered * t / static_cast<double>(n + 1);
      next *= rho * t / static_cast<double>(n + 1);
    }
  };
  const double falls = shape.falls_from();
  const double bends = std::min(6.0 / queue.workers, falls);  // of the first of many
  const std::array edges{0.0, queue.cs2 > 0.0 ? std::min(shortest, bends) : 0.0, bends, falls, shape.longest()};
  for (std::size_t edge = 0; edge + 1 < edges.size(); ++edge) {
    const double half = (edges[edge + 1] - edges[edge]) / 2;
    const double middle = (edges[edge + 1] + edges[edge]) / 2;
    if (half <= 0.0) continue;
    for (std::size_t node = 0; node < Gauss::abscissa().size(); ++node) {
      const double away = half * Gauss::abscissa()[node];
      add(middle - away, half * Gauss::weights()[node]);
      add(middle + away, half * Gauss::weights()[node]);
    }
  }
  while (arrivals.next.size() > 1 && arrivals.next.back() < negligible && arrivals.first.back() < negligible) {
    arrivals.next.pop_back();
    arrivals.first.pop_back();
  }
  return arrivals;
}

// Chances of so many requests there, from none to one less than fill it, and of a full queue.
struct Present {
  std::vector<double> chance;
  double full = 0.0;
};

Present present_in(const FiniteQueue& queue) {
  const auto workers = static_cast<std::size_t>(queue.workers);
  const std::size_t all = workers + static_cast<std::size_t>(queue.places);
  const double offered = queue.rate * queue.service;
  std::vector<double> chance(all, 0.0);
  const auto busy = [&](std::size_t there) { return std::min(static_cast<double>(there) * queue.alone, static_cast<double>(workers)); };
  chance[0] = 1.0;
  for (std::size_t there = 1; there < workers; ++there) chance[there] = chance[there - 1] * offered / busy(there);
  const Arrivals arrivals = queue.places > 0 ? arrivals_of(queue) : Arrivals{};
  for (std::size_t there = workers; there < all; ++there) {
    const std::size_t waiting = there - workers;
    double flow = waiting < arrivals.first.size() ? arrivals.first[waiting] * chance[workers - 1] : 0.0;
    for (std::size_t back = 1; back <= waiting && back < arrivals.next.size(); ++back) flow += arrivals.next[back] * chance[there - back];
    chance[there] = flow / (1 - arrivals.next[0]);
    if (chance[there] > rescaled_at) {
      for (std::size_t below = 0; below <= there; ++below) chance[below] /= rescaled_at;
    }
  }
  double sum = 0.0;
  double working = 0.0;
  for (std::size_t there = 0; there < all; ++there) {
    sum += chance[there];
    working += chance[there] * busy(there);
  }
  double full = std::max(0.0, (offered * sum - working) / static_cast<double>(workers));
  for (double& one : chance) one /= sum + full;
  full /= sum + full;
  return {std::move(chance), full};
}

// Of `behind` waiting before it: whole rounds of all workers, and then as many ends as are left, of phases that are even: about Beta(k, c + 1 - k),
// by Kumaraswamy's quantile, which is that of the first and of the last exactly.
double rounds_waited(std::size_t behind, int workers, double u) {
  const auto c = static_cast<std::size_t>(workers);
  if (workers == 1) return static_cast<double>(behind) + u;
  const auto ends = static_cast<double>(behind % c + 1);
  const double phase = std::pow(-std::expm1(std::log1p(-u) / (workers + 1 - ends)), 1 / ends);
  return static_cast<double>(behind / c) + phase;
}

void add_distribution(const FiniteQueue& queue, const Present& present, Waiting& wait) {
  const auto workers = static_cast<std::size_t>(queue.workers);
  wait.seen.assign(seen_count, 0.0);
  LowDiscrepancy<2> sequence;
  std::size_t there = workers;
  double below = 0.0;  // chance of those who wait behind fewer
  double sum = 0.0;
  const double waiting = wait.probability * (1 - present.full);
  const double first = (1 - wait.probability) * static_cast<double>(seen_count);
  for (auto place = static_cast<std::size_t>(first); place < seen_count; ++place) {
    const double share = std::max(0.0, (static_cast<double>(place) + 0.5 - first) / (static_cast<double>(seen_count) - first));
    while (there + 1 < present.chance.size() && below + present.chance[there] < share * waiting) below += present.chance[there++];
    const auto point = sequence.next();
    const double rounds = rounds_waited(there - workers, queue.workers, point[0]);
    const double varies = queue.cs2 > 0.0 ? normal_quantile(point[1]) * std::sqrt(queue.cs2 * rounds / queue.workers) : 0.0;
    wait.seen[place] = std::max(0.0, rounds + varies);
    sum += wait.seen[place];
  }
  std::ranges::sort(wait.seen);
  if (sum <= 0.0) return;
  const double scale = wait.mean * static_cast<double>(seen_count) / sum;
  const int rounds_most = 1 + (queue.places - 1) / queue.workers;
  const double longest = rounds_most * queue.service * (1 + 3 * std::sqrt(queue.cs2));
  for (double& one : wait.seen) one = std::min(one * scale, longest);
}

}  // namespace

Admission finite_queue(const FiniteQueue& queue, bool distribution) {
  if (queue.rate <= 1e-12 || queue.service <= 1e-12) return {};
  const double rho = queue.rate * queue.service / queue.workers;
  if (rho > overload_most) {  // it is always full: the chain has no figures left for that
    return {.refused = 1 - 1 / rho, .wait = {.mean = queue.places * queue.service / queue.workers, .probability = queue.places > 0 ? 1.0 : 0.0},
            .ahead = queue.places + 1.0};
  }
  const Present present = present_in(queue);
  Admission admission{.refused = present.full, .wait = {}, .ahead = present.full * (queue.places + 1)};
  const auto workers = static_cast<std::size_t>(queue.workers);
  double waiting = present.full * queue.places;  // in the mean over time
  for (std::size_t there = workers; there < present.chance.size(); ++there) {
    const auto behind = static_cast<double>(there - workers);
    waiting += behind * present.chance[there];
    admission.ahead += (behind + 1) * present.chance[there];
    admission.wait.probability += present.chance[there];
  }
  const double admitted = 1 - present.full;
  if (queue.places == 0 || admitted <= 0.0) return admission;
  admission.wait.probability = std::min(1.0, admission.wait.probability / admitted);
  admission.wait.mean = waiting / (queue.rate * admitted);
  if (distribution && admission.wait.probability > 0.0) add_distribution(queue, present, admission.wait);
  return admission;
}

bool may_refuse(const QueueLoad& load, int workers, int places) {
  if (load.rate <= 1e-12 || load.work <= 1e-12) return false;
  const double free = 1 - load.work / workers;
  if (free <= 0.0) return true;
  const double varies = std::max(1.0, load.square * load.rate / (load.work * load.work));  // 1 + c^2
  const double exponent = 2 * free * places / varies;
  constexpr double beyond = 8;  // e^-8 < refused_felt
  if (exponent > beyond) return false;
  const double longer = std::exp(-exponent);
  return free * longer > refused_felt * (1 - (1 - free) * longer);
}

}  // namespace continuo
