// A latency histogram: percentiles to 3 significant digits in bounded memory, from every sample.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "units/time.hh"

namespace continuo {

// Log-linear buckets in the manner of HdrHistogram (Tene, 2012): 1 ns to 1 h with a relative error below 0.05 % in a
// percentile; exact count, mean, standard deviation, minimum and maximum. At most 264 KiB. Durations below 0 count as 0,
// above the range as the range's end. Two histograms merge without loss. Not thread-safe; empty: every figure is 0.
class Histogram {
 public:
  void add(Duration value, std::uint64_t times = 1);
  void merge(const Histogram& other);
  // What was added after `earlier`, a former copy of this one: its buckets are exact, so percentiles are; mean, minimum and
  // maximum are known to the resolution of the buckets.
  Histogram since(const Histogram& earlier) const;

  std::uint64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  Duration mean() const;
  Duration sd() const;  // of the population
  Duration min() const;
  Duration max() const;
  // The smallest recorded value with at least `quantile` of the samples at or below it; quantile in [0, 1].
  Duration percentile(double quantile) const;
  // Share of samples at or below `bound`, to the resolution of the buckets.
  double share_within(Duration bound) const;

  struct Bucket {
    Duration upper{};
    std::uint64_t count = 0;
  };
  // The non-empty buckets, ascending: for drawing distributions.
  std::vector<Bucket> buckets() const;

  // What the buckets do not keep exactly. With buckets() it makes the same histogram again: for reading results back.
  struct Summary {
    double mean_ns = 0.0;
    double sd_ns = 0.0;
    Duration min{};
    Duration max{};
  };
  Summary summary() const;
  static Histogram restore(const Summary& summary, std::span<const Bucket> buckets);

 private:
  std::uint64_t count_ = 0;
  double mean_ns_ = 0.0;
  double sum_of_squares_ns_ = 0.0;  // Welford's M2
  Duration min_{};
  Duration max_{};
  std::vector<std::uint64_t> counts_;  // grows to the largest bucket used
};

}  // namespace continuo
