#include "report/timeline.hh"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "report/svg.hh"

namespace continuo {
namespace {

constexpr double page_width = 1080;
constexpr double left = 44;
constexpr double right = page_width - 8;
constexpr double plot_height = 190;
constexpr double label_row = 18;       // one for each event that would overlap the one before
constexpr std::size_t colours = 8;     // node-0 to node-7 of page_style.hh
constexpr int label_rows_max = 6;

double per_second(const TimelineSlice& slice, std::uint64_t count) {
  const double seconds = to_seconds(slice.to - slice.from);
  return seconds > 0 ? static_cast<double>(count) / seconds : 0.0;
}

double highest(const Evaluation& evaluation) {
  double most = 0.0;
  for (const TimelineSlice& slice : evaluation.timeline) {
    std::uint64_t sum = 0;
    for (const auto& [node, count] : slice.completed_by_node) sum += count;
    most = std::max(most, per_second(slice, sum));
  }
  return most;
}

std::vector<std::string> nodes_of(const Evaluation& evaluation) {
  std::set<std::string> names;
  for (const TimelineSlice& slice : evaluation.timeline) {
    for (const auto& [node, count] : slice.completed_by_node) names.insert(node);
  }
  return {names.begin(), names.end()};
}

// Where the label of each event goes: beside its line, in the first row where it does not overlap another.
struct Label {
  double x;
  int row;
  std::string text;
};

std::vector<Label> place_labels(const Evaluation& evaluation, double seconds) {
  std::vector<Label> labels;
  std::vector<double> row_end(label_rows_max, -1e9);
  for (const TimelineEvent& event : evaluation.events) {
    const double at = std::clamp(to_seconds(event.at) / seconds, 0.0, 1.0);
    const double x = left + at * (right - left);
    const std::string text = fmt::format("{:.1f} s  {}", to_seconds(event.at), event.what);
    const double length = text_width(text, 11.5);
    const double start = std::min(x + 6, right - length);
    int row = 0;
    while (row + 1 < label_rows_max && row_end[static_cast<std::size_t>(row)] > start - 8) ++row;
    row_end[static_cast<std::size_t>(row)] = start + length;
    labels.push_back({x, row, text});
  }
  return labels;
}

}  // namespace

std::string draw_timeline(const Evaluation& evaluation) {
  if (evaluation.timeline.empty()) return "";
  const double seconds = std::max(1e-3, to_seconds(evaluation.timeline.back().to));
  const std::vector<Label> labels = place_labels(evaluation, seconds);
  int rows = 0;
  for (const Label& label : labels) rows = std::max(rows, label.row + 1);
  const double top = 36 + rows * label_row;
  const double bottom = top + plot_height;
  const std::vector<double> ticks = axis_ticks(highest(evaluation), 4);
  const auto x_of = [&](Duration at) { return left + to_seconds(at) / seconds * (right - left); };
  const auto y_of = [&](double rate) { return bottom - rate / ticks.back() * plot_height; };

  Svg svg{page_width, bottom + 28, "Completed requests a second by serving node"};
  const std::vector<std::string> nodes = nodes_of(evaluation);
  double legend = left;
  for (std::size_t node = 0; node < nodes.size() && legend < right - 80; ++node) {
    svg.rect({legend, 4, 12, 12}, fmt::format("node-{}", node % colours), 2);
    svg.text(legend + 18, 14.5, nodes[node], "small");
    legend += 18 + text_width(nodes[node], 12) + 22;
  }
  for (const double tick : ticks) {
    svg.line(left, y_of(tick), right, y_of(tick), "grid");
    svg.text(left - 8, y_of(tick) + 4, fmt::format("{:g}{}", tick, tick == ticks.back() ? "/s" : ""), "faint", Anchor::end);
  }
  for (const TimelineSlice& slice : evaluation.timeline) {
    double stacked = 0.0;
    for (std::size_t node = 0; node < nodes.size(); ++node) {
      const auto found = slice.completed_by_node.find(nodes[node]);
      if (found == slice.completed_by_node.end() || found->second == 0) continue;
      const double rate = per_second(slice, found->second);
      const double x = x_of(slice.from);
      const Box box{x, y_of(stacked + rate), x_of(slice.to) - x - 1.2, y_of(stacked) - y_of(stacked + rate)};
      svg.rect(box, fmt::format("node-{}", node % colours), 0,
               fmt::format("{:g} to {:g} s: {} by {}", to_seconds(slice.from), to_seconds(slice.to), found->second, nodes[node]));
      stacked += rate;
    }
  }
  for (const double tick : axis_ticks(seconds, 6)) {
    if (tick > seconds * 1.001) continue;
    svg.text(left + tick / seconds * (right - left), bottom + 18, fmt::format("{:g} s", tick), "faint",
             tick >= seconds * 0.98 ? Anchor::end : Anchor::middle);
  }
  for (const Label& label : labels) {
    const double y = 36 + label.row * label_row + 10;
    svg.line(label.x, y - 10, label.x, bottom, "event");
    svg.text(std::min(label.x + 6, right - text_width(label.text, 11.5)), y, label.text, "event-label halo");
  }
  return svg.finish();
}

}  // namespace continuo
