// Predicted over measured: on the diagonal a prediction holds.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "report/chart.hh"
#include "report/comparison_report.hh"
#include "report/figures.hh"

namespace continuo {
namespace {

constexpr double width = 940;
constexpr double height = 740;
constexpr double left = 84;
constexpr double top = 102;
constexpr double side = 560;
constexpr double right = left + side;
constexpr double bottom = top + side;
constexpr double font = 13;

struct Point {
  double x = 0.0;
  double y = 0.0;
  Fidelity predicted_at = Fidelity::model;
};

struct Plot {
  ChartAxis axis;
  double x(double ms) const { return left + axis.position(ms) * side; }
  double y(double ms) const { return bottom - axis.position(ms) * side; }
};

const char* style_of(Fidelity fidelity) {
  switch (fidelity) {
    case Fidelity::model: return "c-model";
    case Fidelity::simulate: return "c-simulate";
    case Fidelity::emulate:
    case Fidelity::deploy: return "c-emulate";
  }
  return "c-model";
}

const PairedFigure& figure_at(const Comparison& comparison, const ComparedPoint& point, LatencyFigure figure) {
  return comparison.pairs[point.pair].services[point.service].latency_ms.at(figure);
}

void draw_axes(Svg& svg, const Plot& plot, LatencyFigure figure) {
  svg.rect({left, top, side, side}, "c-plot");
  for (const double tick : plot.axis.ticks()) {
    const double x = plot.x(tick);
    const double y = plot.y(tick);
    svg.line(x, top, x, bottom, "c-grid");
    svg.line(left, y, right, y, "c-grid");
    svg.text(x, bottom + 20, fmt::format("{:g}", tick), "c-tick", Anchor::middle);
    svg.text(left - 9, y + 4, fmt::format("{:g}", tick), "c-tick", Anchor::end);
  }
  const char* scale = plot.axis.logarithmic() ? ", logarithmic" : "";
  const std::string across = fmt::format("measured {} [ms]{}", to_string(figure), scale);
  svg.text(left + side / 2, bottom + 48, across, "c-strong", Anchor::middle);
  svg.text(left, top - 14, fmt::format("predicted {} [ms]{}", to_string(figure), scale), "c-strong");
}

// The line predicted = factor x measured, within the plot.
void draw_ratio(Svg& svg, const Plot& plot, double factor, std::string_view style) {
  const double from = std::max(plot.axis.least(), plot.axis.least() / factor);
  const double to = std::min(plot.axis.greatest(), plot.axis.greatest() / factor);
  svg.line(plot.x(from), plot.y(factor * from), plot.x(to), plot.y(factor * to), style);
}

bool overlap(const Box& one, const Box& other) {
  return one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height &&
         other.y < one.y + one.height;
}

// Where a digit beside the point covers the fewest others.
Box place_digit(double x, double y, const std::vector<Box>& taken) {
  constexpr double size = 14;
  constexpr double away = 8;
  const std::array<Box, 4> places{{{x + away, y - size / 2, size, size},
                                   {x - away - size, y - size / 2, size, size},
                                   {x - size / 2, y - away - size, size, size},
                                   {x - size / 2, y + away, size, size}}};
  const auto covered = [&](const Box& place) {
    return std::ranges::count_if(taken, [&](const Box& other) { return overlap(place, other); });
  };
  return *std::ranges::min_element(places, {}, covered);
}

// A digit beside each of the worst points, and their names in a list: however close the points are, names do not meet.
void name_worst(Svg& svg, const Comparison& comparison, LatencyFigure figure, const Plot& plot, std::vector<Box> taken) {
  const double list_x = right + 20;
  double list_y = bottom - 172;
  int digit = 0;
  for (const ComparedPoint& point : worst_points(comparison, figure, worst_named)) {
    if (++digit == 1) svg.text(list_x, list_y, "furthest off", "c-strong");
    const PairedFigure& values = figure_at(comparison, point, figure);
    const double x = plot.x(*values.measured);
    const double y = plot.y(*values.predicted);
    const Box box = place_digit(x, y, taken);
    taken.push_back(box);
    svg.circle(x, y, 8, "c-ring");
    svg.text(box.x + box.width / 2, box.y + 12, std::to_string(digit), "c-strong c-halo", Anchor::middle);
    list_y += 24;
    svg.text(list_x, list_y, std::to_string(digit), "c-strong");
    svg.text(list_x + 20, list_y, shortened(name_of(comparison, point), width - list_x - 26, font), "c-text");
    list_y += 17;
    svg.text(list_x + 20, list_y, fmt::format("{}: {} ms, measured {} ms", signed_percent(*values.error),
                                              three_digits(*values.predicted), three_digits(*values.measured)), "c-tick");
  }
}

void draw_legend(Svg& svg, const Comparison& comparison) {
  const double x = right + 20;
  double y = top + 12;
  for (const auto& [fidelity, accuracy] : comparison.by_fidelity) {
    if (accuracy.evaluations == 0) continue;
    svg.circle(x + 6, y - 4, 6, style_of(fidelity));
    svg.text(x + 20, y, to_string(fidelity), "c-strong");
    y += 18;
    if (accuracy.mape_mean) svg.text(x + 20, y, "MAPE of mean " + percent(*accuracy.mape_mean), "c-tick");
    y += 16;
    if (accuracy.mape_p95) svg.text(x + 20, y, "MAPE of p95 " + percent(*accuracy.mape_p95), "c-tick");
    y += 26;
  }
  svg.line(x, y - 4, x + 14, y - 4, "c-diagonal");
  svg.text(x + 20, y, "as measured", "c-tick");
  svg.line(x, y + 14, x + 14, y + 14, "c-band");
  svg.text(x + 20, y + 18, "10 % off", "c-tick");
}

}  // namespace

std::string render_comparison_svg(const Comparison& comparison, LatencyFigure figure) {
  std::vector<Point> points;
  std::vector<double> values;
  for (const ComparedEvaluation& pair : comparison.pairs) {
    if (!pair.left_out.empty() || pair.no_latency) continue;
    for (const ComparedService& service : pair.services) {
      const PairedFigure& value = service.latency_ms.at(figure);
      if (!value.error) continue;
      points.push_back({*value.measured, *value.predicted, pair.predicted_at});
      values.insert(values.end(), {*value.measured, *value.predicted});
    }
  }
  Svg svg{width, height, fmt::format("Predicted over measured {} latency", to_string(figure))};
  svg.rect({0, 0, width, height}, "c-ground");
  svg.text(left, 30, fmt::format("Predicted and measured latency, {}", to_string(figure)), "c-title");
  const std::size_t named = std::min(worst_named, points.size());
  svg.text(left, 50, fmt::format("{} points; the {} furthest off are named", points.size(), named), "c-sub");
  const Plot plot{ChartAxis::around(values)};
  draw_axes(svg, plot, figure);
  draw_ratio(svg, plot, 1.1, "c-band");
  draw_ratio(svg, plot, 1 / 1.1, "c-band");
  draw_ratio(svg, plot, 1.0, "c-diagonal");
  std::vector<Box> taken;
  constexpr double radius = 5.5;
  for (const Point& point : points) {
    svg.circle(plot.x(point.x), plot.y(point.y), radius, style_of(point.predicted_at));
    taken.push_back({plot.x(point.x) - radius, plot.y(point.y) - radius, 2 * radius, 2 * radius});
  }
  name_worst(svg, comparison, figure, plot, std::move(taken));
  draw_legend(svg, comparison);
  return chart_file(svg, width, height);
}

}  // namespace continuo
