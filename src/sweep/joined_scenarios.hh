// The scenarios of a sweep put together from those of single values, where parameters touch different things: parsed once a value, not
// once a point.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "scenario/scenario.hh"
#include "sweep/axis.hh"
#include "sweep/varied_scenario.hh"

namespace continuo {

class JoinedScenarios {
 public:
  // Nothing: some parameter touches something else than CPU and memory of a tier, links, arrivals, deadlines and lengths of streams,
  // placement, SLOs and the seed; or two touch the same or are prices; or a value is wrong by itself. Some points, the first and the last among
  // them, are parsed whole, and must be the same as what was put together.
  static std::optional<JoinedScenarios> of(const VariedScenario& varied, std::span<const Axis> axes, const Scenario& as_written,
                                           const Files& files);

  // Makes `scenario`, a copy of the one as written or what an earlier call left, the one of this point (axis.hh).
  void put(std::size_t point, Scenario& scenario) const;

 private:
  enum class Thing { cores, quota, memory, power, price, link, pair_link, arrivals, deadline, start, duration, placement, slo, seed };
  struct Touched {
    Thing thing = Thing::seed;
    std::size_t index = 0;
    friend auto operator<=>(const Touched&, const Touched&) = default;
  };
  struct Values {
    std::vector<Scenario> scenarios;  // by value
    std::vector<Touched> touched;     // ascending
  };

  static bool may_join(const TreePath& path);
  static bool may_join(std::span<const Axis> axes);
  static std::vector<Touched> differences(const Scenario& one, const Scenario& other);
  static void copy(const Touched& touched, const Scenario& from, Scenario& to);

  std::vector<Values> axes_;
};

}  // namespace continuo
