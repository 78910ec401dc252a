#include "report/chart/scatter.hh"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/figures.hh"

namespace continuo {
namespace {

constexpr double width = 940;
constexpr double height = 728;
constexpr Box plot_box{84, 102, 560, 560};
constexpr double list_x = plot_box.x + plot_box.width + 20;
constexpr double radius = 5.5;
constexpr double line_height = 17;
constexpr double named_height = 24 + line_height;

bool is_drawn(const ScatterPoint& point) { return std::isfinite(point.x) && std::isfinite(point.y); }
double share_off(const ScatterPoint& point) { return (point.y - point.x) / point.x; }

PlotArea plot_of(const Scatter& scatter) {
  std::vector<double> across;
  std::vector<double> up;
  for (const ScatterPoint& point : scatter.points) {
    if (!is_drawn(point)) continue;
    across.push_back(point.x);
    up.push_back(point.y);
  }
  if (!scatter.band) return {plot_box, ChartAxis::around(across, scatter.scale), ChartAxis::around(up, scatter.scale)};
  across.insert(across.end(), up.begin(), up.end());
  const ChartAxis both = ChartAxis::around(across, scatter.scale);
  return {plot_box, both, both};
}

// The line y = factor x, within the plot.
void draw_ratio(Svg& svg, const PlotArea& plot, double factor, std::string_view style) {
  const ChartAxis& axis = plot.across();
  const double from = std::max(axis.least(), axis.least() / factor);
  const double to = std::min(axis.greatest(), axis.greatest() / factor);
  if (factor > 0.0 && from < to) svg.line(plot.x(from), plot.y(factor * from), plot.x(to), plot.y(factor * to), style);
}

bool overlap(const Box& one, const Box& other) {
  return one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height &&
         other.y < one.y + one.height;
}

// Where a digit near the point covers the fewest others; the nearest of such places.
Box place_digit(double x, double y, const std::vector<Box>& taken) {
  constexpr double size = 14;
  Box best{};
  std::ptrdiff_t fewest = -1;
  for (const double away : {8.0, 20.0, 34.0}) {
    const double slant = away * 0.7;
    for (const auto& [right, down] : {std::pair{away, -size / 2}, {-away - size, -size / 2}, {-size / 2, -away - size},
                                      {-size / 2, away}, {slant, -slant - size}, {-slant - size, -slant - size},
                                      {slant, slant}, {-slant - size, slant}}) {
      const Box place{x + right, y + down, size, size};
      const bool inside = place.x >= plot_box.x && place.y >= plot_box.y && place.x + size <= plot_box.x + plot_box.width &&
                          place.y + size <= plot_box.y + plot_box.height;
      if (!inside) continue;
      const auto covered = std::ranges::count_if(taken, [&](const Box& other) { return overlap(place, other); });
      if (fewest >= 0 && covered >= fewest) continue;
      fewest = covered;
      best = place;
    }
  }
  return best;
}

std::vector<ScatterPoint> worst_of(const Scatter& scatter, std::size_t room) {
  std::vector<ScatterPoint> points;
  for (const ScatterPoint& point : scatter.points) {
    if (is_drawn(point) && point.x > 0.0) points.push_back(point);
  }
  std::ranges::stable_sort(points, std::greater{}, [](const ScatterPoint& point) { return std::abs(share_off(point)); });
  points.resize(std::min({points.size(), scatter.named, room}));
  return points;
}

// A digit beside each of the worst points, and their names in a list: however close the points are, names do not meet.
void name_worst(Svg& svg, const Scatter& scatter, const PlotArea& plot, std::vector<Box> taken, double free_from) {
  const auto room = static_cast<std::size_t>(std::max(0.0, (plot.bottom() - free_from - 20) / named_height));
  const std::vector<ScatterPoint> worst = worst_of(scatter, room);
  if (worst.empty()) return;
  double y = plot.bottom() - named_height * static_cast<double>(worst.size()) - 8;
  svg.text(list_x, y, "furthest off", "c-strong");
  for (std::size_t index = 0; index < worst.size(); ++index) {
    const ScatterPoint& point = worst[index];
    const std::string digit = std::to_string(index + 1);
    const double at_x = plot.x(point.x);
    const double at_y = plot.y(point.y);
    const Box box = place_digit(at_x, at_y, taken);
    const double middle_x = box.x + box.width / 2;
    const double middle_y = box.y + box.height / 2;
    const double distance = std::hypot(middle_x - at_x, middle_y - at_y);
    if (distance > 20) {
      svg.line(at_x + (middle_x - at_x) * 8 / distance, at_y + (middle_y - at_y) * 8 / distance, middle_x, middle_y, "c-leader");
    }
    taken.push_back(box);
    svg.circle(at_x, at_y, 8, "c-ring");
    svg.text(middle_x, box.y + 12, digit, "c-strong c-halo", Anchor::middle);
    y += 24;
    svg.text(list_x, y, digit, "c-strong");
    svg.text(list_x + 20, y, shortened(point.label, width - list_x - 26, chart_font), "c-text");
    y += line_height;
    svg.text(list_x + 20, y, fmt::format("{}: {} against {} {}", signed_percent(share_off(point)), three_digits(point.y),
                                         three_digits(point.x), scatter.unit), "c-tick");
  }
}

// The legend; where it ends.
double draw_legend(Svg& svg, const Scatter& scatter) {
  double y = plot_box.y + 12;
  for (const ScatterSeries& series : scatter.series) {
    svg.circle(list_x + 6, y - 4, 6, series.style);
    svg.text(list_x + 20, y, shortened(series.name, width - list_x - 26, chart_font), "c-strong");
    for (const std::string& remark : series.remarks) svg.text(list_x + 20, y += line_height, remark, "c-tick");
    y += 26;
  }
  if (!scatter.band) return y;
  svg.line(list_x, y - 4, list_x + 14, y - 4, "c-diagonal");
  svg.text(list_x + 20, y, scatter.diagonal, "c-tick");
  svg.line(list_x, y + 14, list_x + 14, y + 14, "c-band");
  svg.text(list_x + 20, y + 18, fmt::format("{:g} % off", *scatter.band * 100), "c-tick");
  return y + 18;
}

}  // namespace

const char* fidelity_style(Fidelity fidelity) {
  switch (fidelity) {
    case Fidelity::model: return "c-model";
    case Fidelity::simulate: return "c-simulate";
    case Fidelity::emulate:
    case Fidelity::deploy: return "c-emulate";
  }
  return "c-model";
}

std::string draw_scatter(const Scatter& scatter) {
  Svg svg{width, height, scatter.words.title};
  svg.rect({0, 0, width, height}, "c-ground");
  draw_title(svg, scatter.words, plot_box.x, 0, width - plot_box.x - 10);
  const PlotArea plot = plot_of(scatter);
  plot.draw_ground(svg);
  plot.draw_across(svg, scatter.across);
  plot.draw_up(svg, scatter.up);
  if (scatter.band) {
    draw_ratio(svg, plot, 1 + *scatter.band, "c-band");
    draw_ratio(svg, plot, 1 - *scatter.band, "c-band");
    draw_ratio(svg, plot, 1.0, "c-diagonal");
  }
  std::vector<Box> taken;
  for (const ScatterPoint& point : scatter.points) {
    if (!is_drawn(point)) continue;
    const double x = plot.x(point.x);
    const double y = plot.y(point.y);
    const std::string style = point.series < scatter.series.size() ? scatter.series[point.series].style : "c-fill-0";
    svg.circle(x, y, radius, style, fmt::format("{}: {} over {} {}", point.label, three_digits(point.y), three_digits(point.x),
                                                scatter.unit));
    taken.push_back({x - radius, y - radius, 2 * radius, 2 * radius});
  }
  const double legend_end = draw_legend(svg, scatter);
  if (scatter.band) name_worst(svg, scatter, plot, std::move(taken), legend_end);
  return chart_file(svg, width, height);
}

}  // namespace continuo
