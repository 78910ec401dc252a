#include "report/chart.hh"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace continuo {
namespace {

constexpr double decade = 10.0;

// No CSS variables: viewers and converters other than browsers do not know them.
constexpr const char* chart_style = R"css(
svg .c-ground { fill: #ffffff; } svg .c-plot { fill: #f8fafb; stroke: #c9d1da; stroke-width: 1; }
svg text { font-family: Inter, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", Arial, sans-serif; }
svg .c-title { font-size: 17px; font-weight: 650; fill: #1b2430; } svg .c-sub { font-size: 13px; fill: #5b6776; }
svg .c-text { font-size: 13px; fill: #1b2430; } svg .c-strong { font-size: 13px; font-weight: 650; fill: #1b2430; }
svg .c-tick { font-size: 12px; fill: #5b6776; } svg .c-grid { stroke: #e3e8ed; stroke-width: 1; }
svg .c-mark-line { stroke: #c9d1da; stroke-width: 1; }
svg .c-diagonal { stroke: #1b2430; stroke-width: 1.4; } svg .c-band { stroke: #97a4b3; stroke-width: 1; stroke-dasharray: 5 4; }
svg .c-ring { fill: none; stroke: #1b2430; stroke-width: 1.4; } svg .c-leader { stroke: #5b6776; stroke-width: 1; }
svg .c-model { fill: #b7791f; fill-opacity: 0.8; stroke: #ffffff; stroke-width: 1; }
svg .c-simulate { fill: #23795d; fill-opacity: 0.8; stroke: #ffffff; stroke-width: 1; }
svg .c-emulate { fill: #2f6690; fill-opacity: 0.8; stroke: #ffffff; stroke-width: 1; }
svg .c-published { fill: #1b2430; stroke: #ffffff; stroke-width: 1; }
svg .c-spot { fill: #d64545; stroke: #ffffff; stroke-width: 2.4; }
svg .c-whisker { stroke: #1b2430; stroke-width: 1.3; fill: none; } svg .c-shade { fill: #ffffff; fill-opacity: 0.55; }
svg .c-fill-0 { fill: #3a6ea5; } svg .c-fill-1 { fill: #2b8a7b; } svg .c-fill-2 { fill: #e0a33e; } svg .c-fill-3 { fill: #b85c6e; }
svg .c-fill-4 { fill: #7d6bb0; } svg .c-fill-5 { fill: #7c9a45; } svg .c-fill-6 { fill: #5fa8c9; } svg .c-fill-7 { fill: #9a8873; }
svg .c-line-0 { stroke: #3a6ea5; } svg .c-line-1 { stroke: #2b8a7b; } svg .c-line-2 { stroke: #e0a33e; } svg .c-line-3 { stroke: #b85c6e; }
svg .c-line-4 { stroke: #7d6bb0; } svg .c-line-5 { stroke: #7c9a45; } svg .c-line-6 { stroke: #5fa8c9; } svg .c-line-7 { stroke: #9a8873; }
svg .c-part-0 { fill: #b8c0ca; } svg .c-part-1 { fill: #3a6ea5; } svg .c-part-2 { fill: #e3b04b; } svg .c-part-3 { fill: #2b7a6d; }
svg .c-part-4 { fill: #a9c6de; } svg .c-part-5 { fill: #b85c6e; } svg .c-part-6 { fill: #7d6bb0; } svg .c-part-7 { fill: #9a8873; }
svg .c-curve { fill: none; stroke-width: 2; stroke-linejoin: round; } svg .c-dashed { stroke-dasharray: 7 4; }
svg .c-dotted { stroke-dasharray: 2 3; } svg .c-mark { fill: #ffffff; stroke-width: 2; }
svg .c-halo { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }
svg .c-hatch { fill: url(#c-hatch); } svg .c-nothing { fill: #eef1f4; }
svg .c-cell { stroke: #ffffff; stroke-width: 0.6; } svg .c-border { stroke: #111820; stroke-width: 2.2; stroke-linecap: square; }
svg .c-glyph { fill: #ffffff; stroke: #1b2430; stroke-width: 1; } svg .c-frame { fill: none; stroke: #97a4b3; stroke-width: 1; }
svg .c-in-dark { font-size: 12px; fill: #ffffff; } svg .c-in-light { font-size: 12px; fill: #1b2430; }
svg .c-0 { fill: #eaf6e4; } svg .c-1 { fill: #cfeac8; } svg .c-2 { fill: #a9dbb8; } svg .c-3 { fill: #7ccbb6; }
svg .c-4 { fill: #51b4bb; } svg .c-5 { fill: #3597b7; } svg .c-6 { fill: #2c78a9; } svg .c-7 { fill: #2c5a94; }
svg .c-8 { fill: #2a3f7a; } svg .c-9 { fill: #232656; }
)css";

constexpr const char* hatch =
    "<defs><pattern id=\"c-hatch\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
    "<line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"8\" stroke=\"#8a4a45\" stroke-width=\"2.2\"/></pattern></defs>\n";

double round_down(double value, bool logarithmic) {
  if (!logarithmic) return value;
  const double power = std::pow(decade, std::floor(std::log10(value)));
  for (const double factor : {5.0, 2.0}) {
    if (factor * power <= value) return factor * power;
  }
  return power;
}

double round_up(double value) {
  const double power = std::pow(decade, std::floor(std::log10(value)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= value * (1 - 1e-12)) return factor * power;
  }
  return decade * power;
}

}  // namespace

ChartAxis ChartAxis::around(std::span<const double> values, AxisScale scale) {
  double least = std::numeric_limits<double>::infinity();
  double greatest = -least;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    least = std::min(least, value);
    greatest = std::max(greatest, value);
  }
  if (!(least <= greatest)) return {0.0, 1.0, false};
  const bool wide = scale == AxisScale::logarithmic || (scale == AxisScale::automatic && greatest > decade * least);
  if (least > 0.0 && wide) return {round_down(least * 0.95, true), round_up(greatest * 1.05), true};
  const double room = greatest > least ? 0.08 * (greatest - least) : std::max(0.1 * std::abs(greatest), 1e-9);
  const double low = least - room;
  return {least >= 0.0 ? std::max(0.0, low) : low, greatest + room, false};
}

ChartAxis ChartAxis::from_zero(std::span<const double> values) {
  double greatest = 0.0;
  for (const double value : values) {
    if (std::isfinite(value)) greatest = std::max(greatest, value);
  }
  return {0.0, axis_ticks(1.02 * greatest, 5).back(), false};
}

ChartAxis ChartAxis::between(double least, double greatest) {
  const double room = 0.5 * std::max(std::abs(least), 1e-9);
  if (!(greatest > least)) return {least - room, least + room, false};
  return {least, greatest, least > 0.0 && greatest > decade * least};
}

double ChartAxis::position(double value) const {
  if (logarithmic_) return std::log(value / least_) / std::log(greatest_ / least_);
  return (value - least_) / (greatest_ - least_);
}

std::vector<double> ChartAxis::ticks() const {
  std::vector<double> ticks;
  const double slack = 1e-9;
  if (logarithmic_) {
    const double decades = std::log10(greatest_ / least_);
    for (double power = std::pow(decade, std::floor(std::log10(least_))); power <= greatest_ * (1 + slack); power *= decade) {
      for (const double factor : {1.0, 2.0, 5.0}) {
        const double tick = factor * power;
        if (factor > 1.0 && decades > 3.0) continue;
        if (tick >= least_ * (1 - slack) && tick <= greatest_ * (1 + slack)) ticks.push_back(tick);
      }
    }
    return ticks;
  }
  const std::vector<double> steps = axis_ticks(greatest_ - least_, 6);
  const double step = steps.at(1);
  for (double tick = std::ceil(least_ / step - slack) * step; tick <= greatest_ + slack * step; tick += step) {
    ticks.push_back(std::abs(tick) < slack * step ? 0.0 : tick);
  }
  return ticks;
}

std::string chart_file(const Svg& svg, double width, double height) {
  std::string text = svg.finish();
  const std::size_t end_of_opening = text.find('>');
  text.insert(end_of_opening + 1, fmt::format("\n<style>{}</style>\n{}", chart_style, hatch));
  text.insert(std::string_view{"<svg"}.size(),
              fmt::format(" xmlns=\"http://www.w3.org/2000/svg\" width=\"{:.0f}\" height=\"{:.0f}\"", width, height));
  return text;
}

}  // namespace continuo
