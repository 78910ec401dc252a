#include "scenario/capacity_trace.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "scenario/data_lines.hh"
#include "scenario/fields.hh"

namespace continuo {

namespace {

constexpr std::size_t text_size_max = std::size_t{128} << 20;
constexpr std::size_t lines_max = 10'000'000;
constexpr std::int64_t stamp_max_ms = 3'600'000'000;  // 1000 hours
constexpr double rate_max_mbit = 1e6;

using Parsed = std::variant<CapacityTrace, std::string>;

std::string at_line(const DataLines::Line& line, const std::string& message) {
  return fmt::format("line {}: {}", line.number, message);
}

BitRate mean_of(double bits, Duration period) {
  return BitRate::bits_per_second(std::max<std::int64_t>(1, std::llround(bits / to_seconds(period))));
}

BitRate mean_of(const Opportunities& opportunities) {
  const double bits = static_cast<double>(opportunities.at.size()) * static_cast<double>(Opportunities::size.count()) * 8.0;
  return mean_of(bits, opportunities.at.back());
}

double bits_in_a_period(const RateSteps& trace) {
  double bits = 0.0;
  for (std::size_t index = 0; index < trace.steps.size(); ++index) {
    const Duration end = index + 1 < trace.steps.size() ? trace.steps[index + 1].from : trace.period;
    const auto& rate = trace.steps[index].rate;
    if (rate) bits += static_cast<double>(rate->bits_per_second()) * to_seconds(end - trace.steps[index].from);
  }
  return bits;
}

BitRate mean_of(const RateSteps& trace) { return mean_of(bits_in_a_period(trace), trace.period); }

Parsed parse_opportunities(DataLines& lines, std::optional<DataLines::Line> line) {
  Opportunities trace;
  std::int64_t before = 0;
  for (; line; line = lines.next()) {
    const auto stamp = line->count == 1 ? number_in<std::int64_t>(line->words[0]) : std::nullopt;
    if (!stamp) {
      return at_line(*line, fmt::format("{} is no whole number of milliseconds, as the lines before are",
                                        line->count == 1 ? in_quotes(line->words[0]) : "a line of several words"));
    }
    if (*stamp < 0 || *stamp > stamp_max_ms) {
      return at_line(*line, fmt::format("{} ms is out of range: write 0 to {}", *stamp, stamp_max_ms));
    }
    if (*stamp < before) return at_line(*line, fmt::format("{} ms comes after {} ms: times must not descend", *stamp, before));
    if (trace.at.size() == lines_max) return at_line(*line, fmt::format("more than {} lines", lines_max));
    before = *stamp;
    trace.at.push_back(std::chrono::milliseconds{*stamp});
  }
  if (before == 0) return std::string{"the last time is 0 ms, so that the trace takes no time: it must be above 0"};
  return Parsed{std::in_place_type<CapacityTrace>, std::move(trace)};
}

Parsed parse_steps(DataLines& lines, std::optional<DataLines::Line> line) {
  RateSteps trace;
  bool carries = false;
  for (; line; line = lines.next()) {
    const auto seconds = number_in<double>(line->words[0]);
    const auto megabits = line->count == 2 ? number_in<double>(line->words[1]) : std::nullopt;
    if (!seconds || !megabits) return at_line(*line, "this is not a line of two numbers, seconds and Mbit/s, as the lines before are");
    if (!(*seconds >= 0 && *seconds <= static_cast<double>(stamp_max_ms) / 1e3)) {
      return at_line(*line, fmt::format("{} s is out of range: write 0 to {}", *seconds, stamp_max_ms / 1000));
    }
    // Below 1 bit/s there is no rate but 0.
    if (!(*megabits == 0.0 || (*megabits >= 1e-6 && *megabits <= rate_max_mbit))) {
      return at_line(*line, fmt::format("{} Mbit/s is out of range: write 0, or 0.000001 to {}", *megabits, rate_max_mbit));
    }
    const Duration from = from_seconds(*seconds);
    if (trace.steps.empty() && from != Duration::zero()) {
      return at_line(*line, fmt::format("the trace begins at {} s: its first line must be at 0 s", *seconds));
    }
    if (!trace.steps.empty() && from <= trace.steps.back().from) {
      return at_line(*line, fmt::format("{} s does not come after {} s: times must ascend", *seconds,
                                        to_seconds(trace.steps.back().from)));
    }
    if (trace.steps.size() == lines_max) return at_line(*line, fmt::format("more than {} lines", lines_max));
    carries = carries || *megabits > 0;
    trace.steps.push_back({from, *megabits > 0 ? std::optional{BitRate::megabits_per_second(*megabits)} : std::nullopt});
  }
  if (!carries) return std::string{"every rate is 0: a link that never carries anything is a partition"};
  const auto others = static_cast<std::int64_t>(trace.steps.size()) - 1;
  const Duration last = trace.steps.back().from;
  trace.period = others == 0 ? Duration{std::chrono::seconds{1}} : last + std::max(Duration{1}, last / others);
  // So that the time that a packet takes can be represented.
  if (bits_in_a_period(trace) < to_seconds(trace.period)) return std::string{"the mean of the rates is below 1 bit/s"};
  return Parsed{std::in_place_type<CapacityTrace>, std::move(trace)};
}

}  // namespace

CapacityTrace::CapacityTrace(Opportunities opportunities)
    : form_{std::move(opportunities)},
      period_{std::get<Opportunities>(form_).at.back()},
      mean_{mean_of(std::get<Opportunities>(form_))} {
  assert(period_ > Duration::zero());
  assert(std::ranges::is_sorted(std::get<Opportunities>(form_).at));
}

CapacityTrace::CapacityTrace(RateSteps steps)
    : form_{std::move(steps)}, period_{std::get<RateSteps>(form_).period}, mean_{mean_of(std::get<RateSteps>(form_))} {
  const auto& all = std::get<RateSteps>(form_).steps;
  assert(all.front().from == Duration::zero());
  assert(all.back().from < period_);
  assert(std::ranges::any_of(all, [](const RateSteps::Step& step) { return step.rate.has_value(); }));
}

Parsed parse_capacity_trace(std::string_view text) {
  if (text.size() > text_size_max) return fmt::format("the file is larger than {} MiB", text_size_max >> 20);
  if (looks_binary(text)) return std::string{"this is not a text file"};
  DataLines lines{text};
  const auto first = lines.next();
  if (!first) return std::string{"the file has no line with numbers"};
  if (first->count == 1 && number_in<std::int64_t>(first->words[0])) return parse_opportunities(lines, first);
  if (first->count == 2 && number_in<double>(first->words[0]) && number_in<double>(first->words[1])) {
    return parse_steps(lines, first);
  }
  return at_line(*first, fmt::format("{} begins neither a line of one whole number (milliseconds, each an opportunity to send "
                                     "1500 bytes) nor one of two numbers (seconds and Mbit/s)",
                                     in_quotes(first->words[0])));
}

}  // namespace continuo
