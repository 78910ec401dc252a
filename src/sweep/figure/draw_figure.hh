// A figure and its values as an SVG file.
#pragma once

#include <map>
#include <string>

#include "sweep/figure/figure_table.hh"

namespace continuo {

using FigureValues = std::map<FigureKey, FigureRow>;

// All fidelities that have rows, and the published values, in one picture.
std::string draw_figure(const Figure& figure, const FigureValues& values);

}  // namespace continuo
