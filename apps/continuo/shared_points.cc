#include "shared_points.hh"

#include <charconv>
#include <exception>
#include <stdexcept>
#include <string_view>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace continuo {
namespace {

constexpr std::string_view failed = "!";  // begins a reply that is no rows but the reason

std::vector<std::size_t> numbers_in(std::string_view text) {
  std::vector<std::size_t> numbers;
  while (!text.empty()) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) throw std::runtime_error("a message between the processes of a sweep was cut");
    numbers.push_back(number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.empty()) text.remove_prefix(1);
  }
  return numbers;
}

std::string reply_to(const std::string& points, const RowsOfPoints& rows) {
  try {
    return rows(numbers_in(points));
  } catch (const std::exception& error) {
    return std::string{failed} + error.what();
  }
}

}  // namespace

void serve_points(const Ranks& ranks, std::size_t threads, const SweepDigests& digests, const RowsOfPoints& rows) {
  std::vector<std::jthread> lanes;
  try {
    for (int lane = 1; lane <= static_cast<int>(threads); ++lane) {
      lanes.emplace_back([&, lane] {
        for (std::string points = ranks.receive(0, lane); !points.empty(); points = ranks.receive(0, lane)) {
          ranks.send(0, lane, reply_to(points, rows));
        }
      });
    }
  } catch (const std::exception& no_more) {  // threads are to be had; those that there are will do
    if (lanes.empty()) return tell_failed(ranks, no_more.what());
  }
  tell_ready(ranks, lanes.size(), digests);
}

SharedPoints::SharedPoints(const Ranks* ranks, std::size_t own_threads, const std::vector<Lane>& others, RowsOfPoints rows)
    : ranks_{ranks}, own_rows_{std::move(rows)}, free_(own_threads), threads_{own_threads + others.size()} {
  free_.insert(free_.end(), others.begin(), others.end());
}

std::string SharedPoints::rows(std::span<const std::size_t> points) {
  const Lane lane = take_lane();
  if (lane.rank == 0) {
    std::string rows = own_rows_(points);
    leave(lane);
    return rows;
  }
  ranks_->send(lane.rank, lane.lane, fmt::format("{}", fmt::join(points, " ")));
  std::string rows = ranks_->receive(lane.rank, lane.lane);
  leave(lane);
  if (rows.starts_with(failed)) throw std::runtime_error(fmt::format("process {} of the sweep: {}", lane.rank, rows.substr(failed.size())));
  return rows;
}

Lane SharedPoints::take_lane() {
  const std::lock_guard lock{mutex_};
  if (free_.empty()) throw std::logic_error("more threads ask for points than there are");
  const Lane lane = free_.back();
  free_.pop_back();
  return lane;
}

void SharedPoints::leave(Lane lane) {
  const std::lock_guard lock{mutex_};
  free_.push_back(lane);
}

}  // namespace continuo
