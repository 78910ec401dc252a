// All the nodes that send one stream, in as little memory as a million of them allow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "scenario/scenario.hh"
#include "units/rng.hh"

namespace continuo {

// The arrivals of workload/schedule.hh and workload/user.hh, for whoever keeps the time of each source's next one himself: a periodic
// source needs nothing else, a Poisson one or a user its random stream (56 bytes). A source is the place of a node in the stream's tier, from
// 0; in a closed loop each node has as many sources, one behind the other, as it has users.
class StreamSources {
 public:
  // The scenario must outlive it.
  StreamSources(const Scenario& scenario, StreamIndex stream);

  std::size_t size() const { return size_; }
  std::size_t nodes() const { return rank(size_); }
  // Of the source's node in its tier.
  std::size_t rank(std::size_t source) const { return loop_ ? source / static_cast<std::size_t>(loop_->users) : source; }
  NodeIndex node(std::size_t source) const { return first_node_ + rank(source); }
  bool is_closed() const { return loop_.has_value(); }

  // Of this source, to be asked once. Nothing: it sends nothing.
  std::optional<Instant> first(std::size_t source);
  // The arrival behind that at `at`, to be asked once for each. Nothing: it was the last. Not of a closed loop.
  std::optional<Instant> after(std::size_t source, Instant at);
  // Of a closed loop: the arrival after one that was answered, or failed, at `ended`.
  std::optional<Instant> after_end(std::size_t source, Instant ended, bool failed);
  // Index into Stream::inputs of the arrival at `at`, the one that first() or after() gave last; 0 if there are none.
  std::size_t input(std::size_t source, Instant at) const;

 private:
  struct Drawn {
    Rng rng;
    std::uint64_t sequence = 0;  // of the arrival that was given last
  };

  std::optional<Instant> within(Instant at) const { return at < end_ ? std::optional{at} : std::nullopt; }

  const Scenario& scenario_;
  StreamIndex stream_;
  std::size_t size_;
  NodeIndex first_node_;
  Instant start_;
  Instant end_;
  std::optional<Duration> interval_;  // nothing: not periodic
  std::optional<ClosedLoop> loop_;
  std::vector<Drawn> drawn_;          // by source; of a periodic stream empty
};

}  // namespace continuo
