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

constexpr int threads_tag = 0;  // then a tag a lane, from 1
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

void serve_points(const Ranks& ranks, std::size_t threads, const RowsOfPoints& rows) {
  ranks.send(0, threads_tag, std::to_string(threads));
  std::vector<std::jthread> lanes;
  for (int lane = 1; lane <= static_cast<int>(threads); ++lane) {
    lanes.emplace_back([&, lane] {
      for (std::string points = ranks.receive(0, lane); !points.empty(); points = ranks.receive(0, lane)) {
        ranks.send(0, lane, reply_to(points, rows));
      }
    });
  }
}

SharedPoints::SharedPoints(const Ranks* ranks, std::size_t own_threads, RowsOfPoints rows) : ranks_{ranks}, own_rows_{std::move(rows)} {
  seats_.resize(own_threads);
  for (int rank = 1; ranks_ != nullptr && rank < ranks_->size(); ++rank) {
    const int lanes = std::stoi(ranks_->receive(rank, threads_tag));
    for (int lane = 1; lane <= lanes; ++lane) seats_.push_back({rank, lane});
  }
  free_ = seats_;
}

SharedPoints::~SharedPoints() {
  for (const Seat& seat : seats_) {
    if (seat.rank > 0) ranks_->send(seat.rank, seat.lane, "");
  }
}

std::string SharedPoints::rows(std::span<const std::size_t> points) {
  const Seat seat = take_seat();
  if (seat.rank == 0) {
    std::string rows = own_rows_(points);
    leave(seat);
    return rows;
  }
  ranks_->send(seat.rank, seat.lane, fmt::format("{}", fmt::join(points, " ")));
  std::string rows = ranks_->receive(seat.rank, seat.lane);
  leave(seat);
  if (rows.starts_with(failed)) throw std::runtime_error(fmt::format("process {} of the sweep: {}", seat.rank, rows.substr(failed.size())));
  return rows;
}

SharedPoints::Seat SharedPoints::take_seat() {
  const std::lock_guard lock{mutex_};
  if (free_.empty()) throw std::logic_error("more threads ask for points than there are");
  const Seat seat = free_.back();
  free_.pop_back();
  return seat;
}

void SharedPoints::leave(Seat seat) {
  const std::lock_guard lock{mutex_};
  free_.push_back(seat);
}

}  // namespace continuo
