// The values of a figure: a row a cell and fidelity, as CSV and back.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "result/evaluation.hh"
#include "scenario/scenario.hh"
#include "scenario/scenario_error.hh"
#include "sweep/figure/figure.hh"
#include "sweep/range.hh"

namespace continuo {

// What tells rows apart.
struct FigureKey {
  std::string x;
  std::string series;
  Fidelity fidelity = Fidelity::model;
  auto operator<=>(const FigureKey&) const = default;
};

struct FigureRow {
  FigureKey key;
  std::string scenario{};  // first 12 digits of the SHA-256 of the scenario's text and what is set in it
  Seed seed{1};
  double duration_s = 0.0;
  std::string error{};  // this cell could not be evaluated; then nothing below is known
  bool valid = true;    // false: an emulation that did not get what its scenario asks for
  bool feasible = true;
  std::string bottleneck{};
  double bottleneck_load = 0.0;
  std::optional<double> mean_ms{};
  std::optional<double> sd_ms{};
  std::optional<double> p5_ms{};
  std::optional<double> p50_ms{};
  std::optional<double> p95_ms{};
  std::optional<double> p99_ms{};
  std::vector<double> stages_ms{};  // means, by stage_names; empty: not known
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::optional<double> slo_met_share{};
  std::string served_tier{};
  std::optional<double> energy_j_per_request{};  // idle nodes included
  std::optional<double> cost_per_million{};      // requests, in the scenario's currency
};

inline constexpr std::array stage_names{"prepare", "uplink", "queue", "service", "downlink"};

// Of one service of an evaluation; empty `service`: the first.
FigureRow row_of(FigureKey key, const std::string& service, const Scenario& scenario, const Evaluation& evaluation);
// One line that says what is wrong.
std::string one_line(std::span<const ScenarioError> errors);

// x,series,fidelity,scenario,seed,duration_s,valid,feasible,bottleneck,bottleneck_load,mean_ms,sd_ms,p5_ms,p50_ms,p95_ms,p99_ms,
// prepare_ms,uplink_ms,queue_ms,service_ms,downlink_ms,completed,failed,slo_met_share,served_tier,energy_j_per_request,
// cost_per_million,error. What is not known is an empty field.
std::string figure_csv_head();
std::string figure_csv_row(const FigureRow& row);

struct FigureRows {
  std::vector<FigureRow> rows;
  std::size_t whole = 0;  // bytes of the text that hold them; behind, a row may be cut off
};
// What those two wrote; empty text: no rows.
std::variant<FigureRows, AskedWrongly> read_figure_rows(std::string_view text);

// In the unit of the value. Nothing: not known, or a latency in overload, which depends on how long the run is. For stages: the mean.
std::optional<double> value_of(const FigureRow& row, FigureValue value);

}  // namespace continuo
