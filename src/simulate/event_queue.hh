// The future: events by their time, and of those at one time in the order in which they were made.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "units/time.hh"

namespace continuo {

enum class EventKind : std::uint32_t {
  arrival,   // of a source's next request
  sent,      // a request is ready for the network
  parcel,    // has crossed a link that has no state
  hop,       // a link has something to hand over
  window,    // an acknowledgement lets a message go on
  resend,    // a lost parcel is sent again
  finish,    // a server's next job ends
  back,      // a refusal has reached the node that routed the request
  lease,     // of a node that has fallen silent: it has run out
  report,    // a serving node tells the others how busy it is
  change,    // an event of the scenario
};

struct SimulatedEvent {
  Instant at{};
  std::uint64_t order = 0;
  EventKind kind = EventKind::arrival;
  std::uint32_t index = 0;  // what it is about

  bool is_before(const SimulatedEvent& other) const { return at != other.at ? at < other.at : order < other.order; }
};

// A heap with four children a node: half as deep as one with two, and the children of a node lie side by side in memory.
class EventQueue {
 public:
  void push(Instant at, EventKind kind, std::uint32_t index) {
    heap_.push_back({at, ++order_, kind, index});
    rise(heap_.size() - 1);
  }
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  Instant next() const { return heap_.front().at; }
  SimulatedEvent pop() {
    SimulatedEvent first = heap_.front();
    heap_.front() = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sink();
    return first;
  }

 private:
  static constexpr std::size_t children = 4;

  void rise(std::size_t place) {
    const SimulatedEvent event = heap_[place];
    while (place > 0) {
      const std::size_t parent = (place - 1) / children;
      if (!event.is_before(heap_[parent])) break;
      heap_[place] = heap_[parent];
      place = parent;
    }
    heap_[place] = event;
  }

  void sink() {
    const SimulatedEvent event = heap_.front();
    std::size_t place = 0;
    for (;;) {
      const std::size_t first = children * place + 1;
      if (first >= heap_.size()) break;
      std::size_t least = first;
      for (std::size_t child = first + 1; child < std::min(first + children, heap_.size()); ++child) {
        if (heap_[child].is_before(heap_[least])) least = child;
      }
      if (!heap_[least].is_before(event)) break;
      heap_[place] = heap_[least];
      place = least;
    }
    heap_[place] = event;
  }

  std::vector<SimulatedEvent> heap_;
  std::uint64_t order_ = 0;
};

}  // namespace continuo
