// How long packets waited before transmission: a distribution small enough to keep one for every path.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <functional>

#include "units/time.hh"

namespace continuo {

// Bucket 0 holds what did not wait a microsecond, bucket n what waited less than 2^n us and at least half of that. Pure.
class WaitingTimes {
 public:
  static constexpr std::size_t buckets = 32;  // the last begins at 18 minutes

  static constexpr std::size_t bucket_of(Duration waited) {
    const auto microseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(0, waited.count() / 1000));
    return std::min<std::size_t>(buckets - 1, static_cast<std::size_t>(std::bit_width(microseconds)));
  }
  // What is in a bucket waited less than this.
  static constexpr Duration upper_of(std::size_t bucket) { return std::chrono::microseconds{std::int64_t{1} << bucket}; }

  void add(Duration waited) { ++counts_[bucket_of(waited)]; }
  WaitingTimes& operator+=(const WaitingTimes& more) {
    std::ranges::transform(counts_, more.counts_, counts_.begin(), std::plus<>{});
    return *this;
  }
  // What was added after `earlier`, a former copy.
  WaitingTimes since(const WaitingTimes& earlier) const {
    WaitingTimes later = *this;
    std::ranges::transform(counts_, earlier.counts_, later.counts_.begin(), std::minus<>{});
    return later;
  }
  const std::array<std::uint64_t, buckets>& counts() const { return counts_; }
  // At least `quantile` of the packets waited less than this; 0 without packets.
  Duration below(double quantile) const {
    std::uint64_t all = 0;
    for (const std::uint64_t count : counts_) {
      all += count;
    }
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets && all > 0; ++bucket) {
      seen += counts_[bucket];
      if (static_cast<double>(seen) >= quantile * static_cast<double>(all)) {
        return upper_of(bucket);
      }
    }
    return Duration::zero();
  }

 private:
  std::array<std::uint64_t, buckets> counts_{};
};

}  // namespace continuo
