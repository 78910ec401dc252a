// Sorts by a number, where thousands of values are to be sorted again and again.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace continuo {

// Ascending by key(value), a finite number; equal ones in any order. Into as many buckets as there are values, equally wide, and those with
// more than a few by comparing: linear where keys are spread, and no worse than std::sort where they are not.
template <class Value, class Key>
void bucket_sort(std::span<Value> values, Key key) {
  constexpr std::size_t few = 48;
  const auto before = [&](const Value& one, const Value& other) { return key(one) < key(other); };
  if (values.size() <= few) return std::sort(values.begin(), values.end(), before);
  double least = key(values[0]);
  double most = least;
  for (const Value& value : values) {
    const double at = key(value);
    least = at < least ? at : least;
    most = at > most ? at : most;
  }
  if (!(most > least)) return;
  const std::size_t buckets = values.size();
  const double scale = (static_cast<double>(buckets) - 0.001) / (most - least);
  const auto bucket_of = [&](const Value& value) { return static_cast<std::size_t>(static_cast<std::int64_t>((key(value) - least) * scale)); };
  std::vector<std::uint32_t> ends(buckets + 1, 0);
  for (const Value& value : values) ++ends[bucket_of(value) + 1];
  for (std::size_t bucket = 1; bucket <= buckets; ++bucket) ends[bucket] += ends[bucket - 1];
  std::vector<Value> sorted(values.size());
  for (const Value& value : values) sorted[ends[bucket_of(value)]++] = value;  // then each is where the next one begins
  std::size_t begin = 0;
  for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
    const std::size_t end = ends[bucket];
    if (end - begin > few) {
      std::sort(sorted.begin() + static_cast<std::ptrdiff_t>(begin), sorted.begin() + static_cast<std::ptrdiff_t>(end), before);
    } else {
      for (std::size_t place = begin + 1; place < end; ++place) {
        const Value moved = sorted[place];
        const double at = key(moved);
        std::size_t to = place;
        for (; to > begin && at < key(sorted[to - 1]); --to) sorted[to] = sorted[to - 1];
        sorted[to] = moved;
      }
    }
    begin = end;
  }
  std::copy(sorted.begin(), sorted.end(), values.begin());
}

}  // namespace continuo
