#include "report/chart/bars.hh"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace continuo {
namespace {

constexpr double section_gap = 0.6;  // of a group's width
constexpr double group_room = 0.78;  // share of its width that the bars of a group take
constexpr double bar_width_max = 46;
constexpr double letter_height = 14;

double whole(const Bar& bar) { return std::accumulate(bar.parts.begin(), bar.parts.end(), 0.0); }

class Drawing {
 public:
  Drawing(Svg& svg, const BarChart& chart, double top)
      : svg_{svg}, chart_{chart},
        plot_{{panel_plot.x, top + panel_plot.y, panel_plot.width, panel_plot.height}, ChartAxis::between(0, 1), axis_of(chart)} {
    double groups = 0;
    for (const BarSection& section : chart.sections) groups += static_cast<double>(section.groups.size());
    const double gaps = section_gap * static_cast<double>(std::max<std::size_t>(1, chart.sections.size()) - 1);
    group_width_ = plot_.box().width / std::max(1.0, groups + gaps);
    const auto bars = static_cast<double>(std::max<std::size_t>(1, chart.series.size()));
    bar_width_ = std::min(bar_width_max, group_room * group_width_ / bars);
  }

  void draw() {
    plot_.draw_ground(svg_);
    draw_title(svg_, chart_.words, plot_.box().x, plot_.box().y - panel_plot.y, panel_width - panel_plot.x - 10);
    plot_.draw_up(svg_, chart_.up);
    double x = plot_.box().x;
    for (const BarSection& section : chart_.sections) {
      const double begin = x;
      for (const BarGroup& group : section.groups) {
        draw_group(group, x);
        x += group_width_;
      }
      draw_section_name(section, begin, x - begin);
      x += section_gap * group_width_;
    }
    const double middle = plot_.box().x + plot_.box().width / 2;
    svg_.text(middle, plot_.bottom() + (lettered() ? letter_height : 0) + (has_sections() ? 60 : 44), chart_.across, "c-strong", Anchor::middle);
    draw_legend();
  }

 private:
  static ChartAxis axis_of(const BarChart& chart) {
    std::vector<double> values;
    for (const BarSection& section : chart.sections) {
      for (const BarGroup& group : section.groups) {
        for (const auto& bar : group.bars) {
          if (!bar || bar->boundless) continue;
          values.push_back(whole(*bar));
          if (bar->high) values.push_back(*bar->high);
        }
      }
    }
    return ChartAxis::from_zero(values);
  }

  bool stacked() const { return chart_.parts.size() > 1; }
  bool lettered() const { return stacked() && chart_.series.size() > 1; }
  bool has_sections() const {
    return std::ranges::any_of(chart_.sections, [](const BarSection& section) { return !section.name.empty(); });
  }

  void draw_group(const BarGroup& group, double left) {
    const double middle = left + group_width_ / 2;
    double x = middle - bar_width_ * static_cast<double>(chart_.series.size()) / 2;
    for (std::size_t index = 0; index < chart_.series.size(); ++index) {
      if (index < group.bars.size() && group.bars[index]) {
        draw_bar(*group.bars[index], index, x);
        if (lettered()) {
          svg_.text(x + bar_width_ / 2, plot_.bottom() + 13, chart_.series[index].letter, "c-tick", Anchor::middle);
        }
      }
      x += bar_width_;
    }
    const double below = plot_.bottom() + (lettered() ? letter_height : 0) + 19;
    svg_.text(middle, below, shortened(group.name, group_width_ * 1.02, chart_font), "c-text", Anchor::middle);
  }

  void draw_bar(const Bar& bar, std::size_t series, double x) {
    const double width = bar_width_ * 0.9;
    if (bar.boundless) {
      has_boundless_ = true;
      const Box box{x, plot_.box().y, width, plot_.box().height};
      if (!stacked()) svg_.rect(box, chart_.series[series].style);
      if (!stacked()) svg_.rect(box, "c-shade");
      svg_.rect(box, "c-hatch", 0, bar.hover);
      return;
    }
    double from = 0.0;
    for (std::size_t part = 0; part < bar.parts.size(); ++part) {
      const double to = from + bar.parts[part];
      const bool coloured = stacked() && bar.parts.size() > 1;  // a bar that is known as a whole only has its series' colour
      const std::string style = coloured ? fmt::format("c-part-{}", part % 8) : chart_.series[series].style;
      const std::string hover = coloured ? fmt::format("{}: {} {:.4g} {}", bar.hover, chart_.parts[part], bar.parts[part], chart_.unit)
                                          : bar.hover;
      svg_.rect({x, plot_.y(to), width, plot_.y(from) - plot_.y(to)}, style, 0, hover);
      from = to;
    }
    if (!bar.low || !bar.high) return;
    has_whiskers_ = true;
    const double middle = x + width / 2;
    const double arm = std::min(4.0, width / 4);
    svg_.line(middle, plot_.y(*bar.low), middle, plot_.y(*bar.high), "c-whisker");
    for (const double end : {*bar.low, *bar.high}) svg_.line(middle - arm, plot_.y(end), middle + arm, plot_.y(end), "c-whisker");
  }

  void draw_section_name(const BarSection& section, double x, double width) {
    if (section.name.empty()) return;
    const double y = plot_.bottom() + (lettered() ? letter_height : 0) + 26;
    svg_.line(x + 6, y, x + width - 6, y, "c-mark-line");
    svg_.text(x + width / 2, y + 14, shortened(section.name, width + section_gap * group_width_, chart_font), "c-strong", Anchor::middle);
  }

  void draw_legend() {
    double y = plot_.box().y + 12;
    const auto row = [&](std::string_view style, const std::string& words) {
      svg_.rect({panel_legend_x, y - 11, 16, 14}, style);
      svg_.text(panel_legend_x + 24, y, shortened(words, panel_legend_room - 24, chart_font), "c-text");
      y += 22;
    };
    for (std::size_t part = chart_.parts.size(); stacked() && part-- > 0;) row(fmt::format("c-part-{}", part % 8), chart_.parts[part]);
    if (lettered()) y += 8;
    for (const BarSeries& series : chart_.series) {
      if (!stacked()) {
        row(series.style, series.name);
        continue;
      }
      if (!lettered()) continue;
      svg_.text(panel_legend_x + 8, y, series.letter, "c-strong", Anchor::middle);
      svg_.text(panel_legend_x + 24, y, shortened(series.name, panel_legend_room - 24, chart_font), "c-text");
      y += 22;
    }
    if (has_boundless_) row("c-hatch", chart_.boundless);
    if (!has_whiskers_ || chart_.whiskers.empty()) return;
    svg_.line(panel_legend_x + 8, y - 12, panel_legend_x + 8, y + 2, "c-whisker");
    for (const double end : {y - 12, y + 2}) svg_.line(panel_legend_x + 4, end, panel_legend_x + 12, end, "c-whisker");
    svg_.text(panel_legend_x + 24, y, shortened(chart_.whiskers, panel_legend_room - 24, chart_font), "c-text");
  }

  Svg& svg_;
  const BarChart& chart_;
  PlotArea plot_;
  double group_width_ = 1;
  double bar_width_ = 1;
  bool has_boundless_ = false;
  bool has_whiskers_ = false;
};

}  // namespace

void draw_bars(Svg& svg, const BarChart& chart, double top) { Drawing{svg, chart, top}.draw(); }

}  // namespace continuo
