// Things that come and go, each with a number while it is there.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "simulate/block_vector.hh"

namespace continuo {

// Numbers of what has gone are given again. Allocates only when more are there than ever before.
template <typename Thing>
class Slab {
 public:
  std::uint32_t put(Thing thing) {
    if (free_.empty()) {
      things_.push_back(std::move(thing));
      return static_cast<std::uint32_t>(things_.size() - 1);
    }
    const std::uint32_t index = free_.back();
    free_.pop_back();
    things_[index] = std::move(thing);
    return index;
  }
  Thing take(std::uint32_t index) {
    free_.push_back(index);
    return std::move(things_[index]);
  }
  Thing& operator[](std::uint32_t index) { return things_[index]; }
  const Thing& operator[](std::uint32_t index) const { return things_[index]; }
  // Of all that are there, ascending.
  std::vector<std::uint32_t> numbers() const {
    std::vector<bool> is_there(things_.size(), true);
    for (const std::uint32_t gone : free_) is_there[gone] = false;
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t number = 0; number < things_.size(); ++number) {
      if (is_there[number]) numbers.push_back(number);
    }
    return numbers;
  }
  std::size_t size() const { return things_.size() - free_.size(); }

 private:
  BlockVector<Thing> things_;
  std::vector<std::uint32_t> free_;
};

}  // namespace continuo
