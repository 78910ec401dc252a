#include "model/terms/quantiles.hh"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace continuo {
namespace {

constexpr std::size_t bins = 256;
constexpr std::size_t group = 16;  // bins that are passed over together

// Ascending samples with their weights, of which `below` lies before the first.
double interpolate(std::span<const std::pair<double, double>> sorted, double below, double wanted) {
  double up_to = below;
  double last = sorted.front().first;
  double last_middle = below;
  for (const auto& [sample, weight] : sorted) {
    const double middle = up_to + weight / 2;
    if (middle >= wanted) {
      const double part = middle > last_middle ? (wanted - last_middle) / (middle - last_middle) : 1.0;
      return last + (sample - last) * std::clamp(part, 0.0, 1.0);
    }
    up_to += weight;
    last = sample;
    last_middle = middle;
  }
  return last;
}

using Filled = std::array<double, bins>;

// The bin that a quantile lies in, and those next to it that are not empty.
struct Neighbourhood {
  std::size_t first = 0;
  std::size_t last = 0;
  double below = 0.0;  // weight before the first
};

Neighbourhood neighbourhood(const Filled& filled, std::size_t bin, double below) {
  Neighbourhood found{bin, bin, below};
  while (found.first > 0 && (found.first == bin || filled[found.first] <= 0.0)) found.below -= filled[--found.first];
  while (found.last + 1 < bins && (found.last == bin || filled[found.last] <= 0.0)) ++found.last;
  return found;
}

// In lanes, for the processor compares several at once.
std::pair<double, double> range_of(std::span<const double> samples) {
  constexpr std::size_t lanes = 8;
  std::array<double, lanes> least;
  std::array<double, lanes> most;
  least.fill(samples[0]);
  most.fill(samples[0]);
  const std::size_t whole = samples.size() / lanes * lanes;
  for (std::size_t index = 0; index < whole; index += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const double sample = samples[index + lane];
      least[lane] = sample < least[lane] ? sample : least[lane];
      most[lane] = sample > most[lane] ? sample : most[lane];
    }
  }
  for (std::size_t index = whole; index < samples.size(); ++index) {
    least[0] = std::min(least[0], samples[index]);
    most[0] = std::max(most[0], samples[index]);
  }
  return {*std::ranges::min_element(least), *std::ranges::max_element(most)};
}

// Every other sample into bins of its own: neighbours are often of one bin, and would wait for each other's sums.
void fill(std::span<const std::uint32_t> bin_of, std::span<const double> weights, Filled& filled) {
  Filled odd{};
  const std::size_t even = bin_of.size() / 2 * 2;
  for (std::size_t index = 0; index < even; index += 2) {
    filled[bin_of[index]] += weights[index];
    odd[bin_of[index + 1]] += weights[index + 1];
  }
  if (even < bin_of.size()) filled[bin_of[even]] += weights[even];
  for (std::size_t bin = 0; bin < bins; ++bin) filled[bin] += odd[bin];
}

}  // namespace

std::array<double, 3> quantiles(std::span<const double> samples, std::span<const double> weights, const std::array<double, 3>& shares) {
  const auto [least, most] = range_of(samples);
  if (most <= least) return {least, least, least};
  const double scale = (bins - 0.001) / (most - least);
  std::vector<std::uint32_t> places(2 * samples.size());
  const std::span<std::uint32_t> bin_of = std::span{places}.first(samples.size());
  for (std::size_t index = 0; index < samples.size(); ++index) {
    bin_of[index] = static_cast<std::uint32_t>(static_cast<std::int32_t>((samples[index] - least) * scale));
  }
  Filled filled{};
  fill(bin_of, weights, filled);
  std::array<double, bins / group> groups;
  for (std::size_t one = 0; one < groups.size(); ++one) groups[one] = std::reduce(&filled[one * group], &filled[one * group] + group);
  const double all = std::reduce(groups.begin(), groups.end());

  std::array<Neighbourhood, 3> around;
  double below = 0.0;
  std::size_t bin = 0;
  std::array<std::uint8_t, bins> wanted_by{};  // bit by bit
  for (std::size_t index = 0; index < shares.size(); ++index) {
    const double wanted = shares[index] * all;
    while (bin + 1 < bins) {
      const bool skips = bin % group == 0 && bin + group < bins && below + groups[bin / group] < wanted;
      if (!skips && below + filled[bin] >= wanted) break;
      below += skips ? groups[bin / group] : filled[bin];
      bin += skips ? group : 1;
    }
    around[index] = neighbourhood(filled, bin, below);
    for (std::size_t one = around[index].first; one <= around[index].last; ++one) wanted_by[one] |= static_cast<std::uint8_t>(1U << index);
  }
  const std::span<std::uint32_t> near = std::span{places}.last(samples.size());
  std::size_t found_near = 0;
  for (std::uint32_t index = 0; index < samples.size(); ++index) {  // without a branch: which are near is hard to foresee
    near[found_near] = index;
    found_near += wanted_by[bin_of[index]] != 0 ? 1 : 0;
  }
  std::array<double, 3> found{};
  std::vector<std::pair<double, double>> sorted;
  sorted.reserve(found_near);
  for (std::size_t share = 0; share < shares.size(); ++share) {
    sorted.clear();
    for (const std::uint32_t index : near.first(found_near)) {
      if ((wanted_by[bin_of[index]] >> share & 1U) != 0) sorted.emplace_back(samples[index], weights[index]);
    }
    std::sort(sorted.begin(), sorted.end());
    found[share] = interpolate(sorted, around[share].below, shares[share] * all);
  }
  return found;
}

}  // namespace continuo
