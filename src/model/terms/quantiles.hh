// Quantiles of weighted samples, found without sorting them all.
#pragma once

#include <array>
#include <span>
#include <vector>

namespace continuo {

// For ascending shares in (0, 1): where the share of the whole weight lies that samples do not exceed, half of each sample's weight lying
// below it and half above, and what is between two samples being spread evenly. At least one sample, weights above 0.
std::array<double, 3> quantiles(std::span<const double> samples, std::span<const double> weights, const std::array<double, 3>& shares);

}  // namespace continuo
