// Bars side by side in groups, whole or stacked of parts, with whiskers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/chart/panel_box.hh"
#include "report/chart/plot_area.hh"

namespace continuo {

struct Bar {
  std::vector<double> parts{};       // from below; one: whole
  std::optional<double> low{};       // the whisker's ends
  std::optional<double> high{};
  bool boundless = false;            // there is no value: it grows for as long as one looks. Hatched to the upper edge
  std::string hover{};
};

// Bars that belong together, one a series; nothing: not known.
struct BarGroup {
  std::string name;
  std::vector<std::optional<Bar>> bars;
};

// Groups with a name below theirs; a wider gap parts sections. Without a name: no second line.
struct BarSection {
  std::string name;
  std::vector<BarGroup> groups;
};

struct BarSeries {
  std::string name;
  std::string style;   // of whole bars
  std::string letter;  // below the bars, where they are stacked and colour tells the parts
};

struct BarChart {
  ChartTitle words;
  std::string up;      // what the height is, with its unit
  std::string across;  // what groups are
  std::string unit;
  std::vector<BarSeries> series{};
  std::vector<std::string> parts{};  // names, if bars are stacked
  std::string whiskers{};            // what they are, for the legend
  std::string boundless = "overloaded";
  std::vector<BarSection> sections{};
};

// Into a picture, as a panel whose upper edge is at `top`.
void draw_bars(Svg& svg, const BarChart& chart, double top);

}  // namespace continuo
