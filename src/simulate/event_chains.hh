// Lists of events that share one store: what LadderQueue's buckets are made of.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "simulate/block_vector.hh"
#include "simulate/simulated_event.hh"

namespace continuo {

// A list. It belongs to the store that its events were put into.
struct EventChain {
  std::uint32_t first = 0;  // chunks
  std::uint32_t last = 0;
  std::uint32_t count = 0;  // events
};

// Chunks of eight events, two cache lines each; those of emptied lists are used again.
class EventChains {
 public:
  // Behind those that are there.
  void add(EventChain& chain, const SimulatedEvent& event) {
    const std::uint32_t slot = chain.count % chunk_size;
    if (slot == 0) {
      const std::uint32_t chunk = take_chunk();
      if (chain.count == 0) chain.first = chunk;
      else next_[chain.last] = chunk;
      chain.last = chunk;
    }
    chunks_[chain.last][slot] = event;
    ++chain.count;
  }

  // In the order in which they were added. Its chunks are free as soon as they are read: the function may add to other lists.
  template <typename Function>
  void empty(EventChain& chain, Function function) {
    std::uint32_t chunk = chain.first;
    for (std::uint32_t left = chain.count; left > 0;) {
      const Chunk events = chunks_[chunk];
      const std::uint32_t there = left < chunk_size ? left : chunk_size;
      const std::uint32_t next = next_[chunk];
      next_[chunk] = free_;
      free_ = chunk;
      for (std::uint32_t event = 0; event < there; ++event) function(events[event]);
      left -= there;
      chunk = next;
    }
    chain = {};
  }

  // For who will empty it soon: its beginning, from memory into the processor's cache.
  void fetch(const EventChain& chain) const {
    constexpr std::uint32_t most = 4 * chunk_size;
    std::uint32_t chunk = chain.first;
    for (std::uint32_t event = 0; event < std::min(chain.count, most); event += chunk_size) {
      __builtin_prefetch(&chunks_[chunk][0]);
      __builtin_prefetch(&chunks_[chunk][chunk_size / 2]);
      chunk = next_[chunk];
    }
  }

  template <typename Function>
  void for_each(const EventChain& chain, Function function) const {
    std::uint32_t chunk = chain.first;
    for (std::uint32_t event = 0; event < chain.count; ++event) {
      if (event > 0 && event % chunk_size == 0) chunk = next_[chunk];
      function(chunks_[chunk][event % chunk_size]);
    }
  }

 private:
  static constexpr std::uint32_t chunk_size = 8;
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  std::uint32_t take_chunk() {
    if (free_ == none) {
      chunks_.push_back({});
      next_.push_back(none);
      return static_cast<std::uint32_t>(chunks_.size() - 1);
    }
    const std::uint32_t chunk = free_;
    free_ = next_[chunk];
    return chunk;
  }

  struct alignas(64) Chunk : std::array<SimulatedEvent, chunk_size> {};

  BlockVector<Chunk> chunks_;
  BlockVector<std::uint32_t> next_;  // of its list, or of the free ones
  std::uint32_t free_ = none;
};

}  // namespace continuo
