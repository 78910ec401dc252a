// What charts that stand in a file of their own have in common: axes over one or more decades, and a style that every viewer of
// SVG understands. The drawing brings its own white ground, so that it reads alike in a page, a paper and a dark window.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/svg.hh"

namespace continuo {

// Automatic: logarithmic where the values are all above 0 and span more than a decade. What is not above 0 is never logarithmic.
enum class AxisScale { automatic, linear, logarithmic };

// Values to [0, 1].
class ChartAxis {
 public:
  // Round ends around the values; of one value alone, some room on both sides. Values that are not finite are passed over.
  static ChartAxis around(std::span<const double> values, AxisScale scale = AxisScale::automatic);
  // Linear from 0 to a round end above the values: for bars, whose length is their value.
  static ChartAxis from_zero(std::span<const double> values);
  // From the least to the greatest value, as they are: for colours.
  static ChartAxis between(double least, double greatest);

  double position(double value) const;  // below 0 or above 1: outside
  double least() const { return least_; }
  double greatest() const { return greatest_; }
  bool logarithmic() const { return logarithmic_; }
  std::vector<double> ticks() const;  // round values within the ends, about 6 to 9

 private:
  ChartAxis(double least, double greatest, bool logarithmic)
      : least_{least}, greatest_{greatest}, logarithmic_{logarithmic} {}
  double least_;
  double greatest_;
  bool logarithmic_;
};

// A drawing as an SVG file: with its name space, size, style and hatching.
std::string chart_file(const Svg& svg, double width, double height);

}  // namespace continuo
