#include "policy/obstacles.hh"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace continuo {

std::vector<std::string> obstacles(const std::string& service, const Placement& placement) {
  constexpr std::size_t lines_max = 5;
  constexpr std::size_t names_max = 4;
  std::vector<std::pair<std::string, std::vector<std::string>>> found;  // (variant and reason, nodes)
  std::map<std::string, std::size_t> places;
  for (const Rejection& rejection : placement.rejections) {
    if (rejection.service != service) continue;
    const std::string obstacle = fmt::format("{}: {}", rejection.variant, rejection.reason);
    const auto [place, is_new] = places.try_emplace(obstacle, found.size());
    if (is_new) found.emplace_back(obstacle, std::vector<std::string>{});
    found[place->second].second.push_back(rejection.node);
  }
  std::vector<std::string> lines;
  for (std::size_t line = 0; line < std::min(lines_max, found.size()); ++line) {
    const auto& [obstacle, nodes] = found[line];
    const auto shown = std::min(names_max, nodes.size());
    std::string names = fmt::format("{}", fmt::join(nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
    if (nodes.size() > shown) names += fmt::format(" and {} more", nodes.size() - shown);
    lines.push_back(fmt::format("{} not on {}: {}", service, names, obstacle));
  }
  if (found.size() > lines_max) lines.push_back(fmt::format("{}: {} more reasons", service, found.size() - lines_max));
  return lines;
}

}  // namespace continuo
