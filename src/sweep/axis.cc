#include "sweep/axis.hh"

#include <algorithm>

#include <fmt/format.h>

namespace continuo {
namespace {

struct Parts {
  TreePath path;
  std::string_view range;
};

std::variant<Parts, AskedWrongly> split(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) {
    return AskedWrongly{fmt::format("\"{}\" has no =", text.substr(0, 80)), "write PATH=VALUES, as in tiers.edge.quota=0.1..1:0.1"};
  }
  auto path = parse_tree_path(text.substr(0, equals));
  if (auto* wrong = std::get_if<AskedWrongly>(&path)) return std::move(*wrong);
  return Parts{std::get<TreePath>(std::move(path)), text.substr(equals + 1)};
}

}  // namespace

std::variant<Axis, AskedWrongly> parse_axis(std::string_view text) {
  auto parts = split(text);
  if (auto* wrong = std::get_if<AskedWrongly>(&parts)) return std::move(*wrong);
  auto values = parse_values(std::get<Parts>(parts).range);
  if (auto* wrong = std::get_if<AskedWrongly>(&values)) return std::move(*wrong);
  return Axis{std::get<Parts>(std::move(parts)).path, std::get<std::vector<std::string>>(std::move(values))};
}

std::variant<SearchedAxis, AskedWrongly> parse_searched_axis(std::string_view text) {
  auto parts = split(text);
  if (auto* wrong = std::get_if<AskedWrongly>(&parts)) return std::move(*wrong);
  auto interval = parse_interval(std::get<Parts>(parts).range);
  if (auto* wrong = std::get_if<AskedWrongly>(&interval)) return std::move(*wrong);
  return SearchedAxis{std::get<Parts>(std::move(parts)).path, std::get<Interval>(std::move(interval))};
}

std::variant<std::vector<Axis>, AskedWrongly> parse_axes(std::span<const std::string> texts) {
  if (texts.size() > axes_max) {
    return AskedWrongly{fmt::format("{} parameters are varied; at most {} can be", texts.size(), axes_max), "vary fewer at once"};
  }
  std::vector<Axis> axes;
  std::size_t points = 1;
  for (const std::string& text : texts) {
    auto parsed = parse_axis(text);
    if (auto* wrong = std::get_if<AskedWrongly>(&parsed)) return std::move(*wrong);
    Axis& axis = std::get<Axis>(parsed);
    if (std::ranges::any_of(axes, [&](const Axis& other) { return other.path.steps == axis.path.steps; })) {
      return AskedWrongly{fmt::format("{} is varied twice", axis.path.text), "give each parameter once, with all its values"};
    }
    points *= axis.values.size();  // cannot overflow: both factors are bounded
    if (points > points_max) {
      return AskedWrongly{fmt::format("the parameters span more than {} points", points_max),
                          "take larger steps or fewer parameters"};
    }
    axes.push_back(std::move(axis));
  }
  return axes;
}

std::size_t point_count(std::span<const Axis> axes) {
  std::size_t points = 1;
  for (const Axis& axis : axes) points *= axis.values.size();
  return points;
}

std::vector<std::string> values_at(std::span<const Axis> axes, std::size_t point) {
  std::vector<std::string> values(axes.size());
  for (std::size_t index = axes.size(); index-- > 0;) {
    values[index] = axes[index].values[point % axes[index].values.size()];
    point /= axes[index].values.size();
  }
  return values;
}

}  // namespace continuo
