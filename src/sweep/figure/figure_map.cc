#include "sweep/figure/figure_map.hh"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include <fmt/format.h>

#include "report/figures.hh"
#include "sweep/heat_map.hh"

namespace continuo {
namespace {

Axis axis_of(const FigureAxis& axis) {
  Axis result{.path = {.text = axis.label, .steps = {}}, .values = {}};
  for (const FigurePoint& point : axis.points) result.values.push_back(point.name);
  return result;
}

// Where a number stands among the names of an axis, in cells from its beginning: the middle of the first is at 0.5. Between two
// names it is between them, beyond the last at most at the edge. Nothing: a name is no number.
std::optional<double> place_on(const FigureAxis& axis, double number) {
  std::vector<double> numbers;
  for (const FigurePoint& point : axis.points) {
    double value = 0.0;
    const auto read = std::from_chars(point.name.data(), point.name.data() + point.name.size(), value, std::chars_format::fixed);
    if (read.ec != std::errc{}) return std::nullopt;
    numbers.push_back(value);
  }
  if (!std::ranges::is_sorted(numbers)) return std::nullopt;
  if (number <= numbers.front()) return 0.5;
  for (std::size_t index = 1; index < numbers.size(); ++index) {
    if (number > numbers[index]) continue;
    const double step = numbers[index] - numbers[index - 1];
    return static_cast<double>(index) - 0.5 + (step > 0.0 ? (number - numbers[index - 1]) / step : 0.0);
  }
  return static_cast<double>(numbers.size()) - 0.5;
}

SweepRow sweep_row(const FigureRow& row) {
  SweepRow result{.values = {row.key.x, row.key.series}, .error = row.error, .feasible = row.feasible, .bottleneck = row.bottleneck,
                  .bottleneck_load = row.bottleneck_load, .cost_per_million = row.cost_per_million};
  result.services.push_back({.mean_ms = row.mean_ms, .p50_ms = row.p50_ms, .p95_ms = row.p95_ms, .p99_ms = row.p99_ms,
                             .completed = row.completed, .failed = row.failed, .slo_met_share = row.slo_met_share,
                             .energy_j_per_request = row.energy_j_per_request, .tier = row.served_tier, .node = {}});
  return result;
}

std::vector<HeatMark> marks_of(const Figure& figure, const FigureValues& values) {
  std::vector<HeatMark> marks;
  for (const FigureMark& mark : figure.marks) {
    const auto across = place_on(figure.x, mark.x);
    const auto up = place_on(figure.series, mark.y);
    HeatMark drawn{.name = mark.point.name, .across = across, .up = up, .remarks = {}};
    for (const Fidelity fidelity : {Fidelity::model, Fidelity::simulate, Fidelity::emulate, Fidelity::deploy}) {
      const auto found = values.find({"", mark.point.name, fidelity});
      if (found == values.end()) continue;
      const FigureValue shown = figure.show.front();
      const auto value = value_of(found->second, shown);
      drawn.remarks.push_back(fmt::format("{}: {}", to_string(fidelity),
                                          value ? with_unit(*value, unit_of(shown)) : found->second.error.empty() ? "overloaded" : "not evaluated"));
    }
    marks.push_back(std::move(drawn));
  }
  return marks;
}

}  // namespace

std::string draw_figure_map(const Figure& figure, const FigureValues& values) {
  std::map<Fidelity, std::size_t> counts;
  for (const auto& [key, row] : values) {
    if (!key.x.empty()) ++counts[key.fidelity];
  }
  const auto most = std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
  SweepHead head{.parameters = {}, .scenario = {}, .fidelity = most == counts.end() ? Fidelity::model : most->first, .seed = Seed{1},
                 .services = {figure.service}};
  std::vector<std::optional<SweepRow>> rows;
  std::set<std::string> tiers;
  for (const FigurePoint& x : figure.x.points) {
    for (const FigurePoint& y : figure.series.points) {
      const auto found = values.find({x.name, y.name, head.fidelity});
      rows.push_back(found == values.end() ? std::nullopt : std::optional{sweep_row(found->second)});
      if (found == values.end()) continue;
      head.seed = found->second.seed;
      if (!found->second.served_tier.empty()) tiers.insert(found->second.served_tier);
    }
  }
  const std::array axes{axis_of(figure.x), axis_of(figure.series)};
  HeatMap map{.scenario = figure.title, .axes = axes, .tiers = {tiers.begin(), tiers.end()}, .service = 0,
              .figure = sweep_figure_called(to_string(figure.show.front())).value_or(SweepFigure::mean), .marks = marks_of(figure, values)};
  if (figure.service.empty()) head.services = {};
  return draw_heat_map(map, head, rows);
}

}  // namespace continuo
