#include "report/chart/panel.hh"

#include <algorithm>

namespace continuo {

std::string draw_panels(std::span<const Panel> panels, const std::string& label) {
  const double height = panel_height * static_cast<double>(std::max<std::size_t>(1, panels.size()));
  Svg svg{panel_width, height, label};
  svg.rect({0, 0, panel_width, height}, "c-ground");
  double top = 0;
  for (const Panel& panel : panels) {
    if (const auto* bars = std::get_if<BarChart>(&panel)) {
      draw_bars(svg, *bars, top);
    } else {
      draw_lines(svg, std::get<LineChart>(panel), top);
    }
    top += panel_height;
  }
  return chart_file(svg, panel_width, height);
}

}  // namespace continuo
