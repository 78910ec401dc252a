#include "sweep/figure/figure.hh"

#include <algorithm>

namespace continuo {
namespace {

// The more specific of two, of which the second stands above the first.
FigureVariation over(const FigureVariation& first, const FigureVariation& second) {
  FigureVariation both = first;
  if (!second.scenario.empty()) {
    both.scenario = second.scenario;
    both.emulate.clear();  // it stood for another scenario
    both.emulate_set.clear();
  }
  if (!second.emulate.empty()) both.emulate = second.emulate;
  both.emulated = first.emulated && second.emulated;
  both.set.insert(both.set.end(), second.set.begin(), second.set.end());
  both.emulate_set.insert(both.emulate_set.end(), second.emulate_set.begin(), second.emulate_set.end());
  return both;
}

void put_in(std::string& text, std::string_view word, const std::string& value) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + value.size())) text.replace(at, word.size(), value);
}

FigureCell cell_of(const std::string& x, const std::string& series, FigureVariation variation) {
  if (variation.emulate.empty()) variation.emulate = variation.scenario;
  if (!variation.emulated) variation.emulate.clear();
  for (std::string* file : {&variation.scenario, &variation.emulate}) {
    put_in(*file, "{x}", x);
    put_in(*file, "{series}", series);
  }
  return {x, series, std::move(variation.scenario), std::move(variation.emulate), std::move(variation.set),
          std::move(variation.emulate_set)};
}

}  // namespace

const char* to_string(FigureKind kind) {
  switch (kind) {
    case FigureKind::bars: return "bars";
    case FigureKind::lines: return "lines";
    case FigureKind::heat_map: return "heat-map";
  }
  return "";
}

const char* to_string(FigureValue value) {
  switch (value) {
    case FigureValue::mean: return "mean";
    case FigureValue::p50: return "p50";
    case FigureValue::p95: return "p95";
    case FigureValue::p99: return "p99";
    case FigureValue::stages: return "stages";
    case FigureValue::throughput: return "throughput";
    case FigureValue::failed: return "failed";
    case FigureValue::slo: return "slo";
    case FigureValue::load: return "load";
    case FigureValue::energy: return "energy";
    case FigureValue::cost: return "cost";
  }
  return "";
}

const char* unit_of(FigureValue value) {
  switch (value) {
    case FigureValue::throughput: return "requests/s";
    case FigureValue::failed:
    case FigureValue::slo:
    case FigureValue::load: return "%";
    case FigureValue::energy: return "J";
    case FigureValue::cost: return "in the scenario's currency";
    default: return "ms";
  }
}

const char* title_of(FigureValue value) {
  switch (value) {
    case FigureValue::mean: return "mean latency";
    case FigureValue::p50: return "median latency (p50)";
    case FigureValue::p95: return "95th percentile of latency";
    case FigureValue::p99: return "99th percentile of latency";
    case FigureValue::stages: return "mean latency by stage";
    case FigureValue::throughput: return "requests completed";
    case FigureValue::failed: return "requests failed";
    case FigureValue::slo: return "share that meets the SLO";
    case FigureValue::load: return "load of the bottleneck";
    case FigureValue::energy: return "energy of a request";
    case FigureValue::cost: return "cost of a million requests";
  }
  return "";
}

std::vector<FigureCell> cells_of(const Figure& figure) {
  std::vector<FigureCell> cells;
  for (const FigurePoint& series : figure.series.points) {
    for (const FigurePoint& x : figure.x.points) {
      if (!series.only.empty() && std::ranges::find(series.only, x.name) == series.only.end()) continue;
      cells.push_back(cell_of(x.name, series.name, over(over(figure.base, x.variation), series.variation)));
    }
  }
  for (const FigureMark& mark : figure.marks) {
    FigureVariation variation = over(figure.base, mark.point.variation);
    variation.emulated = mark.point.variation.emulated;  // that a whole map is not emulated says nothing of the points on it
    cells.push_back(cell_of("", mark.point.name, std::move(variation)));
  }
  return cells;
}

std::string name_of(const FigureCell& cell) {
  if (cell.x.empty() || cell.series.empty()) return cell.x + cell.series;
  return cell.series + ", " + cell.x;
}

}  // namespace continuo
