#include "model/terms/points.hh"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include "model/terms/low_discrepancy.hh"

namespace continuo {
namespace {

// An embedded generating vector for any power of two up to 2^20: Cools, Kuo and Nuyens, "Constructing embedded lattice rules for
// multivariate integration", SIAM J. Sci. Comput. 28(6), 2006 (exod2_base2_m20). But for that of gaps: long
// stalls come last there, and 250'185, theirs, is 73 at 256 points, of which 7 steps are one of the queue's backwards: they would fall where
// weights are large. With 109 the shortest vector between two points, along gaps and any one of the others, is at least 0.47 sqrt(n) for all
// n from 64 to 4,096: the best of all odd numbers below 4,096.
constexpr std::array<std::uint64_t, 10> generator{1, 182'667, 469'891, 498'753, 110'745, 446'247, 109, 118'627,
                                                  245'333, 283'199};

// u = 1 - (1 - v)^2 for a v that is spread evenly: a tenth of the points lies above u = 0.99.
double tail_of(double v) { return -2 * std::log1p(-v); }
double weight_of(double v) { return 2 * (1 - v); }

Points tabulate(std::size_t count) {
  Points points;
  points.count = count;
  for (std::size_t index = 0; index < count; ++index) {
    const auto at = [&](std::size_t axis) {
      return (static_cast<double>(index * generator[axis] % count) + 0.5) / static_cast<double>(count);
    };
    points.queue.push_back(1 - (1 - at(0)) * (1 - at(0)));
    points.queue_tail.push_back(tail_of(at(0)));
    points.queue_weight.push_back(weight_of(at(0)));
    points.there.push_back(normal_quantile(at(1)));
    points.back.push_back(normal_quantile(at(2)));
    points.service.push_back(normal_quantile(at(3)));
    points.link_tail.push_back(tail_of(at(4)));
    points.link_weight.push_back(weight_of(at(4)));
    points.size.push_back(at(5));
    points.gap.push_back(at(6));
    points.loss.push_back(1 - (1 - at(8)) * (1 - at(8)));
    points.loss_weight.push_back(weight_of(at(8)));
    points.loss_back.push_back(1 - (1 - at(9)) * (1 - at(9)));
    points.loss_back_weight.push_back(weight_of(at(9)));
    points.link_back_tail.push_back(-std::log1p(-at(7)));
  }
  return points;
}

constexpr std::size_t tables = std::bit_width(points_most / points_least);

}  // namespace

const Points& points_of(double wanted) {
  static const std::array<Points, tables> known = [] {
    std::array<Points, tables> made;
    for (std::size_t table = 0; table < tables; ++table) made[table] = tabulate(points_least << table);
    return made;
  }();
  std::size_t table = 0;
  while (table + 1 < tables && static_cast<double>(points_least << table) < wanted) ++table;
  return known[table];
}

}  // namespace continuo
