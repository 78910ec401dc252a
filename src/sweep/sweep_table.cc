#include "sweep/sweep_table.hh"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "report/csv_field.hh"
#include "report/figures.hh"
#include "sweep/csv_number.hh"

namespace continuo {
namespace {

constexpr std::size_t common_columns = 7;   // scenario to cost_per_million
constexpr std::size_t service_columns = 10;

std::string tier_of(const Scenario& scenario, const std::string& node) {
  const auto found = std::ranges::find(scenario.nodes, node, &Node::name);
  return found == scenario.nodes.end() ? "" : scenario.tiers[found->tier].name;
}

// The name with the largest sum; of equal ones the first by name.
std::string most(const std::map<std::string, double>& shares) {
  const auto found = std::ranges::max_element(shares, {}, [](const auto& entry) { return entry.second; });
  return found == shares.end() || !(found->second > 0.0) ? "" : found->first;
}

ServiceRow service_row(const Scenario& scenario, const ServiceResult& service) {
  ServiceRow row;
  row.completed = service.completed;
  row.failed = failed_in_all(service);
  if (!service.latency.empty()) {
    row.mean_ms = service.latency.summary().mean_ns / 1e6;
    row.p50_ms = to_milliseconds(service.latency.percentile(0.50));
    row.p95_ms = to_milliseconds(service.latency.percentile(0.95));
    row.p99_ms = to_milliseconds(service.latency.percentile(0.99));
  }
  if (service.slo) row.slo_met_share = service.slo->met_share;
  std::map<std::string, double> nodes;
  std::map<std::string, double> tiers;
  for (const ServedShare& served : service.by_node) {
    nodes[served.node] += served.share;
    tiers[tier_of(scenario, served.node)] += served.share;
  }
  row.node = most(nodes);
  row.tier = most(tiers);
  return row;
}

std::vector<std::string> columns_of(const SweepHead& head) {
  std::vector<std::string> columns = head.parameters;
  for (const char* name : {"scenario", "fidelity", "base_seed", "feasible", "bottleneck", "bottleneck_load", "cost_per_million"}) columns.emplace_back(name);
  for (const std::string& service : head.services) {
    for (const char* name : {"mean_ms", "p50_ms", "p95_ms", "p99_ms", "completed", "failed", "slo_met_share",
                             "energy_j_per_request", "served_tier", "served_node"}) {
      columns.push_back(service + "." + name);
    }
  }
  columns.emplace_back("error");
  return columns;
}

std::string line_of(const std::vector<std::string>& fields) { return fmt::format("{}\r\n", fmt::join(fields, ",")); }

ServiceRow read_service(std::span<const std::string> fields) {
  return {.mean_ms = read_csv_number<double>(fields[0]), .p50_ms = read_csv_number<double>(fields[1]), .p95_ms = read_csv_number<double>(fields[2]),
          .p99_ms = read_csv_number<double>(fields[3]), .completed = read_csv_number<std::uint64_t>(fields[4]).value_or(0),
          .failed = read_csv_number<std::uint64_t>(fields[5]).value_or(0), .slo_met_share = read_csv_number<double>(fields[6]),
          .energy_j_per_request = read_csv_number<double>(fields[7]), .tier = fields[8], .node = fields[9]};
}

SweepRow read_row(const std::vector<std::string>& fields, const SweepHead& head) {
  const std::size_t first = head.parameters.size();
  SweepRow row;
  row.values.assign(fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(first));
  row.feasible = fields[first + 3] == "true";
  row.bottleneck = fields[first + 4];
  row.bottleneck_load = read_csv_number<double>(fields[first + 5]).value_or(0.0);
  row.cost_per_million = read_csv_number<double>(fields[first + 6]);
  row.error = fields.back();
  for (std::size_t service = 0; service < head.services.size(); ++service) {
    const std::size_t begin = first + common_columns + service * service_columns;
    row.services.push_back(read_service(std::span{fields}.subspan(begin, service_columns)));
  }
  return row;
}

}  // namespace

SweepRow row_of(std::vector<std::string> values, const Scenario& scenario, const Evaluation& evaluation) {
  SweepRow row;
  row.values = std::move(values);
  row.feasible = evaluation.feasible;
  row.bottleneck = evaluation.bottleneck;
  row.bottleneck_load = evaluation.bottleneck_load;
  for (const ServiceResult& service : evaluation.services) row.services.push_back(service_row(scenario, service));
  if (!evaluation.energy) return row;
  row.cost_per_million = cost_per_million(*evaluation.energy);
  for (std::size_t service = 0; service < std::min(row.services.size(), evaluation.energy->services.size()); ++service) {
    const auto energy = whole_per_request(*evaluation.energy, evaluation.energy->services[service]);
    if (energy) row.services[service].energy_j_per_request = energy->joules();
  }
  return row;
}

SweepRow row_of(std::vector<std::string> values, std::span<const ScenarioError> errors, const SweepHead& head) {
  SweepRow row;
  row.values = std::move(values);
  row.error = errors.empty() ? "not a valid scenario" : errors.front().message;
  if (!errors.empty() && errors.front().line > 0) row.error += fmt::format(" (line {})", errors.front().line);
  if (!errors.empty() && !errors.front().hint.empty()) row.error += "; " + errors.front().hint;
  std::ranges::replace_if(row.error, [](char letter) { return static_cast<unsigned char>(letter) < 0x20; }, ' ');
  row.services.resize(head.services.size());
  return row;
}

std::string csv_head(const SweepHead& head) {
  std::vector<std::string> fields;
  for (const std::string& column : columns_of(head)) fields.push_back(csv_field(column));
  return line_of(fields);
}

std::string csv_row(const SweepHead& head, const SweepRow& row) {
  const bool known = row.error.empty();
  std::vector<std::string> fields;
  for (const std::string& value : row.values) fields.push_back(csv_field(value));
  fields.push_back(csv_field(head.scenario));
  fields.emplace_back(to_string(head.fidelity));
  fields.push_back(std::to_string(head.seed.value()));
  fields.emplace_back(!known ? "" : row.feasible ? "true" : "false");
  fields.push_back(csv_field(row.bottleneck));
  fields.push_back(known ? csv_number(row.bottleneck_load) : "");
  fields.push_back(csv_number(row.cost_per_million));
  for (std::size_t index = 0; index < head.services.size(); ++index) {
    const ServiceRow service = index < row.services.size() ? row.services[index] : ServiceRow{};
    for (const auto& figure : {service.mean_ms, service.p50_ms, service.p95_ms, service.p99_ms}) fields.push_back(csv_number(figure));
    fields.push_back(known ? std::to_string(service.completed) : "");
    fields.push_back(known ? std::to_string(service.failed) : "");
    fields.push_back(csv_number(service.slo_met_share));
    fields.push_back(csv_number(service.energy_j_per_request));
    fields.push_back(csv_field(service.tier));
    fields.push_back(csv_field(service.node));
  }
  fields.push_back(csv_field(row.error));
  return line_of(fields);
}

// The error is a row's last field, and in quotes if there is a comma in it: before the end of a row, a comma is that of an empty error.
bool none_failed(std::string_view rows) {
  constexpr std::string_view no_error = ",\r\n";
  for (std::size_t end = rows.find('\n'); end != std::string_view::npos; end = rows.find('\n', end + 1)) {
    if (!rows.substr(0, end + 1).ends_with(no_error)) return false;
  }
  return true;
}

std::variant<SweepRows, AskedWrongly> read_sweep(std::string_view text, const SweepHead& head) {
  const auto read = read_csv(text);
  if (!read) return AskedWrongly{"is not CSV", "give a file that continuo sweep wrote, or a new one"};
  SweepRows result;
  result.whole = read->whole;
  if (read->records.empty()) return result;
  if (read->records.front() != columns_of(head)) {
    return AskedWrongly{"has other columns: another sweep wrote it",
                        "write to a new file, or vary the same parameters in the same order"};
  }
  const std::size_t first = head.parameters.size();
  for (std::size_t index = 1; index < read->records.size(); ++index) {
    const auto& fields = read->records[index];
    if (fields.size() != columns_of(head).size()) {
      return AskedWrongly{fmt::format("row {} has {} fields", index + 1, fields.size()), "remove that row"};
    }
    const bool same = fields[first] == head.scenario && fields[first + 1] == to_string(head.fidelity) &&
                      fields[first + 2] == std::to_string(head.seed.value());
    if (!same) {
      return AskedWrongly{fmt::format("row {} is of another scenario file, fidelity or seed", index + 1), "write to a new file"};
    }
    result.rows.push_back(read_row(fields, head));
  }
  return result;
}

}  // namespace continuo
