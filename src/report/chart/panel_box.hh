// How large a panel is, and where its parts stand; internal to chart/.
#pragma once

#include "report/svg.hh"

namespace continuo {

inline constexpr double panel_width = 1100;
inline constexpr double panel_height = 500;

inline constexpr Box panel_plot{72, 96, 800, 320};  // from the panel's upper left corner
inline constexpr double panel_legend_x = panel_plot.x + panel_plot.width + 22;
inline constexpr double panel_legend_room = panel_width - panel_legend_x - 8;

}  // namespace continuo
