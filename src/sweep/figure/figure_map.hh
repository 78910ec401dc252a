// A figure of kind heat-map, drawn as a sweep over two parameters is; internal to figure/.
#pragma once

#include <string>

#include "sweep/figure/draw_figure.hh"

namespace continuo {

// Cells as the coarsest fidelity has them that has most of them; marks with their values at every fidelity.
std::string draw_figure_map(const Figure& figure, const FigureValues& values);

}  // namespace continuo
