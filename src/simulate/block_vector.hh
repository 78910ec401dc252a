// A growing array that never moves what it holds.
#pragma once

#include <bit>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace continuo {

// In blocks of 64 KiB: it takes the memory that it needs, where a vector that doubles leaves its former halves with the allocator.
template <typename Thing>
class BlockVector {
 public:
  static_assert(std::is_trivially_destructible_v<Thing>);

  BlockVector() = default;
  BlockVector(const BlockVector&) = delete;
  BlockVector& operator=(const BlockVector&) = delete;
  ~BlockVector() {
    for (Thing* block : blocks_) std::allocator<Thing>{}.deallocate(block, block_size);
  }

  void push_back(Thing thing) {
    if (size_ % block_size == 0) blocks_.push_back(std::allocator<Thing>{}.allocate(block_size));
    std::construct_at(&blocks_[size_ / block_size][size_ % block_size], std::move(thing));
    ++size_;
  }
  Thing& operator[](std::size_t index) { return blocks_[index / block_size][index % block_size]; }
  const Thing& operator[](std::size_t index) const { return blocks_[index / block_size][index % block_size]; }
  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t block_size = std::bit_floor(65536 / sizeof(Thing));

  std::vector<Thing*> blocks_;
  std::size_t size_ = 0;
};

}  // namespace continuo
