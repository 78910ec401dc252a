#include "model/terms/quantiles.hh"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace continuo {
namespace {

constexpr std::size_t bins = 256;

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
  std::vector<std::pair<double, double>> samples{};
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

}  // namespace

std::array<double, 3> quantiles(std::span<const double> samples, std::span<const double> weights, const std::array<double, 3>& shares) {
  const auto [least, most] = range_of(samples);
  if (most <= least) return {least, least, least};
  const double scale = (bins - 0.001) / (most - least);
  std::vector<std::uint32_t> bin_of(samples.size());
  for (std::size_t index = 0; index < samples.size(); ++index) {
    bin_of[index] = static_cast<std::uint32_t>(static_cast<std::int32_t>((samples[index] - least) * scale));
  }
  Filled filled{};
  for (std::size_t index = 0; index < samples.size(); ++index) filled[bin_of[index]] += weights[index];
  double all = 0.0;
  for (const double weight : filled) all += weight;

  std::array<Neighbourhood, 3> around;
  double below = 0.0;
  std::size_t bin = 0;
  std::array<std::uint8_t, bins> wanted_by{};  // bit by bit
  for (std::size_t index = 0; index < shares.size(); ++index) {
    while (bin + 1 < bins && below + filled[bin] < shares[index] * all) below += filled[bin++];
    around[index] = neighbourhood(filled, bin, below);
    around[index].samples.reserve(64);
    for (std::size_t one = around[index].first; one <= around[index].last; ++one) wanted_by[one] |= static_cast<std::uint8_t>(1U << index);
  }
  for (std::size_t index = 0; index < samples.size(); ++index) {
    const unsigned wanted = wanted_by[bin_of[index]];
    if (wanted == 0) continue;
    for (std::size_t share = 0; share < around.size(); ++share) {
      if ((wanted >> share & 1U) != 0) around[share].samples.emplace_back(samples[index], weights[index]);
    }
  }
  std::array<double, 3> found{};
  for (std::size_t index = 0; index < shares.size(); ++index) {
    std::ranges::sort(around[index].samples);
    found[index] = interpolate(around[index].samples, around[index].below, shares[index] * all);
  }
  return found;
}

}  // namespace continuo
