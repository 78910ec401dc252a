#include "sweep/range.hh"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "scenario/quantity.hh"

namespace continuo {
namespace {

constexpr const char* forms = "write A..B:STEP, A..B or A,B,C: 0.1..1:0.1, 20ms..1s, 1,2,4,8";

struct Number {
  double value = 0.0;
  std::string unit{};
  bool whole = false;
};

enum class Kind { plain, percent, duration, bit_rate, byte_rate, size, frequency };

struct Unit {
  Kind kind = Kind::plain;
  double factor = 1.0;  // to the smallest unit of its kind
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<Number> read_number(std::string_view text) {
  text = trimmed(text);
  Number number;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number.value, std::chars_format::fixed);
  if (failure != std::errc{} || !std::isfinite(number.value)) return std::nullopt;
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.data()));
  number.whole = digits.find('.') == std::string_view::npos;
  number.unit = std::string{trimmed(text.substr(digits.size()))};
  return number;
}

// The units that a scenario knows are those that its own parsers read.
std::optional<Unit> unit_called(const std::string& name) {
  if (name.empty()) return Unit{};
  if (name == "%") return Unit{Kind::percent, 1.0};
  const std::string one = "1 " + name;
  const auto duration = parse_duration(one);
  if (const auto* value = std::get_if<Duration>(&duration)) return Unit{Kind::duration, static_cast<double>(value->count())};
  const auto rate = parse_bit_rate(one);
  if (const auto* value = std::get_if<BitRate>(&rate)) return Unit{Kind::bit_rate, static_cast<double>(value->bits_per_second())};
  const auto disk = parse_byte_rate(one);
  if (const auto* value = std::get_if<BitRate>(&disk)) return Unit{Kind::byte_rate, static_cast<double>(value->bits_per_second())};
  const auto size = parse_bytes(one);
  if (const auto* value = std::get_if<Bytes>(&size)) return Unit{Kind::size, static_cast<double>(value->count())};
  const auto frequency = parse_frequency(one);
  if (const auto* value = std::get_if<double>(&frequency)) return Unit{Kind::frequency, *value};
  return std::nullopt;
}

AskedWrongly no_number(std::string_view text, std::string_view range) {
  return {fmt::format("\"{}\" of {} is not a number with a unit", trimmed(text), range), forms};
}

double rounded(double value, int digits) {
  if (value == 0.0) return 0.0;
  const double power = std::pow(10.0, digits - 1 - std::floor(std::log10(std::abs(value))));
  return std::round(value * power) / power;
}

std::vector<double> numbers_of(const Interval& interval) {
  std::vector<double> values;
  const double span = interval.greatest - interval.least;
  if (interval.step) {
    const auto last = static_cast<std::size_t>(std::floor(span / *interval.step + 1e-9));
    for (std::size_t index = 0; index <= last; ++index) values.push_back(interval.least + static_cast<double>(index) * *interval.step);
    return values;
  }
  constexpr int significant = 4;
  for (int index = 0; index < values_by_default; ++index) {
    const double part = static_cast<double>(index) / (values_by_default - 1);
    double value = interval.spacing == Spacing::geometric ? interval.least * std::pow(interval.greatest / interval.least, part)
                                                          : interval.least + part * span;
    value = interval.whole ? std::round(value) : rounded(value, significant);
    if (index == 0) value = interval.least;
    if (index + 1 == values_by_default) value = interval.greatest;
    if (values.empty() || value > values.back()) values.push_back(value);
  }
  return values;
}

// The other number in the unit of the first; it may have left its unit out.
std::optional<double> converted(const Number& number, const std::string& unit) {
  if (number.unit.empty() || number.unit == unit) return number.value;
  const auto from = unit_called(number.unit);
  const auto to = unit_called(unit);
  if (!from || !to || from->kind != to->kind) return std::nullopt;
  return rounded(number.value * from->factor / to->factor, 10);
}

}  // namespace

std::string Interval::text(double value) const {
  constexpr int significant = 10;
  std::string digits = fmt::format("{:.12f}", rounded(value, significant));
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return unit.empty() ? digits : digits + " " + unit;
}

std::variant<Interval, AskedWrongly> parse_interval(std::string_view text) {
  const auto dots = text.find("..");
  if (dots == std::string_view::npos) return AskedWrongly{fmt::format("{} is no range", text), "write A..B, as in 20ms..1s"};
  const std::string_view first = text.substr(0, dots);
  std::string_view second = text.substr(dots + 2);
  std::string_view step_text;
  const auto colon = second.find(':');
  if (colon != std::string_view::npos) {
    step_text = second.substr(colon + 1);
    second = second.substr(0, colon);
  }
  const auto least = read_number(first);
  const auto greatest = read_number(second);
  if (!least) return no_number(first, text);
  if (!greatest) return no_number(second, text);
  Interval interval;
  interval.unit = least->unit.empty() ? greatest->unit : least->unit;
  const auto unit = unit_called(interval.unit);
  if (!unit) {
    return AskedWrongly{fmt::format("\"{}\" of {} is no unit", interval.unit, text),
                        "units are those of docs/scenario.md: ms, s, Mbit/s, MiB, Hz, %"};
  }
  const auto end = converted(*greatest, interval.unit);
  if (!end) return AskedWrongly{fmt::format("the ends of {} have units of different kinds", text), forms};
  interval.least = least->value;
  interval.greatest = *end;
  if (!(interval.least < interval.greatest)) {
    return AskedWrongly{fmt::format("{} does not grow", text), "write the smaller end first"};
  }
  const bool time_or_rate = unit->kind == Kind::duration || unit->kind == Kind::bit_rate || unit->kind == Kind::frequency;
  const bool decades = interval.least > 0.0 && interval.greatest > 10.0 * interval.least;
  if (time_or_rate && decades) interval.spacing = Spacing::geometric;
  interval.whole = interval.unit.empty() && least->whole && greatest->whole;
  if (colon == std::string_view::npos) return interval;
  const auto step = read_number(step_text);
  if (!step) return no_number(step_text, text);
  interval.step = converted(*step, interval.unit);
  if (!interval.step) return AskedWrongly{fmt::format("the step of {} has a unit of another kind", text), forms};
  if (!(*interval.step > 0.0)) return AskedWrongly{fmt::format("the step of {} is not above 0", text), forms};
  interval.spacing = Spacing::linear;
  return interval;
}

std::variant<std::vector<std::string>, AskedWrongly> parse_values(std::string_view text) {
  const AskedWrongly too_many{fmt::format("{} has more than {} values", text.substr(0, 60), values_max), "take a larger step"};
  std::vector<std::string> values;
  if (text.find("..") != std::string_view::npos && text.find(',') == std::string_view::npos) {
    const auto parsed = parse_interval(text);
    if (const auto* wrong = std::get_if<AskedWrongly>(&parsed)) return *wrong;
    const auto& interval = std::get<Interval>(parsed);
    if (interval.step && (interval.greatest - interval.least) / *interval.step >= static_cast<double>(values_max)) return too_many;
    for (const double value : numbers_of(interval)) values.push_back(interval.text(value));
    return values;
  }
  while (true) {
    const auto comma = text.find(',');
    const std::string_view item = trimmed(text.substr(0, comma));
    if (item.empty()) return AskedWrongly{"a value is missing", forms};
    if (std::ranges::find(values, item) != values.end()) {
      return AskedWrongly{fmt::format("{} is listed twice", item), "list each value once"};
    }
    values.emplace_back(item);
    if (values.size() > values_max) return too_many;
    if (comma == std::string_view::npos) return values;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace continuo
