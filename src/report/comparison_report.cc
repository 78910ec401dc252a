#include "report/comparison_report.hh"

#include <cmath>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "report/figures.hh"
#include "report/page_style.hh"
#include "report/svg.hh"
#include "report/text_table.hh"
#include "result/json_text.hh"

namespace continuo {
namespace {

namespace json = boost::json;

constexpr double large_error = 0.25;
constexpr double small_error = 0.10;

Ink ink_of(const std::optional<double>& error) {
  if (!error) return Ink::dim;
  const double size = std::abs(*error);
  return size <= small_error ? Ink::good : size <= large_error ? Ink::warm : Ink::bad;
}

Cell error_cell(const PairedFigure& figure) {
  return {figure.error ? signed_percent(*figure.error) : unknown_figure, ink_of(figure.error)};
}

std::string bottleneck_words(const ComparedEvaluation& pair) {
  const auto named = [](const std::string& name) { return name.empty() ? std::string{"none"} : name; };
  if (pair.bottleneck_right) return "same: " + named(pair.measured_bottleneck);
  return named(pair.predicted_bottleneck) + ", not " + named(pair.measured_bottleneck);
}

std::string feasible_words(const ComparedEvaluation& pair) {
  const auto word = [](bool feasible) { return feasible ? "yes" : "no"; };
  if (pair.predicted_feasible == pair.measured_feasible) return std::string{"same: "} + word(pair.measured_feasible);
  return fmt::format("{}, not {}", word(pair.predicted_feasible), word(pair.measured_feasible));
}

std::vector<std::vector<Cell>> rows_of(const Comparison& comparison) {
  std::vector<std::vector<Cell>> rows;
  for (const ComparedEvaluation& pair : comparison.pairs) {
    const bool counts = pair.left_out.empty();
    for (const ComparedService& service : pair.services) {
      std::vector<Cell> row{{pair.scenario}, {service.name},
                            {fmt::format("{} / {}", to_string(pair.predicted_at), to_string(pair.measured_at))}};
      for (const LatencyFigure figure : latency_figures) row.push_back(error_cell(service.latency_ms.at(figure)));
      row.push_back(error_cell(service.throughput));
      row.push_back(error_cell(service.energy_j));
      row.push_back(error_cell(pair.bottleneck_load));
      row.push_back({bottleneck_words(pair), pair.bottleneck_right ? Ink::plain : Ink::bad});
      row.push_back({feasible_words(pair), pair.predicted_feasible == pair.measured_feasible ? Ink::plain : Ink::bad});
      if (!counts) row.push_back({"left out", Ink::dim});
      else if (pair.no_latency) row.push_back({"latency left out", Ink::dim});
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

const std::vector<std::string> heads{"scenario", "service", "predicted / measured", "mean", "p50", "p95", "p99", "throughput",
                                     "energy", "load", "bottleneck", "feasible", ""};

std::string or_unknown(const std::optional<double>& share) { return share ? percent(*share) : unknown_figure; }

std::vector<Cell> accuracy_row(const std::string& whose, const Accuracy& accuracy) {
  return {{whose}, {std::to_string(accuracy.evaluations)}, {std::to_string(accuracy.services)},
          {or_unknown(accuracy.mape_mean)}, {or_unknown(accuracy.mape_p95)}, {or_unknown(accuracy.mape_throughput)},
          {or_unknown(accuracy.mape_energy)}, {or_unknown(accuracy.right_bottlenecks)}, {or_unknown(accuracy.right_feasible)}, {or_unknown(accuracy.both_right)}};
}

const std::vector<std::string> accuracy_heads{"over all", "evaluations", "latencies", "MAPE mean", "MAPE p95", "MAPE throughput", "MAPE energy",
                                              "right bottleneck", "right feasibility", "both right"};

std::vector<std::vector<Cell>> accuracy_rows(const Comparison& comparison) {
  std::vector<std::vector<Cell>> rows;
  for (const auto& [fidelity, accuracy] : comparison.by_fidelity) rows.push_back(accuracy_row(to_string(fidelity), accuracy));
  if (rows.size() != 1) rows.push_back(accuracy_row("all", comparison.all));
  return rows;
}

// What people should know beside the tables.
std::vector<std::string> remarks(const Comparison& comparison, LatencyFigure figure) {
  std::vector<std::string> lines;
  for (const ComparedPoint& point : worst_points(comparison, figure, worst_named)) {
    const PairedFigure& value = comparison.pairs[point.pair].services[point.service].latency_ms.at(figure);
    lines.push_back(fmt::format("furthest off at {}: {}: {} ({} ms, measured {} ms)", to_string(figure), name_of(comparison, point),
                                signed_percent(*value.error), three_digits(*value.predicted), three_digits(*value.measured)));
  }
  for (const ComparedEvaluation& pair : comparison.pairs) {
    if (pair.no_latency && pair.left_out.empty()) {
      lines.push_back(fmt::format("latency left out: {} at {}: the reference is not feasible, and latency grows with the length of the run",
                                  pair.scenario, to_string(pair.predicted_at)));
    }
    if (!pair.left_out.empty()) {
      lines.push_back(fmt::format("left out: {} at {}: {}", pair.scenario, to_string(pair.predicted_at), pair.left_out));
    }
  }
  for (const std::string& reason : comparison.alone) lines.push_back("not compared: " + reason);
  return lines;
}

json::value number(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? json::value(*value) : json::value(nullptr);
}

json::object paired_json(const PairedFigure& figure) {
  return {{"predicted", number(figure.predicted)}, {"measured", number(figure.measured)}, {"error", number(figure.error)}};
}

json::object accuracy_json(const Accuracy& accuracy) {
  return {{"evaluations", accuracy.evaluations}, {"services", accuracy.services}, {"mape_mean", number(accuracy.mape_mean)},
          {"mape_p95", number(accuracy.mape_p95)}, {"mape_throughput", number(accuracy.mape_throughput)},
          {"mape_energy", number(accuracy.mape_energy)},
          {"right_bottlenecks", number(accuracy.right_bottlenecks)}, {"right_feasible", number(accuracy.right_feasible)},
          {"bottleneck_right", number(accuracy.both_right)}};
}

json::object pair_json(const ComparedEvaluation& pair) {
  json::array services;
  for (const ComparedService& service : pair.services) {
    json::object latency;
    for (const auto& [figure, values] : service.latency_ms) latency[to_string(figure)] = paired_json(values);
    services.push_back(json::object{{"name", service.name}, {"latency_ms", std::move(latency)},
                                    {"completed_per_second", paired_json(service.throughput)},
                                    {"marginal_j_per_request", paired_json(service.energy_j)}});
  }
  return {{"scenario", pair.scenario}, {"seed", pair.seed.value()},
          {"predicted", json::object{{"fidelity", to_string(pair.predicted_at)}, {"file", pair.predicted_file},
                                     {"feasible", pair.predicted_feasible}, {"bottleneck", pair.predicted_bottleneck}}},
          {"measured", json::object{{"fidelity", to_string(pair.measured_at)}, {"file", pair.measured_file},
                                    {"feasible", pair.measured_feasible}, {"bottleneck", pair.measured_bottleneck}}},
          {"bottleneck_right", pair.bottleneck_right}, {"bottleneck_load", paired_json(pair.bottleneck_load)},
          {"latency_counts", pair.left_out.empty() && !pair.no_latency},
          {"left_out", pair.left_out.empty() ? json::value(nullptr) : json::value(pair.left_out)},
          {"services", std::move(services)}};
}

std::string html_table(const std::vector<std::string>& head, const std::vector<std::vector<Cell>>& rows) {
  std::string html = "<table><tr>";
  for (const std::string& name : head) html += "<th>" + html_escape(name) + "</th>";
  html += "</tr>\n";
  for (const auto& row : rows) {
    html += "<tr>";
    for (const Cell& cell : row) {
      const char* style = cell.ink == Ink::good ? "good" : cell.ink == Ink::warm ? "hot" : cell.ink == Ink::bad ? "bad" : "";
      html += fmt::format("<td class=\"{}\">{}</td>", style, html_escape(cell.text));
    }
    html += "</tr>\n";
  }
  return html + "</table>\n";
}

}  // namespace

std::string render_comparison_text(const Comparison& comparison, LatencyFigure figure, const TextOptions& options) {
  using enum TextTable::Align;
  TextTable table{{left, left, left, right, right, right, right, right, right, right, left, left, left}};
  const auto head_of = [](const std::vector<std::string>& words) {
    std::vector<Cell> head;
    for (const std::string& word : words) head.push_back({word});
    return head;
  };
  table.head(head_of(heads));
  for (auto& row : rows_of(comparison)) table.row(std::move(row));
  TextTable overall{{left, right, right, right, right, right, right, right, right, right}};
  overall.head(head_of(accuracy_heads));
  for (auto& row : accuracy_rows(comparison)) overall.row(std::move(row));
  std::string text = table.render(options.colour) + "\n" + overall.render(options.colour);
  for (const std::string& line : remarks(comparison, figure)) text += inked(line, Ink::plain, options.colour) + "\n";
  return text;
}

std::string render_comparison_json(const Comparison& comparison, LatencyFigure figure) {
  json::object document{{"schema", "continuo.comparison/1"}};
  for (auto& [key, value] : accuracy_json(comparison.all)) document[key] = value;
  json::object by_fidelity;
  for (const auto& [fidelity, accuracy] : comparison.by_fidelity) by_fidelity[to_string(fidelity)] = accuracy_json(accuracy);
  document["by_fidelity"] = std::move(by_fidelity);
  json::array worst;
  for (const ComparedPoint& point : worst_points(comparison, figure, worst_named)) {
    const ComparedEvaluation& pair = comparison.pairs[point.pair];
    const ComparedService& service = pair.services[point.service];
    worst.push_back(json::object{{"scenario", pair.scenario}, {"service", service.name}, {"fidelity", to_string(pair.predicted_at)},
                                 {"figure", to_string(figure)}, {"error", number(service.latency_ms.at(figure).error)}});
  }
  document["worst"] = std::move(worst);
  json::array pairs;
  for (const ComparedEvaluation& pair : comparison.pairs) pairs.push_back(pair_json(pair));
  document["pairs"] = std::move(pairs);
  json::array alone;
  for (const std::string& reason : comparison.alone) alone.push_back(json::value(reason));
  document["not_compared"] = std::move(alone);
  return to_text(document) + "\n";
}

std::string render_comparison_html(const Comparison& comparison, LatencyFigure figure) {
  std::string notes;
  for (const std::string& line : remarks(comparison, figure)) notes += "<li>" + html_escape(line) + "</li>\n";
  return std::string{"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<title>Comparison \u00b7 continuo</title>\n<style>"} +
         page_style + "</style>\n</head>\n<body>\n<main>\n<header><p class=\"mark\">continuo compare</p>" +
         "<h1>Predicted and measured</h1></header>\n<section><div class=\"card\">" +
         html_table(accuracy_heads, accuracy_rows(comparison)) +
         "</div></section>\n<section><div class=\"card\">" + render_comparison_svg(comparison, figure) +
         "</div></section>\n<section><div class=\"card\">" + html_table(heads, rows_of(comparison)) +
         "</div></section>\n<section><ul class=\"notes\">" + notes + "</ul></section>\n</main>\n</body>\n</html>\n";
}

}  // namespace continuo
