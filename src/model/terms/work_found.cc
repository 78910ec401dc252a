#include "model/terms/work_found.hh"

#include <algorithm>
#include <cmath>

namespace continuo {
namespace {

constexpr double steps_of_longest = 80;    // of the longest mean service
constexpr std::size_t steps_most = 12'000;
constexpr double above_least = 1e-6;       // beyond which the tail is exponential
constexpr double deviations_most = 4;

// P(S > x) of work that varies as policy/service_time.hh has it.
double longer(const ServiceTime& service, double x) {
  if (x < 0.1 * service.mean) return 1.0;
  return 0.5 * std::erfc((x - service.mean) / service.sd * std::sqrt(0.5));
}

// The integral of P(S > x).
double between(const ServiceTime& service, double from, double to) {
  if (service.sd <= 0.0) return std::max(0.0, std::min(to, service.mean) - from);
  const double width = (to - from) / 2;
  return width / 3 * (longer(service, from) + 4 * longer(service, from + width) + longer(service, to));
}

}  // namespace

WorkFound::WorkFound(std::span<const PoissonWork> sources, double capacity) {
  double longest = 0.0;
  double most = 0.0;
  for (const auto& [rate, service] : sources) {
    longest = std::max(longest, service.mean);
    most = std::max(most, service.mean + deviations_most * service.sd);
  }
  step_ = longest / steps_of_longest;
  std::vector<double> left;  // what is left of a request: (n - 1/2) to (n + 1/2) steps
  const auto steps = static_cast<std::size_t>(std::ceil(most / step_)) + 1;
  double all = 0.0;
  for (std::size_t step = 0; step < steps; ++step) {
    const double from = step == 0 ? 0.0 : (static_cast<double>(step) - 0.5) * step_;
    const double to = (static_cast<double>(step) + 0.5) * step_;
    double work = 0.0;
    for (const auto& [rate, service] : sources) work += rate * between(service, from, to);
    all += left.emplace_back(work);
  }
  load_ = all / capacity;
  for (double& share : left) share *= load_ / all;
  std::vector<double> chances;
  double above = 1.0;
  while (above > above_least && chances.size() < steps_most) {
    double chance = chances.empty() ? 1 - load_ : 0.0;
    const std::size_t known = chances.size();
    for (std::size_t step = 1; step < std::min(steps, known + 1); ++step) chance += left[step] * chances[known - step];
    above -= chances.emplace_back(chance / (1 - left[0]));
    above_.push_back(above);
  }
}

double WorkFound::share_above(double work) const {
  if (work <= 0.0) return load_;
  const double place = work / step_ - 0.5;  // of above_
  if (place < 0.0) return load_ + (above_.front() - load_) * (place + 0.5) / 0.5;
  const std::size_t last = above_.size() - 1;
  if (place < static_cast<double>(last)) {
    const auto before = static_cast<std::size_t>(place);
    return above_[before] + (above_[before + 1] - above_[before]) * (place - static_cast<double>(before));
  }
  const std::size_t earlier = last / 2;
  const double decay = std::log(above_[earlier] / above_[last]) / static_cast<double>(last - earlier);
  return above_[last] * std::exp(-decay * (place - static_cast<double>(last)));
}

}  // namespace continuo
