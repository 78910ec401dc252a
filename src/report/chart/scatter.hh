// One value over another, a point a pair: on the diagonal, where there is one, they are the same.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "report/chart/plot_area.hh"
#include "result/evaluation.hh"

namespace continuo {

// The colour of a fidelity in charts, as a style of points and bars.
const char* fidelity_style(Fidelity fidelity);

struct ScatterPoint {
  double x = 0.0;
  double y = 0.0;
  std::size_t series = 0;
  std::string label{};  // who it is: in the list of the worst, and while the pointer is over it
};

struct ScatterSeries {
  std::string name;
  std::string style;                   // fidelity_style(), or c-fill-0 to c-fill-7
  std::vector<std::string> remarks{};  // a line each below its name in the legend
};

struct Scatter {
  ChartTitle words;
  std::string across;  // what x is, with its unit
  std::string up;
  std::string unit;    // of both
  AxisScale scale = AxisScale::automatic;
  std::vector<ScatterSeries> series;
  std::vector<ScatterPoint> points;
  // The diagonal y = x, beside it the lines that are off by this share of x. Both axes then go from and to the same values.
  std::optional<double> band = 0.1;
  std::string diagonal = "as measured";  // what it says to be on it
  // So many of the points whose y is off x by the greatest share of x are named, as far as the list has room: none without band.
  std::size_t named = 3;
};

// An SVG file. Points that are not finite are left out.
std::string draw_scatter(const Scatter& scatter);

}  // namespace continuo
