#include "model/terms/row_memory.hh"

#include <bit>
#include <cmath>
#include <utility>

#include "network/tcp_segment.hh"
#include "units/seed.hh"
#include "workload/arrivals.hh"

namespace continuo {
namespace {

constexpr std::size_t rows_most = 4096;
constexpr double intervals_an_octave = 16;

// A row goes by segments: inputs of many sizes have few numbers of them.
Bytes in_whole_segments(Bytes message, const NetworkStack& stack) {
  return Bytes::of(static_cast<std::int64_t>(segments_of(message, stack)) * tcp_segment(stack).count());
}

}  // namespace

std::size_t RowMemory::Hash::operator()(const Key& key) const {
  std::uint64_t hash = 0;
  for (const std::uint64_t part :
       {static_cast<std::uint64_t>(key.message), static_cast<std::uint64_t>(key.rate), static_cast<std::uint64_t>(key.stack),
        std::bit_cast<std::uint64_t>(key.round_trip), std::bit_cast<std::uint64_t>(key.jitter), std::bit_cast<std::uint64_t>(key.interval),
        std::bit_cast<std::uint64_t>(key.loss), static_cast<std::uint64_t>(key.length), static_cast<std::uint64_t>(key.kind)}) {
    hash = (hash ^ part) * 0x9e3779b97f4a7c15U;
    hash ^= hash >> 32;
  }
  for (const SlowStart::Other& other : key.others) hash = (hash ^ std::bit_cast<std::uint64_t>(other.interval)) * 0x9e3779b97f4a7c15U;
  return hash;
}

RowMemory::Key RowMemory::key_of(const SlowStart& path) {
  const auto [before, counted] = row_length(path);
  return {.message = path.message.count(),
          .rate = path.rate ? path.rate->bits_per_second() : 0,
          .stack = ((tcp_segment(path.stack).count() << 20) + path.stack.initial_window) * 2 + (path.stack.slow_start_after_idle ? 1 : 0),
          .round_trip = path.round_trip,
          .jitter = path.jitter,
          .interval = path.interval,
          .loss = path.loss,
          .length = (std::int64_t{before} << 32) + static_cast<std::int64_t>(counted * 64) + path.followed.rows,
          .kind = (path.periodic ? 1 : 0) + (path.one_connection ? 2 : 0) + 4 * path.opening,
          .others = path.others};
}

const FollowedRow& RowMemory::row(SlowStart path, bool any_interval) {
  if (fits_first_window(path) || path.users > 0) return openings_ = follow_row(path);
  path.message = in_whole_segments(path.message, path.stack);
  for (SlowStart::Other& other : path.others) other.message = in_whole_segments(other.message, path.stack);
  if (any_interval) path.interval = std::exp2(std::round(std::log2(path.interval) * intervals_an_octave) / intervals_an_octave);
  if (count_ == rows_most) {
    rows_.clear();
    count_ = 0;
  }
  std::vector<FollowedRow>& known = rows_[key_of(path)];
  for (const FollowedRow& row : known) {
    if (row.exchange_above < path.exchange && path.exchange <= row.exchange_most) return row;
  }
  ++count_;
  known.push_back(follow_row(path));
  return known.back();
}

std::vector<double> RowMemory::take_room() {
  if (room_.empty()) return {};
  std::vector<double> room = std::move(room_.back());
  room_.pop_back();
  return room;
}

const std::vector<Rng>& RowMemory::arrivals(const Scenario& scenario, StreamIndex stream, const NodeClass& nodes) {
  Arrivals& known = arrivals_[{stream, nodes.first}];
  const std::string& name = scenario.workload[stream].name;
  bool same = known.seed == scenario.seed && known.stream == name && known.nodes.size() == nodes.count;
  for (std::size_t member = 0; same && member < nodes.count; ++member) same = known.nodes[member] == scenario.nodes[nodes.node(member)].name;
  if (same) return known.drawn_from;
  known = {.seed = scenario.seed, .stream = name, .nodes = {}, .drawn_from = {}};
  for (std::size_t member = 0; member < nodes.count; ++member) {
    known.nodes.push_back(scenario.nodes[nodes.node(member)].name);
    known.drawn_from.push_back(arrivals_rng(scenario, stream, nodes.node(member)));
  }
  return known.drawn_from;
}

}  // namespace continuo
