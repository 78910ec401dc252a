// An amount of data. No default value and no implicit conversion: the unit is always said.
#pragma once

#include <compare>
#include <cstdint>

namespace continuo {

class Bytes {
 public:
  static constexpr Bytes of(std::int64_t count) { return Bytes{count}; }
  static constexpr Bytes zero() { return Bytes{0}; }
  static constexpr Bytes kilobytes(std::int64_t count) { return Bytes{count * 1000}; }
  static constexpr Bytes kibibytes(std::int64_t count) { return Bytes{count << 10}; }
  static constexpr Bytes mebibytes(std::int64_t count) { return Bytes{count << 20}; }
  static constexpr Bytes gibibytes(std::int64_t count) { return Bytes{count << 30}; }

  constexpr std::int64_t count() const { return count_; }
  constexpr double megabytes() const { return static_cast<double>(count_) / 1e6; }

  constexpr auto operator<=>(const Bytes&) const = default;
  constexpr Bytes operator+(Bytes other) const { return Bytes{count_ + other.count_}; }
  constexpr Bytes operator-(Bytes other) const { return Bytes{count_ - other.count_}; }
  constexpr Bytes& operator+=(Bytes other) {
    count_ += other.count_;
    return *this;
  }
  constexpr Bytes& operator-=(Bytes other) {
    count_ -= other.count_;
    return *this;
  }

 private:
  constexpr explicit Bytes(std::int64_t count) : count_{count} {}
  std::int64_t count_;
};

constexpr Bytes operator""_B(unsigned long long count) { return Bytes::of(static_cast<std::int64_t>(count)); }
constexpr Bytes operator""_kB(unsigned long long count) { return Bytes::kilobytes(static_cast<std::int64_t>(count)); }
constexpr Bytes operator""_KiB(unsigned long long count) { return Bytes::kibibytes(static_cast<std::int64_t>(count)); }
constexpr Bytes operator""_MiB(unsigned long long count) { return Bytes::mebibytes(static_cast<std::int64_t>(count)); }
constexpr Bytes operator""_GiB(unsigned long long count) { return Bytes::gibibytes(static_cast<std::int64_t>(count)); }

}  // namespace continuo
