// A first-in-first-out queue that keeps its memory: once it has been as long as it ever gets, it allocates nothing.
#pragma once

#include <cassert>
#include <cstddef>
#include <utility>
#include <vector>

namespace continuo {

template <typename Item>
class Ring {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  Item& front() {
    assert(size_ > 0);
    return slots_[first_];
  }
  const Item& front() const {
    assert(size_ > 0);
    return slots_[first_];
  }

  void push_back(Item item) {
    if (size_ == slots_.size()) grow();
    slots_[(first_ + size_) & (slots_.size() - 1)] = std::move(item);
    ++size_;
  }

  Item pop_front() {
    assert(size_ > 0);
    Item item = std::exchange(slots_[first_], Item{});  // what an item holds is not kept
    first_ = (first_ + 1) & (slots_.size() - 1);
    --size_;
    return item;
  }

 private:
  static constexpr std::size_t slots_min = 16;  // a power of two, as each size after it

  void grow() {
    std::vector<Item> larger(slots_.empty() ? slots_min : 2 * slots_.size());
    for (std::size_t index = 0; index < size_; ++index) larger[index] = std::move(slots_[(first_ + index) & (slots_.size() - 1)]);
    slots_ = std::move(larger);
    first_ = 0;
  }

  std::vector<Item> slots_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace continuo
