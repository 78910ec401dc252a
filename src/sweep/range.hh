// The values that a parameter takes: "0.1..1:0.1", "20 ms..1 s", "auto, edge, cloud".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace continuo {

// What is wrong with what was asked for, and what would be right.
struct AskedWrongly {
  std::string message;
  std::string hint;
};

enum class Spacing { linear, geometric };

// From `least` to `greatest`, in `unit`. Durations, data rates and frequencies over more than a decade are spaced
// geometrically; whole ends without a unit mean whole numbers.
struct Interval {
  double least = 0.0;
  double greatest = 0.0;
  std::string unit{};
  Spacing spacing = Spacing::linear;
  bool whole = false;
  std::optional<double> step{};

  // As it stands in a scenario: "20 ms", "0.3". At most 10 significant digits, never an exponent.
  std::string text(double value) const;
};

inline constexpr int values_by_default = 10;
inline constexpr std::size_t values_max = 10'000;

// "A..B" or "A..B:STEP". The ends may have different units of one kind, and one of them none; values are told in the unit of
// A, or of B if A has none.
std::variant<Interval, AskedWrongly> parse_interval(std::string_view text);

// The values of an interval, or of a list "A,B,C" as it was written; at least one, at most values_max.
std::variant<std::vector<std::string>, AskedWrongly> parse_values(std::string_view text);

}  // namespace continuo
