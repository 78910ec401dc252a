#include "scenario/delay_table.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "scenario/data_lines.hh"
#include "scenario/fields.hh"

namespace continuo {

DelayTable::DelayTable(std::vector<Duration> delays) : sorted_{std::move(delays)}, mean_{}, sd_{} {
  assert(!sorted_.empty());
  std::ranges::sort(sorted_);
  assert(sorted_.front() >= Duration::zero());
  mean_ = sorted_.front();
  if (sorted_.size() == 1) return;
  // Of what quantile() gives: each stretch between neighbours is as likely as the next, and uniform within.
  double sum = 0.0;
  double squares = 0.0;
  const double origin = to_seconds(sorted_.front());  // so that a small spread about a large delay keeps its digits
  for (std::size_t index = 1; index < sorted_.size(); ++index) {
    const double one = to_seconds(sorted_[index - 1]) - origin;
    const double other = to_seconds(sorted_[index]) - origin;
    sum += (one + other) / 2.0;
    squares += (one * one + one * other + other * other) / 3.0;
  }
  const auto stretches = static_cast<double>(sorted_.size() - 1);
  const double mean = sum / stretches;
  mean_ += from_seconds(mean);
  sd_ = from_seconds(std::sqrt(std::max(0.0, squares / stretches - mean * mean)));
}

Duration DelayTable::quantile(double quantile) const {
  const double place = std::clamp(quantile, 0.0, 1.0) * static_cast<double>(sorted_.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= sorted_.size()) return sorted_.back();
  const auto stretch = static_cast<double>((sorted_[below + 1] - sorted_[below]).count());
  return sorted_[below] + Duration{std::llround(stretch * (place - static_cast<double>(below)))};
}

std::variant<DelayTable, std::string> parse_delay_table(std::string_view text) {
  constexpr std::size_t delays_max = 1'000'000;
  constexpr double delay_max_ms = 60'000.0;
  if (looks_binary(text)) return std::string{"this is not a text file"};
  std::vector<Duration> delays;
  DataLines lines{text};
  while (const auto line = lines.next()) {
    const auto milliseconds = line->count == 1 ? number_in<double>(line->words[0]) : std::nullopt;
    if (!milliseconds) {
      return fmt::format("line {}: {} is not one number of milliseconds", line->number,
                         line->count == 1 ? in_quotes(line->words[0]) : "a line of several words");
    }
    if (!(*milliseconds >= 0.0 && *milliseconds <= delay_max_ms)) {
      return fmt::format("line {}: {} ms is out of range: write 0 to {}", line->number, *milliseconds, delay_max_ms);
    }
    if (delays.size() == delays_max) return fmt::format("line {}: more than {} delays", line->number, delays_max);
    delays.push_back(from_milliseconds(*milliseconds));
  }
  if (delays.empty()) return std::string{"the file has no line with a number"};
  return DelayTable{std::move(delays)};
}

}  // namespace continuo
