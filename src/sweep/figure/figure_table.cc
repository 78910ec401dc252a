#include "sweep/figure/figure_table.hh"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/csv_field.hh"
#include "report/figures.hh"
#include "sweep/csv_number.hh"
#include "sweep/sweep_table.hh"

namespace continuo {
namespace {

const std::vector<std::string>& columns() {
  static const std::vector<std::string> names{
      "x",       "series",  "fidelity", "scenario", "seed",       "duration_s", "valid",    "feasible",    "bottleneck", "bottleneck_load",
      "mean_ms", "sd_ms",   "p5_ms",    "p50_ms",   "p95_ms",     "p99_ms",     "prepare_ms", "uplink_ms", "queue_ms",   "service_ms",
      "downlink_ms", "completed", "failed", "slo_met_share", "served_tier", "energy_j_per_request", "cost_per_million",
      "error"};
  return names;
}

// A number that can be drawn.
std::optional<double> read_figure(const std::string& text) {
  const auto value = read_csv_number<double>(text);
  return value && std::isfinite(*value) && *value >= 0.0 ? value : std::nullopt;
}

std::string line_of(const std::vector<std::string>& fields) { return fmt::format("{}\r\n", fmt::join(fields, ",")); }

std::optional<FigureRow> read_row(const std::vector<std::string>& fields) {
  const auto fidelity = fidelity_called(fields[2]);
  const auto seed = read_csv_number<std::uint64_t>(fields[4]);
  if (!fidelity || !seed) return std::nullopt;
  FigureRow row{.key = {fields[0], fields[1], *fidelity}, .scenario = fields[3], .seed = Seed{*seed}};
  row.duration_s = read_figure(fields[5]).value_or(0.0);
  row.valid = fields[6] != "false";
  row.feasible = fields[7] == "true";
  row.bottleneck = fields[8];
  row.bottleneck_load = read_figure(fields[9]).value_or(0.0);
  std::size_t next = 10;
  for (auto* figure : {&row.mean_ms, &row.sd_ms, &row.p5_ms, &row.p50_ms, &row.p95_ms, &row.p99_ms}) *figure = read_figure(fields[next++]);
  for (std::size_t stage = 0; stage < stage_names.size(); ++stage) {
    if (const auto mean = read_figure(fields[next++])) row.stages_ms.push_back(*mean);
  }
  if (row.stages_ms.size() != stage_names.size()) row.stages_ms.clear();
  row.completed = read_csv_number<std::uint64_t>(fields[next++]).value_or(0);
  row.failed = read_csv_number<std::uint64_t>(fields[next++]).value_or(0);
  row.slo_met_share = read_figure(fields[next++]);
  row.served_tier = fields[next++];
  row.energy_j_per_request = read_figure(fields[next++]);
  row.cost_per_million = read_figure(fields[next++]);
  row.error = fields[next];
  return row;
}

}  // namespace

FigureRow row_of(FigureKey key, const std::string& service, const Scenario& scenario, const Evaluation& evaluation) {
  FigureRow row{.key = std::move(key)};
  row.seed = evaluation.seed;
  row.duration_s = to_seconds(scenario.end());
  row.valid = evaluation.valid;
  row.feasible = evaluation.feasible;
  row.bottleneck = evaluation.bottleneck;
  row.bottleneck_load = evaluation.bottleneck_load;
  const ServiceResult* found = service.empty() && !evaluation.services.empty() ? &evaluation.services.front()
                                                                               : find_service(evaluation, service);
  if (found == nullptr) {
    row.error = service.empty() ? "the scenario has no service" : fmt::format("the scenario has no service {}", service);
    return row;
  }
  row.completed = found->completed;
  row.failed = failed_in_all(*found);
  if (found->slo) row.slo_met_share = found->slo->met_share;
  const SweepRow of_all = row_of({}, scenario, evaluation);
  const ServiceRow& of_service = of_all.services.at(static_cast<std::size_t>(found - evaluation.services.data()));
  row.energy_j_per_request = of_service.energy_j_per_request;
  row.cost_per_million = of_all.cost_per_million;
  if (found->latency.empty()) return row;
  const auto ms = [&](double quantile) { return to_milliseconds(found->latency.percentile(quantile)); };
  row.mean_ms = found->latency.summary().mean_ns / 1e6;
  row.sd_ms = found->latency.summary().sd_ns / 1e6;
  row.p5_ms = ms(0.05);
  row.p50_ms = ms(0.50);
  row.p95_ms = ms(0.95);
  row.p99_ms = ms(0.99);
  const Stages& stages = found->stages;
  for (const Histogram* stage : {&stages.prepare, &stages.uplink, &stages.queue, &stages.service, &stages.downlink}) {
    row.stages_ms.push_back(stage->summary().mean_ns / 1e6);
  }
  row.served_tier = of_service.tier;
  return row;
}

std::string one_line(std::span<const ScenarioError> errors) {
  return row_of({}, errors, SweepHead{}).error;
}

std::string figure_csv_head() { return line_of(columns()); }

std::string figure_csv_row(const FigureRow& row) {
  const bool known = row.error.empty();
  const auto flag = [&](bool value) { return std::string{!known ? "" : value ? "true" : "false"}; };
  std::vector<std::string> fields{csv_field(row.key.x), csv_field(row.key.series), to_string(row.key.fidelity), csv_field(row.scenario),
                                  std::to_string(row.seed.value()), csv_number(row.duration_s), flag(row.valid), flag(row.feasible),
                                  csv_field(row.bottleneck), known ? csv_number(row.bottleneck_load) : ""};
  for (const auto& figure : {row.mean_ms, row.sd_ms, row.p5_ms, row.p50_ms, row.p95_ms, row.p99_ms}) fields.push_back(csv_number(figure));
  for (std::size_t stage = 0; stage < stage_names.size(); ++stage) {
    fields.push_back(stage < row.stages_ms.size() ? csv_number(row.stages_ms[stage]) : "");
  }
  fields.push_back(known ? std::to_string(row.completed) : "");
  fields.push_back(known ? std::to_string(row.failed) : "");
  fields.push_back(csv_number(row.slo_met_share));
  fields.push_back(csv_field(row.served_tier));
  fields.push_back(csv_number(row.energy_j_per_request));
  fields.push_back(csv_number(row.cost_per_million));
  fields.push_back(csv_field(row.error));
  return line_of(fields);
}

std::variant<FigureRows, AskedWrongly> read_figure_rows(std::string_view text) {
  const auto read = read_csv(text);
  if (!read) return AskedWrongly{"is not CSV", "give a file that continuo figure wrote, or a new one"};
  FigureRows result;
  result.whole = read->whole;
  if (read->records.empty()) return result;
  if (read->records.front() != columns()) {
    return AskedWrongly{"has other columns: continuo figure did not write it", "write to a new file"};
  }
  for (std::size_t index = 1; index < read->records.size(); ++index) {
    const auto& fields = read->records[index];
    auto row = fields.size() == columns().size() ? read_row(fields) : std::nullopt;
    if (!row) return AskedWrongly{fmt::format("row {} is not one of a figure", index + 1), "remove that row"};
    result.rows.push_back(std::move(*row));
  }
  return result;
}

std::optional<double> value_of(const FigureRow& row, FigureValue value) {
  if (!row.error.empty()) return std::nullopt;
  const double requests = static_cast<double>(row.completed + row.failed);
  switch (value) {
    case FigureValue::throughput:
      return row.duration_s > 0.0 ? std::optional{static_cast<double>(row.completed) / row.duration_s} : std::nullopt;
    case FigureValue::failed:
      return requests > 0.0 ? std::optional{100 * static_cast<double>(row.failed) / requests} : std::nullopt;
    case FigureValue::slo: return row.slo_met_share ? std::optional{100 * *row.slo_met_share} : std::nullopt;
    case FigureValue::load: return 100 * row.bottleneck_load;
    case FigureValue::energy: return row.energy_j_per_request;
    case FigureValue::cost: return row.cost_per_million;
    default: break;
  }
  if (!row.feasible) return std::nullopt;
  switch (value) {
    case FigureValue::p50: return row.p50_ms;
    case FigureValue::p95: return row.p95_ms;
    case FigureValue::p99: return row.p99_ms;
    default: return row.mean_ms;
  }
}

}  // namespace continuo
