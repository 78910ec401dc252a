// Charts of one picture, one above the other: all of one width, each with its title, plot area and legend.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "report/chart/bars.hh"
#include "report/chart/lines.hh"

namespace continuo {

using Panel = std::variant<BarChart, LineChart>;

// An SVG file; `label` is what a screen reader says.
std::string draw_panels(std::span<const Panel> panels, const std::string& label);

}  // namespace continuo
