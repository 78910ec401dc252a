#include "report/chart/sign.hh"

#include <initializer_list>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace continuo {

void draw_sign(Svg& svg, std::size_t sign, double x, double y, double r, std::string_view style, std::string_view hover) {
  const auto polygon = [&](std::initializer_list<std::pair<double, double>> corners) {
    std::string path;
    for (const auto& [right, down] : corners) {
      path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x + right * r, y + down * r);
    }
    svg.path(path + "Z", style, hover);
  };
  switch (sign % 6) {
    case 0: svg.circle(x, y, r * 0.95, style, hover); break;
    case 1: svg.rect({x - 0.85 * r, y - 0.85 * r, 1.7 * r, 1.7 * r}, style, 0, hover); break;
    case 2: polygon({{0, -1.1}, {1.05, 0.8}, {-1.05, 0.8}}); break;
    case 3: polygon({{0, -1.2}, {1.2, 0}, {0, 1.2}, {-1.2, 0}}); break;
    case 4: polygon({{0, 1.1}, {1.05, -0.8}, {-1.05, -0.8}}); break;
    default:
      polygon({{-0.4, -1.1}, {0.4, -1.1}, {0.4, -0.4}, {1.1, -0.4}, {1.1, 0.4}, {0.4, 0.4}, {0.4, 1.1}, {-0.4, 1.1},
               {-0.4, 0.4}, {-1.1, 0.4}, {-1.1, -0.4}, {-0.4, -0.4}});
  }
}

}  // namespace continuo
