// A parameter of a sweep and its values, and the points that several of them span.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sweep/range.hh"
#include "sweep/tree_path.hh"

namespace continuo {

struct Axis {
  TreePath path;
  std::vector<std::string> values;
};

// One path and one interval: for a search along it.
struct SearchedAxis {
  TreePath path;
  Interval interval;
};

inline constexpr std::size_t axes_max = 6;
inline constexpr std::size_t points_max = 1'000'000;

// PATH=VALUES
std::variant<Axis, AskedWrongly> parse_axis(std::string_view text);
std::variant<SearchedAxis, AskedWrongly> parse_searched_axis(std::string_view text);
// Each of them, at most axes_max, none twice, at most points_max points in all.
std::variant<std::vector<Axis>, AskedWrongly> parse_axes(std::span<const std::string> texts);

std::size_t point_count(std::span<const Axis> axes);
// Of the point with this number, one value an axis. The last axis varies fastest.
std::vector<std::string> values_at(std::span<const Axis> axes, std::size_t point);

}  // namespace continuo
