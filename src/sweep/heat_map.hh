// A sweep over two parameters as a drawing: one figure as colour, who serves as a sign, and where it is not feasible hatched.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sweep/axis.hh"
#include "sweep/sweep_table.hh"

namespace continuo {

enum class SweepFigure { mean, p50, p95, p99, completed, failed, slo, load, energy, cost };
const char* to_string(SweepFigure figure);
std::optional<SweepFigure> sweep_figure_called(std::string_view name);

// A point beside the cells: what was evaluated elsewhere, or measured. Its place is in cells from the lower left corner.
struct HeatMark {
  std::string name;
  std::optional<double> across{};  // nothing: it has no place, and stands in the legend only
  std::optional<double> up{};
  std::vector<std::string> remarks{};  // a line each
};

struct HeatMap {
  std::string scenario;            // its name
  std::span<const Axis> axes;      // two: across and up
  std::vector<std::string> tiers;  // in the order of the scenario
  std::size_t service = 0;         // whose figures
  SweepFigure figure = SweepFigure::p95;
  std::vector<HeatMark> marks{};
};

// Rows by the number of their point (axis.hh); those that are missing stay blank. Latencies are drawn where the point is
// feasible only: in overload they depend on how long the run is.
std::string draw_heat_map(const HeatMap& map, const SweepHead& head, std::span<const std::optional<SweepRow>> rows);

}  // namespace continuo
