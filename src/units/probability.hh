// A number in [0, 1] that says so.
#pragma once

#include <cassert>
#include <compare>

namespace continuo {

class Probability {
 public:
  static constexpr Probability of(double value) {
    assert(value >= 0.0);
    assert(value <= 1.0);
    return Probability{value};
  }
  static constexpr Probability never() { return Probability{0.0}; }
  static constexpr Probability always() { return Probability{1.0}; }

  constexpr double value() const { return value_; }
  constexpr auto operator<=>(const Probability&) const = default;

 private:
  constexpr explicit Probability(double value) : value_{value} {}
  double value_;
};

}  // namespace continuo
