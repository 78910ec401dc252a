// Small signs that tell things apart where colour alone would not: circle, square, triangle, diamond, triangle upside down, cross.
#pragma once

#include <cstddef>
#include <string_view>

#include "report/svg.hh"

namespace continuo {

// The sign with this number (they repeat after the sixth) around a centre, about as large as a circle of radius `r`.
void draw_sign(Svg& svg, std::size_t sign, double x, double y, double r, std::string_view style = "c-glyph",
               std::string_view hover = {});

}  // namespace continuo
