// Numbers in the fields of a CSV, and back.
#pragma once

#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include <fmt/format.h>

namespace continuo {

// Six digits; empty: it is not known, or no number.
inline std::string csv_number(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? fmt::format("{:.6g}", *value) : "";
}

// Nothing: not a number, or something behind it.
template <class Number>
std::optional<Number> read_csv_number(const std::string& text) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [stopped, failure] = std::from_chars(text.data(), end, value);
  return failure == std::errc{} && stopped == end ? std::optional{value} : std::nullopt;
}

}  // namespace continuo
