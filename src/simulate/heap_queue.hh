// The future as a heap: events by their time, and of those at one time in the order in which they were made.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "simulate/simulated_event.hh"

namespace continuo {

// Four children a node: half as deep as a heap with two, and the children of a node lie side by side in memory. What LadderQueue is
// compared with.
class HeapQueue {
 public:
  void push(const SimulatedEvent& event) {
    heap_.push_back({event, ++order_});
    rise(heap_.size() - 1);
  }
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  // Of the first; there is one.
  Instant next() const { return heap_.front().event.at; }
  SimulatedEvent pop() {
    const SimulatedEvent first = heap_.front().event;
    heap_.front() = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sink();
    return first;
  }

 private:
  static constexpr std::size_t children = 4;

  struct Held {
    SimulatedEvent event;
    std::uint64_t order = 0;

    bool is_before(const Held& other) const { return event.at != other.event.at ? event.at < other.event.at : order < other.order; }
  };

  void rise(std::size_t place) {
    const Held held = heap_[place];
    while (place > 0) {
      const std::size_t parent = (place - 1) / children;
      if (!held.is_before(heap_[parent])) break;
      heap_[place] = heap_[parent];
      place = parent;
    }
    heap_[place] = held;
  }

  void sink() {
    const Held held = heap_.front();
    std::size_t place = 0;
    for (;;) {
      const std::size_t first = children * place + 1;
      if (first >= heap_.size()) break;
      std::size_t least = first;
      for (std::size_t child = first + 1; child < std::min(first + children, heap_.size()); ++child) {
        if (heap_[child].is_before(heap_[least])) least = child;
      }
      if (!heap_[least].is_before(held)) break;
      heap_[place] = heap_[least];
      place = least;
    }
    heap_[place] = held;
  }

  std::vector<Held> heap_;
  std::uint64_t order_ = 0;
};

}  // namespace continuo
