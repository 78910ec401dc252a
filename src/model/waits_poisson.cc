// What waits where all that comes is Poisson: its distribution, where there is one.
#include <algorithm>
#include <array>
#include <cmath>

#include "model/terms/work_found.hh"
#include "model/waits.hh"

namespace continuo {
namespace {

constexpr std::size_t waits_kept = 4000;

// The waits that equal shares of the requests have.
std::vector<double> evenly(const WorkFound& found) {
  std::vector<double> waits(waits_kept, 0.0);
  double low = 0.0;
  for (std::size_t place = 0; place < waits_kept; ++place) {
    const double above = 1 - (static_cast<double>(place) + 0.5) / waits_kept;
    if (found.share_above(0.0) <= above) continue;
    double high = std::max(2 * low, found.step());
    while (found.share_above(high) > above) high *= 2;
    for (int halving = 0; halving < 30 && high - low > found.step() / 100; ++halving) {
      const double middle = (low + high) / 2;
      (found.share_above(middle) > above ? low : high) = middle;
    }
    waits[place] = low = (low + high) / 2;
  }
  return waits;
}

}  // namespace

// The mean is that of Pollaczek and Khinchine; the exponential tail of a point of a sweep, which has to be cheap, is M/M/1's: with constant service
// times at low load it is up to a fifth too long.
Waiting Waits::random_waiting(const Choice& choice, int workers) {
  const QueueLoad queue = stations_.queue(choice.station);
  Waiting wait = poisson_waiting(queue, workers);
  const double left = left_behind_links(choice);
  if (left < 1.0) rule_ = WaitRule::spaced;
  wait = behind_links(wait, left);
  if (workers > 1 || memory_ != nullptr || queue.rate <= 0.0 || queue.work >= 1.0) return wait;
  const auto [known, is_new] = found_.try_emplace(choice.station);
  if (is_new) {
    const double mean = queue.work / queue.rate;
    const double sd = std::sqrt(std::max(0.0, queue.square / queue.rate - mean * mean));
    known->second = evenly(WorkFound{std::array{PoissonWork{queue.rate, {.mean = mean, .sd = sd > 1e-6 * mean ? sd : 0.0}}}, 1.0});
  }
  wait.seen = known->second;
  for (double& one : wait.seen) one *= left;
  return wait;
}

}  // namespace continuo
