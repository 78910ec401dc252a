#include "model/terms/quantiles.hh"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace continuo {
namespace {

constexpr std::size_t bins = 512;

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

}  // namespace

std::array<double, 3> quantiles(std::span<const double> samples, std::span<const double> weights, const std::array<double, 3>& shares) {
  double least = samples[0];
  double most = samples[0];
  for (const double sample : samples) {
    least = std::min(least, sample);
    most = std::max(most, sample);
  }
  if (most <= least) return {least, least, least};
  const double scale = (bins - 0.001) / (most - least);
  std::vector<std::uint16_t> bin_of(samples.size());
  std::array<double, bins> filled{};
  for (std::size_t index = 0; index < samples.size(); ++index) {
    bin_of[index] = static_cast<std::uint16_t>((samples[index] - least) * scale);
    filled[bin_of[index]] += weights[index];
  }
  double all = 0.0;
  for (const double weight : filled) all += weight;

  std::array<double, 3> found{};
  std::vector<std::pair<double, double>> near;  // of the bin that the quantile lies in and of the filled ones next to it
  double below = 0.0;                           // weight before `bin`
  std::size_t bin = 0;
  for (std::size_t index = 0; index < shares.size(); ++index) {
    const double wanted = shares[index] * all;
    while (bin + 1 < bins && below + filled[bin] < wanted) below += filled[bin++];
    std::size_t first = bin;
    std::size_t last = bin;
    while (first > 0 && (first == bin || filled[first] <= 0.0)) --first;
    while (last + 1 < bins && (last == bin || filled[last] <= 0.0)) ++last;
    double before = below;
    for (std::size_t one = first; one < bin; ++one) before -= filled[one];
    near.clear();
    for (std::size_t sample = 0; sample < samples.size(); ++sample) {
      if (bin_of[sample] >= first && bin_of[sample] <= last) near.emplace_back(samples[sample], weights[sample]);
    }
    std::ranges::sort(near);
    found[index] = interpolate(near, before, wanted);
  }
  return found;
}

}  // namespace continuo
