#include "workload/stream_sources.hh"

#include <algorithm>
#include <utility>

#include "workload/arrivals.hh"
#include "workload/user.hh"

namespace continuo {

StreamSources::StreamSources(const Scenario& scenario, StreamIndex stream)
    : scenario_{scenario},
      stream_{stream},
      size_{static_cast<std::size_t>(std::ranges::count(scenario.nodes, scenario.workload.at(stream).from, &Node::tier))},
      first_node_{continuo::first_node(scenario, scenario.workload.at(stream).from)},
      start_{scenario_start + scenario.workload.at(stream).start},
      end_{start_ + scenario.workload.at(stream).duration} {
  if (const auto* periodic = std::get_if<Periodic>(&scenario.workload.at(stream).arrivals)) {
    interval_ = periodic->interval;
    return;
  }
  if (const auto* loop = std::get_if<ClosedLoop>(&scenario.workload.at(stream).arrivals)) {
    loop_ = *loop;
    const auto users = static_cast<std::size_t>(loop->users);
    size_ *= users;
    drawn_.reserve(size_);
    for (std::size_t source = 0; source < size_; ++source) {
      drawn_.push_back({.rng = user_rng(scenario, stream, node(source), source % users), .sequence = source % users});
    }
    return;
  }
  drawn_.reserve(size_);
  for (std::size_t source = 0; source < size_; ++source) drawn_.push_back({.rng = arrivals_rng(scenario, stream, node(source))});
}

std::optional<Instant> StreamSources::first(std::size_t source) {
  const Arrivals& arrivals = scenario_.workload[stream_].arrivals;
  if (loop_) return within(start_ + thinking_time(*loop_, true, drawn_[source].rng));
  if (!interval_) return within(start_ + first_gap(arrivals, drawn_[source].rng));
  Rng rng = arrivals_rng(scenario_, stream_, node(source));
  return within(start_ + first_gap(arrivals, rng));
}

std::optional<Instant> StreamSources::after(std::size_t source, Instant at) {
  if (interval_) return within(at + *interval_);
  Drawn& drawn = drawn_[source];
  ++drawn.sequence;
  return within(at + gap(scenario_.workload[stream_].arrivals, drawn.rng));
}

std::optional<Instant> StreamSources::after_end(std::size_t source, Instant ended, bool failed) {
  Drawn& drawn = drawn_[source];
  drawn.sequence += static_cast<std::uint64_t>(loop_->users);
  const Duration pause = thinking_time(*loop_, false, drawn.rng);
  return within(ended + (failed ? std::max(pause, after_failure) : pause));
}

std::size_t StreamSources::input(std::size_t source, Instant at) const {
  const std::size_t inputs = scenario_.workload[stream_].inputs.size();
  if (inputs == 0) return 0;
  // The phase of a periodic source is shorter than its interval: whole intervals count the arrivals before this one.
  const std::uint64_t sequence = interval_ ? static_cast<std::uint64_t>((at - start_) / *interval_) : drawn_[source].sequence;
  return (first_input(scenario_, stream_, rank(source)) + sequence) % inputs;
}

}  // namespace continuo
