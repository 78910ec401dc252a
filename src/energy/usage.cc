#include "energy/usage.hh"

#include <numeric>

namespace continuo {

Usage::Usage(const Scenario& scenario, Duration time)
    : time_{time},
      columns_{scenario.services.size() + 1},
      busy_(scenario.tiers.size() * columns_),
      carried_((scenario.links.size() + scenario.pair_links.size()) * columns_) {}

double Usage::sum(const std::vector<double>& table, std::size_t row) const {
  const auto first = table.begin() + static_cast<std::ptrdiff_t>(row * columns_);
  return std::accumulate(first, first + static_cast<std::ptrdiff_t>(columns_), 0.0);
}

void Usage::set_carried(std::size_t link_class, double bytes) {
  const double known = carried(link_class);
  if (known <= 0.0) return add_carried_beside(link_class, bytes);
  for (std::size_t column = 0; column < columns_; ++column) carried_[link_class * columns_ + column] *= bytes / known;
}

}  // namespace continuo
