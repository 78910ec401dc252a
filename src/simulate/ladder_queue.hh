// The future as a ladder queue: events by their time, and of those at one time in the order in which they were made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "simulate/event_chains.hh"
#include "simulate/simulated_event.hh"

namespace continuo {

// Tang, Goh and Thng, "Ladder queue: an O(1) priority queue structure for large-scale discrete event simulation", ACM TOMACS 15(3),
// 2005, with buckets whose widths are powers of two.
//
//   bottom  | rung 2 | rung 1      | rung 0                         | top
//   sorted  | a bucket of rung 1, in buckets ...   buckets          | far events, as they came
//   ----------------------------------------------------------------------------> time
//
// What is far ahead is only put down; a bucket is sorted when its time has come, or split in finer ones if it holds many. Every list
// keeps the order in which events came, and every sort is stable, so an event needs no number to come behind those of its time that were
// made before it.
class LadderQueue {
 public:
  void push(const SimulatedEvent& event);
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  // Of the first; there is one.
  Instant next() {
    if (known() == 0) refill();
    return bottom_[first_].at;
  }
  SimulatedEvent pop() {
    if (known() <= ahead_most && known() < size_) refill();
    --size_;
    return bottom_[first_++];
  }
  // The event that is `ahead` places behind the first, if it is known already; for fetching what it is about from memory. After a pop()
  // all of `ahead_most` are, if there are so many.
  static constexpr std::size_t ahead_most = 16;
  const SimulatedEvent* peek(std::size_t ahead) const {
    return first_ + ahead < bottom_.size() ? &bottom_[first_ + ahead] : nullptr;
  }

 private:
  struct Rung {
    std::vector<EventChain> buckets;
    Instant start{};
    int width_bits = 0;       // each is 2^bits ns wide; the last one takes what is beyond, too
    std::size_t current = 0;  // the first bucket that has not been taken
    std::size_t events = 0;

    std::size_t bucket_of(Instant at) const;
    bool covers(Instant at) const { return at >= start && bucket_of(at) >= current; }
  };

  std::size_t known() const { return bottom_.size() - first_; }
  void push_bottom(const SimulatedEvent& event);
  void refill();
  void take(EventChain& chain);
  void sort_into_bottom(EventChain& chain);
  void split(EventChain& chain, Instant earliest, Instant latest);

  EventChains chains_;
  EventChain top_;
  Instant top_earliest_{};
  Instant top_latest_{};
  bool has_top_start_ = false;  // false: all goes to the top
  Instant top_start_{};         // what is later goes to the top
  std::vector<Rung> rungs_;     // the first `depth_` are in use, the coarsest in front
  std::size_t depth_ = 0;
  std::vector<SimulatedEvent> bottom_;
  std::size_t first_ = 0;       // of the bottom: those before have been taken
  std::size_t size_ = 0;
};

}  // namespace continuo
