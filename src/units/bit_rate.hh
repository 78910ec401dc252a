// A data rate, and the only arithmetic that has a meaning for it: Bytes / BitRate and BitRate * Duration.
#pragma once

#include <cassert>
#include <compare>
#include <cstdint>

#include "units/bytes.hh"
#include "units/time.hh"

namespace continuo {

class BitRate {
 public:
  // Rates are positive: a link that is down is a state, not a rate of zero.
  static constexpr BitRate bits_per_second(std::int64_t bits) {
    assert(bits > 0);
    return BitRate{bits};
  }
  static constexpr BitRate megabits_per_second(double megabits) {
    return bits_per_second(static_cast<std::int64_t>(megabits * 1e6 + 0.5));
  }

  constexpr std::int64_t bits_per_second() const { return bits_; }
  constexpr double megabits_per_second() const { return static_cast<double>(bits_) / 1e6; }

  constexpr auto operator<=>(const BitRate&) const = default;

 private:
  constexpr explicit BitRate(std::int64_t bits) : bits_{bits} {}
  std::int64_t bits_;
};

constexpr BitRate operator""_bps(unsigned long long bits) {
  return BitRate::bits_per_second(static_cast<std::int64_t>(bits));
}
constexpr BitRate operator""_Mbps(unsigned long long megabits) {
  return BitRate::bits_per_second(static_cast<std::int64_t>(megabits) * 1'000'000);
}
constexpr BitRate operator""_Mbps(long double megabits) {
  return BitRate::megabits_per_second(static_cast<double>(megabits));
}

// Transmission time, rounded up to a whole nanosecond: a link is never faster than its rate. Computed in 128 bits, since
// size * 8 * 10^9 leaves 64 bits at 1.15 GB, the size of a larger model's weights.
constexpr Duration operator/(Bytes size, BitRate rate) {
  __extension__ using Wide = __int128;
  const Wide bit_nanoseconds = static_cast<Wide>(size.count()) * 8 * 1'000'000'000;
  const Wide rounded_up = (bit_nanoseconds + rate.bits_per_second() - 1) / rate.bits_per_second();
  return Duration{static_cast<std::int64_t>(rounded_up)};
}

// What a link carries in a time, rounded down to whole bytes.
constexpr Bytes operator*(BitRate rate, Duration time) {
  __extension__ using Wide = __int128;
  const Wide bits = static_cast<Wide>(rate.bits_per_second()) * time.count() / 1'000'000'000;
  return Bytes::of(static_cast<std::int64_t>(bits / 8));
}

}  // namespace continuo
