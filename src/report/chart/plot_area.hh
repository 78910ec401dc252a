// The rectangle in which a chart's marks stand: its ground, grid, ticks and the words around it, the same in every chart.
#pragma once

#include <string>
#include <vector>

#include "report/chart.hh"
#include "report/svg.hh"

namespace continuo {

struct ChartTitle {
  std::string title;     // what is shown, with its unit
  std::string subtitle;  // of what: scenario, fidelity, seed
};

inline constexpr double chart_font = 13;
inline constexpr double chart_tick_font = 12;
inline constexpr double chart_title_height = 80;  // from the upper edge to where a plot area may begin, its axis label included

// The white ground, and the title at `left` with `room` to its right.
void draw_title(Svg& svg, const ChartTitle& words, double left, double top, double room);

class PlotArea {
 public:
  // Grid, ticks and labels of both axes; a logarithmic axis says so. The label of the axis that goes up stands above the area.
  PlotArea(const Box& box, ChartAxis across, ChartAxis up) : box_{box}, across_{across}, up_{up} {}

  void draw_ground(Svg& svg) const { svg.rect(box_, "c-plot"); }
  void draw_up(Svg& svg, const std::string& label) const;
  void draw_across(Svg& svg, const std::string& label) const;
  // Instead of the numbers across: names at even distances, shortened to what room they have.
  void draw_names(Svg& svg, const std::vector<std::string>& names, const std::string& label, double below = 0.0) const;

  const Box& box() const { return box_; }
  const ChartAxis& across() const { return across_; }
  const ChartAxis& up() const { return up_; }
  double x(double value) const { return box_.x + across_.position(value) * box_.width; }
  double y(double value) const { return bottom() - up_.position(value) * box_.height; }
  double right() const { return box_.x + box_.width; }
  double bottom() const { return box_.y + box_.height; }

 private:
  Box box_;
  ChartAxis across_;
  ChartAxis up_;
};

}  // namespace continuo
