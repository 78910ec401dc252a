#include "report/chart/plot_area.hh"

#include <algorithm>

#include <fmt/format.h>

namespace continuo {
namespace {

std::string with_scale(const std::string& label, const ChartAxis& axis) {
  return label + (axis.logarithmic() ? ", logarithmic" : "");
}

}  // namespace

void draw_title(Svg& svg, const ChartTitle& words, double left, double top, double room) {
  constexpr double title_font = 17;
  svg.text(left, top + 30, shortened(words.title, room, title_font), "c-title");
  svg.text(left, top + 50, shortened(words.subtitle, room, chart_font), "c-sub");
}

void PlotArea::draw_up(Svg& svg, const std::string& label) const {
  for (const double tick : up_.ticks()) {
    const double at = y(tick);
    svg.line(box_.x, at, right(), at, "c-grid");
    svg.text(box_.x - 9, at + 4, fmt::format("{:g}", tick), "c-tick", Anchor::end);
  }
  svg.text(box_.x, box_.y - 14, with_scale(label, up_), "c-strong");
}

void PlotArea::draw_across(Svg& svg, const std::string& label) const {
  double free_from = box_.x - box_.width;
  for (const double tick : across_.ticks()) {
    const double at = x(tick);
    const std::string words = fmt::format("{:g}", tick);
    const double half = text_width(words, chart_tick_font) / 2;
    svg.line(at, box_.y, at, bottom(), "c-grid");
    if (at - half < free_from) continue;
    svg.text(at, bottom() + 20, words, "c-tick", Anchor::middle);
    free_from = at + half + 6;
  }
  svg.text(box_.x + box_.width / 2, bottom() + 48, with_scale(label, across_), "c-strong", Anchor::middle);
}

void PlotArea::draw_names(Svg& svg, const std::vector<std::string>& names, const std::string& label, double below) const {
  const double room = box_.width / static_cast<double>(std::max<std::size_t>(1, names.size()));
  for (std::size_t index = 0; index < names.size(); ++index) {
    const double at = box_.x + (static_cast<double>(index) + 0.5) * room;
    svg.text(at, bottom() + below + 20, shortened(names[index], room - 4, chart_font), "c-text", Anchor::middle);
  }
  svg.text(box_.x + box_.width / 2, bottom() + below + 44, label, "c-strong", Anchor::middle);
}

}  // namespace continuo
