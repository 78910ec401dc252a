// Which lanes join two nodes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "units/seed.hh"

namespace continuo {

// Open addressing with linear probing, at most three quarters full: it holds numbers alone and asks its owner for the pair that one
// stands for. Eight bytes a pair at a million of them, where a map has eighty.
class LaneTable {
 public:
  using Pair = std::pair<std::uint32_t, std::uint32_t>;

  // `pair_of(number)`: of a number that was put in.
  template <typename PairOf>
  std::optional<std::uint32_t> find(Pair pair, PairOf pair_of) const {
    if (slots_.empty()) return std::nullopt;
    for (std::size_t slot = home(pair);; slot = next(slot)) {
      if (slots_[slot] == none) return std::nullopt;
      if (pair_of(slots_[slot]) == pair) return slots_[slot];
    }
  }
  // The pair is not there yet.
  template <typename PairOf>
  void insert(Pair pair, std::uint32_t number, PairOf pair_of) {
    if (4 * (used_ + 1) > 3 * slots_.size()) grow(pair_of);
    ++used_;
    place(pair, number);
  }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr std::size_t smallest = 16;  // slots; always a power of two

  std::size_t home(Pair pair) const {
    return Seed::mix((std::uint64_t{pair.first} << 32) + pair.second) & (slots_.size() - 1);
  }
  std::size_t next(std::size_t slot) const { return (slot + 1) & (slots_.size() - 1); }
  void place(Pair pair, std::uint32_t number) {
    std::size_t slot = home(pair);
    while (slots_[slot] != none) slot = next(slot);
    slots_[slot] = number;
  }
  template <typename PairOf>
  void grow(PairOf pair_of) {
    const std::vector<std::uint32_t> before = std::exchange(slots_, std::vector<std::uint32_t>(std::max(smallest, 2 * slots_.size()), none));
    for (const std::uint32_t number : before) {
      if (number != none) place(pair_of(number), number);
    }
  }

  std::vector<std::uint32_t> slots_;
  std::size_t used_ = 0;
};

}  // namespace continuo
