#include "report/chart/lines.hh"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "report/chart/sign.hh"

namespace continuo {
namespace {

constexpr double ring_radius = 5.5;
constexpr double small_radius = 3.2;
constexpr std::size_t colours = 8;

const char* stroke_style(Stroke stroke) {
  switch (stroke) {
    case Stroke::solid: return "";
    case Stroke::dashed: return " c-dashed";
    case Stroke::dotted: return " c-dotted";
    case Stroke::none: return "";
  }
  return "";
}

bool is_drawn(const LinePoint& point) { return std::isfinite(point.x) && (point.boundless || std::isfinite(point.y)); }

PlotArea plot_of(const LineChart& chart, double top) {
  std::vector<double> across;
  std::vector<double> up;
  for (const Line& line : chart.lines) {
    for (const LinePoint& point : line.points) {
      if (!is_drawn(point)) continue;
      across.push_back(point.x);
      if (point.boundless) continue;
      up.push_back(point.y);
      if (point.low) up.push_back(*point.low);
      if (point.high) up.push_back(*point.high);
    }
  }
  if (!chart.names.empty()) across = {-0.5, static_cast<double>(chart.names.size()) - 0.5};
  const Box box{panel_plot.x, top + panel_plot.y, panel_plot.width, panel_plot.height};
  const ChartAxis x = chart.names.empty() ? ChartAxis::around(across, chart.across_scale)
                                          : ChartAxis::between(across.front(), across.back());
  const ChartAxis automatic = ChartAxis::around(up, chart.up_scale);
  const bool from_zero = !automatic.logarithmic() && automatic.least() >= 0.0;
  return {box, x, from_zero ? ChartAxis::from_zero(up) : automatic};
}

class Drawing {
 public:
  Drawing(Svg& svg, const LineChart& chart, double top) : svg_{svg}, chart_{chart}, plot_{plot_of(chart, top)} {}

  void draw() {
    plot_.draw_ground(svg_);
    draw_title(svg_, chart_.words, plot_.box().x, plot_.box().y - panel_plot.y, panel_width - panel_plot.x - 10);
    plot_.draw_up(svg_, chart_.up);
    if (chart_.names.empty()) {
      plot_.draw_across(svg_, chart_.across);
    } else {
      plot_.draw_names(svg_, chart_.names, chart_.across);
    }
    for (const Line& line : chart_.lines) draw_curve(line);
    for (const Line& line : chart_.lines) draw_points(line);
    draw_legend();
  }

 private:
  static std::string line_style(std::size_t series) { return fmt::format("c-line-{}", series % colours); }

  // A curve ends where a value is missing or without bounds.
  void draw_curve(const Line& line) {
    const LineKind& kind = chart_.kinds.at(line.kind);
    if (kind.stroke == Stroke::none) return;
    const std::string style = "c-curve " + line_style(line.series) + stroke_style(kind.stroke);
    std::vector<std::pair<double, double>> run;
    const auto finish = [&] {
      if (run.size() > 1) svg_.polyline(run, style);
      if (run.size() == 1 && kind.marking == Marking::none) {
        svg_.line(run[0].first - 7, run[0].second, run[0].first + 7, run[0].second, style);
      }
      run.clear();
    };
    for (const LinePoint& point : line.points) {
      if (!is_drawn(point) || point.boundless) {
        finish();
        continue;
      }
      run.emplace_back(plot_.x(point.x), plot_.y(point.y));
    }
    finish();
  }

  void draw_points(const Line& line) {
    const LineKind& kind = chart_.kinds.at(line.kind);
    for (const LinePoint& point : line.points) {
      if (!is_drawn(point)) continue;
      const double x = plot_.x(point.x);
      if (point.boundless) {
        boundless_.insert(line.series);
        // One row a series, so that none hides another.
        const double row = static_cast<double>(std::distance(boundless_.begin(), boundless_.find(line.series)));
        draw_sign(svg_, 2, x, plot_.box().y + 8 + 13 * row, 5, fmt::format("c-mark {}", line_style(line.series)), point.hover);
        continue;
      }
      if (point.low && point.high) {
        has_whiskers_ = true;
        const std::string style = "c-curve " + line_style(line.series);
        svg_.line(x, plot_.y(*point.low), x, plot_.y(*point.high), style);
        for (const double end : {*point.low, *point.high}) svg_.line(x - 4, plot_.y(end), x + 4, plot_.y(end), style);
      }
      draw_mark(line.series, kind.marking, x, plot_.y(point.y), point.hover);
    }
  }

  void draw_mark(std::size_t series, Marking marking, double x, double y, const std::string& hover) {
    switch (marking) {
      case Marking::none: return;
      case Marking::small: draw_sign(svg_, series, x, y, small_radius, fmt::format("c-fill-{}", series % colours), hover); return;
      case Marking::ring: draw_sign(svg_, series, x, y, ring_radius, "c-mark " + line_style(series), hover); return;
      case Marking::filled: draw_sign(svg_, 3, x, y, ring_radius, "c-published", hover); return;
    }
  }

  void draw_legend() {
    double y = plot_.box().y + 12;
    const double x = panel_legend_x;
    if (!chart_.series_label.empty()) {
      svg_.text(x, y, shortened(chart_.series_label, panel_legend_room, chart_font), "c-strong");
      y += 22;
    }
    for (std::size_t series = 0; series < chart_.series.size(); ++series) {
      svg_.line(x, y - 4, x + 24, y - 4, "c-curve " + line_style(series));
      draw_mark(series, Marking::small, x + 12, y - 4, "");
      svg_.text(x + 32, y, shortened(chart_.series[series], panel_legend_room - 32, chart_font), "c-text");
      y += 21;
    }
    y += 10;
    for (const LineKind& kind : chart_.kinds) {
      if (kind.stroke != Stroke::none) svg_.line(x, y - 4, x + 24, y - 4, std::string{"c-curve c-line-7"} + stroke_style(kind.stroke));
      draw_mark(kind.marking == Marking::filled ? 3 : 7 + 5, kind.marking, x + 12, y - 4, "");
      svg_.text(x + 32, y, shortened(kind.name, panel_legend_room - 32, chart_font), "c-text");
      y += 21;
    }
    if (has_whiskers_ && !chart_.whiskers.empty()) {
      svg_.line(x + 12, y - 11, x + 12, y + 3, "c-whisker");
      svg_.text(x + 32, y, shortened(chart_.whiskers, panel_legend_room - 32, chart_font), "c-text");
      y += 21;
    }
    if (boundless_.empty()) return;
    draw_sign(svg_, 2, x + 12, y - 4, 5, "c-mark c-line-7");
    svg_.text(x + 32, y, chart_.boundless, "c-text");
  }

  Svg& svg_;
  const LineChart& chart_;
  PlotArea plot_;
  std::set<std::size_t> boundless_;
  bool has_whiskers_ = false;
};

}  // namespace

void draw_lines(Svg& svg, const LineChart& chart, double top) { Drawing{svg, chart, top}.draw(); }

}  // namespace continuo
