#include "model/terms/drawn_cpu.hh"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "model/terms/work_found.hh"

namespace continuo {
namespace {

constexpr double of_those_above = 0.1;    // that a stratum has of all that find as much or more
constexpr double in_stratum_least = 25;  // requests

// By request: what it would find, first come, first served, on one core as fast as all.
std::vector<double> work_before(const ReplayedRow& row, double capacity) {
  std::vector<double> found;
  found.reserve(row.requests.size());
  double work = 0.0;
  double last = 0.0;
  for (const ReplayedRequest& request : row.requests) {
    work = std::max(0.0, work - capacity * (request.arrived - std::exchange(last, request.arrived)));
    found.push_back(work);
    work += request.served;
  }
  return found;
}

// By request of these: as much as what it found is likely. Together 1.
std::vector<double> weights_of(const std::vector<PlayedTimes>& times, const std::vector<double>& found, const WorkFound& exact) {
  std::vector<std::uint32_t> order(times.size());
  for (std::uint32_t place = 0; place < order.size(); ++place) order[place] = place;
  const auto work = [&](std::uint32_t place) { return found[times[place].request]; };
  std::ranges::sort(order, {}, work);
  std::vector<double> weights(times.size());
  double all = 0.0;
  const auto weigh = [&](std::size_t first, std::size_t end, double share) {
    for (std::size_t place = first; place < end; ++place) weights[order[place]] = share / static_cast<double>(end - first);
    if (end > first) all += share;
  };
  std::size_t first = 0;
  while (first < order.size() && work(order[first]) <= 0.0) ++first;
  weigh(0, first, 1 - exact.load());
  double above = exact.load();
  while (first < order.size()) {
    const double left = static_cast<double>(order.size() - first);
    const bool is_last = left * of_those_above < in_stratum_least;
    const std::size_t end = is_last ? order.size() : first + static_cast<std::size_t>(left * of_those_above);
    const double beyond = is_last ? 0.0 : exact.share_above((work(order[end - 1]) + work(order[end])) / 2);
    weigh(std::exchange(first, end), end, above - beyond);
    above = beyond;
  }
  for (double& weight : weights) weight /= all;
  return weights;
}

// As many, each as likely.
std::vector<PlayedTimes> alike(const std::vector<PlayedTimes>& times, const std::vector<double>& weights) {
  std::vector<PlayedTimes> drawn;
  drawn.reserve(times.size());
  double until = 0.0;
  for (std::size_t place = 0; place < times.size(); ++place) {
    until += weights[place] * static_cast<double>(times.size());
    while (drawn.size() < times.size() && static_cast<double>(drawn.size()) + 0.5 < until) drawn.push_back(times[place]);
  }
  while (drawn.size() < times.size()) drawn.push_back(times.back());  // what rounding leaves
  return drawn;
}

}  // namespace

std::vector<PlayedGroup> draw_cpu(std::span<const ReplayedSource> sources, const PlayedCpu& cpu, std::size_t groups, double requests) {
  const ReplayedRow row = random_row(sources, requests);
  std::vector<PlayedGroup> played = play_batches(row, sources, cpu, groups).of_group;
  std::vector<PoissonWork> works;
  for (const ReplayedSource& source : sources) works.push_back({1.0 / source.period, source.service});
  const WorkFound exact{works, cpu.capacity};
  const std::vector<double> found = work_before(row, cpu.capacity);
  for (PlayedGroup& group : played) {
    if (!group.times.empty()) group.times = alike(group.times, weights_of(group.times, found, exact));
  }
  return played;
}

}  // namespace continuo
