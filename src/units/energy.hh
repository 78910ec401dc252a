// Power, energy, and the only arithmetic that has a meaning for them: Power * Duration and EnergyPerBit * Bytes.
#pragma once

#include <cassert>
#include <compare>

#include "units/bytes.hh"
#include "units/time.hh"

namespace continuo {

class Energy {
 public:
  static constexpr Energy joules(double joules) { return Energy{joules}; }
  static constexpr Energy none() { return Energy{0.0}; }

  constexpr double joules() const { return joules_; }

  constexpr auto operator<=>(const Energy&) const = default;
  constexpr Energy& operator+=(Energy other) {
    joules_ += other.joules_;
    return *this;
  }

 private:
  constexpr explicit Energy(double joules) : joules_{joules} {}
  double joules_;
};

constexpr Energy operator+(Energy one, Energy other) { return one += other; }
constexpr Energy operator*(double times, Energy energy) { return Energy::joules(times * energy.joules()); }
constexpr Energy operator/(Energy energy, double parts) { return Energy::joules(energy.joules() / parts); }

class Power {
 public:
  static constexpr Power watts(double watts) {
    assert(watts >= 0);
    return Power{watts};
  }

  constexpr double watts() const { return watts_; }

  constexpr auto operator<=>(const Power&) const = default;

 private:
  constexpr explicit Power(double watts) : watts_{watts} {}
  double watts_;
};

constexpr Energy operator*(Power power, Duration time) { return Energy::joules(power.watts() * to_seconds(time)); }

// What it takes to carry a bit.
class EnergyPerBit {
 public:
  static constexpr EnergyPerBit nanojoules(double nanojoules) {
    assert(nanojoules >= 0);
    return EnergyPerBit{nanojoules};
  }

  constexpr double nanojoules() const { return nanojoules_; }

  constexpr auto operator<=>(const EnergyPerBit&) const = default;

 private:
  constexpr explicit EnergyPerBit(double nanojoules) : nanojoules_{nanojoules} {}
  double nanojoules_;
};

constexpr Energy operator*(EnergyPerBit per_bit, Bytes size) {
  return Energy::joules(per_bit.nanojoules() * 1e-9 * 8.0 * static_cast<double>(size.count()));
}

}  // namespace continuo
