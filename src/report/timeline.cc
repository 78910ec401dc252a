// Two drawings over one time: who answered how many requests a second, and how long those took. A mark for each event goes
// through both, so that cause and effect are seen together.
#include "report/timeline.hh"

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "report/figures.hh"
#include "report/svg.hh"

namespace continuo {
namespace {

constexpr double page_width = 1080;
constexpr double left = 52;
constexpr double right = page_width - 8;
constexpr double rates_height = 170;
constexpr double latency_height = 110;
constexpr double gap = 34;             // between the two, for the title of the lower one
constexpr double label_row = 18;       // one for each event that would overlap the one before
constexpr double label_size = 11.5;
constexpr std::size_t colours = 8;     // node-0 to node-7 of page_style.hh
constexpr int label_rows_max = 8;
// Something observed more often than that is noise beside what was done on purpose.
constexpr std::size_t observed_max = 12;
constexpr Duration observed_together = std::chrono::seconds{2};  // share one label

double per_second(const TimelineSlice& slice, std::uint64_t count) {
  const double seconds = to_seconds(slice.to - slice.from);
  return seconds > 0 ? static_cast<double>(count) / seconds : 0.0;
}

double highest_rate(const Evaluation& evaluation) {
  double most = 0.0;
  for (const TimelineSlice& slice : evaluation.timeline) {
    std::uint64_t sum = slice.failed;
    for (const auto& [node, count] : slice.completed_by_node) sum += count;
    most = std::max(most, per_second(slice, sum));
  }
  return most;
}

double highest_latency(const Evaluation& evaluation) {
  double most = 0.0;
  for (const TimelineSlice& slice : evaluation.timeline) {
    most = std::max(most, to_milliseconds(slice.latency_p95.value_or(Duration::zero())));
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
  double start;
  int row;
  std::string text;
  bool observed;
};

// "lost" of "endpoint-1 lost edge-1".
std::string verb_of(const TimelineEvent& event) {
  const std::size_t first = std::min(event.what.find(' '), event.what.size());
  return event.what.substr(first, event.what.find(' ', first + 1) - first);
}

// Of what is observed, more of the same shortly after is only counted. What was done on purpose comes first, for its labels are
// placed first.
std::vector<TimelineEvent> labelled_events(const Evaluation& evaluation) {
  std::vector<TimelineEvent> done, observed;
  std::ranges::copy_if(evaluation.events, std::back_inserter(done), [](const TimelineEvent& event) {
    return event.origin != EventOrigin::observed;
  });
  std::size_t more = 0;
  const auto count_more = [&] {
    if (more > 0) observed.back().what += fmt::format(", and {} more", more);
    more = 0;
  };
  for (const TimelineEvent& event : evaluation.events) {
    if (event.origin != EventOrigin::observed) continue;
    if (!observed.empty() && event.at - observed.back().at <= observed_together && verb_of(event) == verb_of(observed.back())) {
      ++more;
      continue;
    }
    count_more();
    if (observed.size() == observed_max) break;
    observed.push_back(event);
  }
  count_more();
  std::ranges::stable_sort(done, {}, &TimelineEvent::at);
  std::ranges::copy(observed, std::back_inserter(done));
  return done;
}

std::vector<Label> place_labels(const Evaluation& evaluation, double seconds) {
  std::vector<Label> labels;
  for (const TimelineEvent& event : labelled_events(evaluation)) {
    const double at = std::clamp(to_seconds(event.at) / seconds, 0.0, 1.0);
    const double x = left + at * (right - left);
    const std::string text = shortened(fmt::format("{:.1f} s  {}", to_seconds(event.at), event.what), 360, label_size);
    const double length = text_width(text, label_size);
    Label label{x, std::min(x + 6, right - length), 0, text, event.origin == EventOrigin::observed};
    const auto is_free = [&] {
      return std::ranges::none_of(labels, [&](const Label& other) {
        return other.row == label.row && other.start < label.start + length + 8 &&
               label.start < other.start + text_width(other.text, label_size) + 8;
      });
    };
    while (label.row + 1 < label_rows_max && !is_free()) ++label.row;
    labels.push_back(std::move(label));
  }
  return labels;
}

// The axis of time, and the two of rates and of latency.
struct Plot {
  double seconds;
  double rates_top;
  double rates_bottom;
  double latency_top;
  double latency_bottom;  // where there is no latency, that of the rates
  std::vector<double> rate_ticks;
  std::vector<double> latency_ticks;

  double x(Duration at) const { return left + to_seconds(at) / seconds * (right - left); }
  double y_rate(double rate) const { return rates_bottom - rate / rate_ticks.back() * rates_height; }
  double y_latency(double ms) const { return latency_bottom - ms / latency_ticks.back() * latency_height; }
};

void draw_legend(Svg& svg, const std::vector<std::string>& nodes, bool failures) {
  double x = left;
  const auto entry = [&](const std::string& name, const std::string& style) {
    if (x > right - 80) return;
    svg.rect({x, 4, 12, 12}, style, 2);
    svg.text(x + 18, 14.5, name, "small");
    x += 18 + text_width(name, 12) + 22;
  };
  for (std::size_t node = 0; node < nodes.size(); ++node) entry(nodes[node], fmt::format("node-{}", node % colours));
  if (failures) entry("failed", "failed");
}

void draw_rates(Svg& svg, const Evaluation& evaluation, const std::vector<std::string>& nodes, const Plot& plot) {
  for (const double tick : plot.rate_ticks) {
    svg.line(left, plot.y_rate(tick), right, plot.y_rate(tick), "grid");
    svg.text(left - 8, plot.y_rate(tick) + 4, fmt::format("{:g}{}", tick, tick == plot.rate_ticks.back() ? "/s" : ""), "faint",
             Anchor::end);
  }
  for (const TimelineSlice& slice : evaluation.timeline) {
    double stacked = 0.0;
    const auto bar = [&](std::uint64_t count, const std::string& style, const std::string& who) {
      const double rate = per_second(slice, count);
      const double x = plot.x(slice.from);
      const double width = plot.x(slice.to) - x;  // with a gap to the next, if there is room
      svg.rect({x, plot.y_rate(stacked + rate), std::max({width - 1.2, 0.7 * width, 0.5}), plot.y_rate(stacked) - plot.y_rate(stacked + rate)},
               style, 0, fmt::format("{:g} to {:g} s: {} {}", to_seconds(slice.from), to_seconds(slice.to), count, who));
      stacked += rate;
    };
    for (std::size_t node = 0; node < nodes.size(); ++node) {
      const auto found = slice.completed_by_node.find(nodes[node]);
      if (found == slice.completed_by_node.end() || found->second == 0) continue;
      bar(found->second, fmt::format("node-{}", node % colours), "by " + nodes[node]);
    }
    if (slice.failed > 0) bar(slice.failed, "failed", "failed");
  }
}

// A line through the middle of each interval that has a figure; intervals without one are a gap.
void draw_latency(Svg& svg, const Evaluation& evaluation, const Plot& plot, std::optional<Duration> TimelineSlice::*figure,
                  const std::string& style) {
  std::vector<std::pair<double, double>> points;
  const auto draw = [&] {
    if (points.size() == 1) svg.circle(points[0].first, points[0].second, 1.6, style + "-point");
    if (points.size() > 1) svg.polyline(points, style);
    points.clear();
  };
  for (const TimelineSlice& slice : evaluation.timeline) {
    if (!(slice.*figure)) {
      draw();
      continue;
    }
    points.emplace_back(plot.x((slice.from + slice.to) / 2), plot.y_latency(to_milliseconds(*(slice.*figure))));
  }
  draw();
}

void draw_latencies(Svg& svg, const Evaluation& evaluation, const Plot& plot) {
  const double title = plot.latency_top - 12;
  svg.text(left, title, "latency of what was completed:", "small");
  const double first = left + text_width("latency of what was completed:", 12) + 14;
  svg.line(first, title - 4, first + 22, title - 4, "latency-p95");
  svg.text(first + 28, title, "95th percentile", "small");
  const double second = first + 28 + text_width("95th percentile", 12) + 18;
  svg.line(second, title - 4, second + 22, title - 4, "latency-p50");
  svg.text(second + 28, title, "median", "small");
  for (const double tick : plot.latency_ticks) {
    svg.line(left, plot.y_latency(tick), right, plot.y_latency(tick), "grid");
    svg.text(left - 8, plot.y_latency(tick) + 4, fmt::format("{:g}{}", tick, tick == plot.latency_ticks.back() ? " ms" : ""),
             "faint", Anchor::end);
  }
  draw_latency(svg, evaluation, plot, &TimelineSlice::latency_p50, "latency-p50");
  draw_latency(svg, evaluation, plot, &TimelineSlice::latency_p95, "latency-p95");
}

Plot layout(const Evaluation& evaluation, const std::vector<Label>& labels) {
  int rows = 0;
  for (const Label& label : labels) rows = std::max(rows, label.row + 1);
  Plot plot{};
  plot.seconds = std::max(1e-3, to_seconds(evaluation.timeline.back().to));
  plot.rates_top = 36 + rows * label_row;
  plot.rates_bottom = plot.rates_top + rates_height;
  plot.rate_ticks = axis_ticks(highest_rate(evaluation), 4);
  const double latency = highest_latency(evaluation);
  plot.latency_top = latency > 0 ? plot.rates_bottom + gap : plot.rates_bottom;
  plot.latency_bottom = latency > 0 ? plot.latency_top + latency_height : plot.rates_bottom;
  plot.latency_ticks = latency > 0 ? axis_ticks(latency, 3) : std::vector<double>{};
  return plot;
}

}  // namespace

std::string draw_timeline(const Evaluation& evaluation) {
  if (evaluation.timeline.empty()) return "";
  const std::vector<Label> labels = place_labels(evaluation, std::max(1e-3, to_seconds(evaluation.timeline.back().to)));
  const Plot plot = layout(evaluation, labels);
  Svg svg{page_width, plot.latency_bottom + 28, "Completed requests a second by serving node, their latency, and the events"};
  const std::vector<std::string> nodes = nodes_of(evaluation);
  draw_legend(svg, nodes, std::ranges::any_of(evaluation.timeline, [](const TimelineSlice& slice) { return slice.failed > 0; }));
  draw_rates(svg, evaluation, nodes, plot);
  if (!plot.latency_ticks.empty()) draw_latencies(svg, evaluation, plot);
  for (const double tick : axis_ticks(plot.seconds, 6)) {
    if (tick > plot.seconds * 1.001) continue;
    svg.text(left + tick / plot.seconds * (right - left), plot.latency_bottom + 18, fmt::format("{:g} s", tick), "faint",
             tick >= plot.seconds * 0.98 ? Anchor::end : Anchor::middle);
  }
  for (const Label& label : labels) {
    const double y = 36 + label.row * label_row + 10;
    svg.line(label.x, y - 10, label.x, plot.latency_bottom, label.observed ? "event observed" : "event");
    svg.text(label.start, y, label.text, label.observed ? "event-label observed halo" : "event-label halo");
  }
  return svg.finish();
}

}  // namespace continuo
