// The buckets: values below 2048 ns have one each; above, each power of two is split in 1024 equal ones, so that a
// bucket's middle is within 1/2048 of every value in it.
#include "result/histogram.hh"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

namespace continuo {
namespace {

constexpr int sub_bucket_bits = 10;
constexpr std::uint64_t sub_buckets = std::uint64_t{1} << sub_bucket_bits;
constexpr std::uint64_t linear_end = 2 * sub_buckets;
constexpr std::int64_t range_end_ns = std::chrono::nanoseconds{std::chrono::hours{1}}.count();

std::uint64_t to_value(Duration duration) {
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(duration.count(), 0, range_end_ns));
}

std::size_t index_of(std::uint64_t value) {
  if (value < linear_end) return value;
  const int shift = std::bit_width(value) - 1 - sub_bucket_bits;  // at least 1
  return static_cast<std::size_t>(shift) * sub_buckets + (value >> shift);
}

struct Range {
  std::uint64_t first;
  std::uint64_t last;
};

Range range_of(std::size_t index) {
  if (index < linear_end) return {index, index};
  const std::uint64_t shift = index / sub_buckets - 1;
  const std::uint64_t first = (index - shift * sub_buckets) << shift;
  return {first, first + (std::uint64_t{1} << shift) - 1};
}

Duration middle_of(std::size_t index) {
  const Range range = range_of(index);
  return Duration{static_cast<std::int64_t>(range.first + (range.last - range.first) / 2)};
}

}  // namespace

void Histogram::add(Duration duration, std::uint64_t times) {
  if (times == 0) return;
  const std::uint64_t value = to_value(duration);
  const Duration kept{static_cast<std::int64_t>(value)};
  const std::size_t index = index_of(value);
  if (index >= counts_.size()) counts_.resize(index + 1);
  counts_[index] += times;
  min_ = count_ == 0 ? kept : std::min(min_, kept);
  max_ = count_ == 0 ? kept : std::max(max_, kept);
  count_ += times;
  const double weight = static_cast<double>(times);
  const double delta = static_cast<double>(value) - mean_ns_;
  mean_ns_ += delta * weight / static_cast<double>(count_);
  sum_of_squares_ns_ += weight * delta * (static_cast<double>(value) - mean_ns_);
}

void Histogram::merge(const Histogram& other) {
  if (other.count_ == 0) return;
  if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
  for (std::size_t index = 0; index < other.counts_.size(); ++index) counts_[index] += other.counts_[index];
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = count_ == 0 ? other.max_ : std::max(max_, other.max_);
  // Chan, Golub and LeVeque (1983): two means and M2 become one.
  const double mine = static_cast<double>(count_);
  const double theirs = static_cast<double>(other.count_);
  const double delta = other.mean_ns_ - mean_ns_;
  count_ += other.count_;
  mean_ns_ += delta * theirs / (mine + theirs);
  sum_of_squares_ns_ += other.sum_of_squares_ns_ + delta * delta * mine * theirs / (mine + theirs);
}

Histogram Histogram::since(const Histogram& earlier) const {
  Histogram later;
  for (std::size_t index = 0; index < counts_.size(); ++index) {
    const std::uint64_t before = index < earlier.counts_.size() ? earlier.counts_[index] : 0;
    assert(before <= counts_[index]);
    later.add(std::clamp(middle_of(index), min_, max_), counts_[index] - before);
  }
  return later;
}

Histogram Histogram::restore(const Summary& summary, std::span<const Bucket> buckets) {
  Histogram histogram;
  for (const Bucket& bucket : buckets) histogram.add(bucket.upper, bucket.count);
  if (histogram.empty()) return histogram;
  histogram.mean_ns_ = summary.mean_ns;
  histogram.sum_of_squares_ns_ = summary.sd_ns * summary.sd_ns * static_cast<double>(histogram.count_);
  histogram.min_ = summary.min;
  histogram.max_ = summary.max;
  return histogram;
}

Histogram::Summary Histogram::summary() const {
  const double variance = count_ == 0 ? 0.0 : std::max(0.0, sum_of_squares_ns_ / static_cast<double>(count_));
  return {mean_ns_, std::sqrt(variance), min_, max_};
}

Duration Histogram::mean() const { return from_seconds(mean_ns_ / 1e9); }
Duration Histogram::sd() const { return from_seconds(summary().sd_ns / 1e9); }
Duration Histogram::min() const { return min_; }
Duration Histogram::max() const { return max_; }

Duration Histogram::percentile(double quantile) const {
  if (count_ == 0) return Duration{};
  assert(quantile >= 0.0);
  assert(quantile <= 1.0);
  // 0.07 * 100 is 7.000000000000001 in binary: the slack undoes such excess before it costs a whole rank.
  const double wanted = std::ceil(quantile * static_cast<double>(count_) - 1e-9);
  const std::uint64_t rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::max(wanted, 1.0)), 1, count_);
  if (rank == 1) return min_;
  if (rank == count_) return max_;
  std::uint64_t seen = 0;
  for (std::size_t index = 0; index < counts_.size(); ++index) {
    seen += counts_[index];
    if (seen >= rank) return std::clamp(middle_of(index), min_, max_);
  }
  return max_;
}

double Histogram::share_within(Duration bound) const {
  if (count_ == 0 || bound < min_) return 0.0;
  if (bound >= max_) return 1.0;
  const std::size_t last = index_of(to_value(bound));
  std::uint64_t within = 0;
  for (std::size_t index = 0; index < counts_.size() && index <= last; ++index) within += counts_[index];
  return static_cast<double>(within) / static_cast<double>(count_);
}

std::vector<Histogram::Bucket> Histogram::buckets() const {
  std::vector<Bucket> filled;
  for (std::size_t index = 0; index < counts_.size(); ++index) {
    if (counts_[index] == 0) continue;
    filled.push_back({Duration{static_cast<std::int64_t>(range_of(index).last)}, counts_[index]});
  }
  return filled;
}

}  // namespace continuo
