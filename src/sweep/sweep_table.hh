// The result of a sweep: a row a point, as CSV and back.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "result/evaluation.hh"
#include "scenario/scenario.hh"
#include "scenario/scenario_error.hh"
#include "sweep/range.hh"

namespace continuo {

// What all rows of a sweep have in common.
struct SweepHead {
  std::vector<std::string> parameters;  // paths
  std::string scenario;                 // first 12 digits of the SHA-256 of the scenario file
  Fidelity fidelity = Fidelity::model;
  Seed seed{1};                         // of points that do not vary it
  std::vector<std::string> services;
};

struct ServiceRow {
  std::optional<double> mean_ms{};
  std::optional<double> p50_ms{};
  std::optional<double> p95_ms{};
  std::optional<double> p99_ms{};
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::optional<double> slo_met_share{};
  std::optional<double> energy_j_per_request{};  // idle nodes included
  std::string tier{};  // whose nodes serve most of its requests; empty: nobody does
  std::string node{};  // that serves most
};

struct SweepRow {
  std::vector<std::string> values{};  // one a parameter
  std::string error{};                // this point is no valid scenario; then nothing below is known
  bool feasible = false;
  std::string bottleneck{};
  double bottleneck_load = 0.0;
  std::optional<double> cost_per_million{};  // requests, in the scenario's currency
  std::vector<ServiceRow> services{};
};

SweepRow row_of(std::vector<std::string> values, const Scenario& scenario, const Evaluation& evaluation);
SweepRow row_of(std::vector<std::string> values, std::span<const ScenarioError> errors, const SweepHead& head);

// PARAMETER...,scenario,fidelity,base_seed,feasible,bottleneck,bottleneck_load,cost_per_million, for each service
// SERVICE.mean_ms,.p50_ms,.p95_ms,.p99_ms,.completed,.failed,.slo_met_share,.energy_j_per_request,.served_tier,.served_node, and
// error. What is not known is an empty field.
std::string csv_head(const SweepHead& head);
std::string csv_row(const SweepHead& head, const SweepRow& row);

// Whether rows that csv_row wrote are all known to have no error, by their ends alone: much faster than reading them. False where a value
// has an end of line in it.
bool none_failed(std::string_view rows);

struct SweepRows {
  std::vector<SweepRow> rows;
  std::size_t whole = 0;  // bytes of the text that hold them; behind, a row may be cut off
};

// What csv_head and csv_row wrote; empty text: no rows. Wrong: it is another sweep's, or no such file.
std::variant<SweepRows, AskedWrongly> read_sweep(std::string_view text, const SweepHead& head);

}  // namespace continuo
