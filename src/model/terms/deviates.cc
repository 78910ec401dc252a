#include "model/terms/deviates.hh"

#include <cstddef>
#include <utility>

#include "model/terms/low_discrepancy.hh"
#include "units/rng.hh"

namespace continuo {

const std::vector<Deviates>& drawn_deviates() {
  static const std::vector<Deviates> drawn = [] {
    constexpr std::size_t count = 16'384;
    constexpr std::size_t shuffled = 2'048;  // among each other: as many that follow each other stay even
    std::vector<Deviates> all(count);
    LowDiscrepancy<2> sequence;
    for (Deviates& one : all) {
      const auto point = sequence.next();
      one = {normal_quantile(point[0]), normal_quantile(point[1])};
    }
    Rng rng{Seed{1938}};
    for (std::size_t first = 0; first < count; first += shuffled) {
      for (std::size_t place = shuffled - 1; place > 0; --place) std::swap(all[first + place], all[first + rng.below(place + 1)]);
    }
    return all;
  }();
  return drawn;
}

}  // namespace continuo
