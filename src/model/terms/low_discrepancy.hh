// Points that fill a cube evenly, one coordinate a random term: a distribution of a sum is found at far fewer of them than by chance.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include <boost/math/special_functions/erf.hpp>

namespace continuo {

// Richtmyer's sequence: fractional parts of multiples of the square roots of primes. Coordinates lie within (0, 1).
template <std::size_t dimensions>
class LowDiscrepancy {
 public:
  std::array<double, dimensions> next() {
    static constexpr std::array<double, 7> primes{2, 3, 5, 7, 11, 13, 17};
    static_assert(dimensions <= primes.size());
    ++index_;
    std::array<double, dimensions> point{};
    for (std::size_t axis = 0; axis < dimensions; ++axis) {
      const double multiple = index_ * std::sqrt(primes[axis]);
      point[axis] = std::clamp(multiple - std::floor(multiple), 1e-9, 1 - 1e-9);
    }
    return point;
  }

 private:
  double index_ = 0;
};

// Of the standard normal distribution; probability in (0, 1).
inline double normal_quantile(double probability) {
  using namespace boost::math::policies;
  const policy<promote_double<false>> plain;
  return -std::sqrt(2.0) * boost::math::erfc_inv(2.0 * probability, plain);
}

}  // namespace continuo
