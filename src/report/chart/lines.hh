// Values over values, joined by lines: colour and sign say which, the stroke how they were found.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "report/chart/panel_box.hh"
#include "report/chart/plot_area.hh"

namespace continuo {

struct LinePoint {
  double x = 0.0;
  double y = 0.0;
  std::optional<double> low{};  // the whisker's ends
  std::optional<double> high{};
  bool boundless = false;  // there is no value: a sign at the upper edge, and no line to it
  std::string hover{};
};

enum class Stroke { solid, dashed, dotted, none };
enum class Marking { none, small, ring, filled };

// How all lines of one kind look: of one fidelity.
struct LineKind {
  std::string name;
  Stroke stroke = Stroke::solid;
  Marking marking = Marking::none;
};

struct Line {
  std::size_t series = 0;  // its colour and sign
  std::size_t kind = 0;
  std::vector<LinePoint> points;  // by x
};

struct LineChart {
  ChartTitle words;
  std::string across;
  std::string up;
  std::vector<std::string> names{};  // of x = 0, 1, 2, ...: instead of numbers across
  AxisScale across_scale = AxisScale::linear;
  AxisScale up_scale = AxisScale::automatic;
  std::string series_label{};
  std::vector<std::string> series{};
  std::vector<LineKind> kinds{};
  std::string whiskers{};
  std::string boundless = "overloaded";
  std::vector<Line> lines{};
};

// Into a picture, as a panel whose upper edge is at `top`.
void draw_lines(Svg& svg, const LineChart& chart, double top);

}  // namespace continuo
