// A figure: scenarios evaluated over two axes, and how they are drawn. docs/figures.md describes its file.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scenario/scenario_error.hh"
#include "sweep/tree_path.hh"

namespace continuo {

enum class FigureKind { bars, lines, heat_map };
enum class FigureValue { mean, p50, p95, p99, stages, throughput, failed, slo, load, energy, cost };
enum class Whiskers { none, sd, p5_p95 };

inline constexpr std::array figure_values{FigureValue::mean, FigureValue::p50, FigureValue::p95, FigureValue::p99, FigureValue::stages,
                                          FigureValue::throughput, FigureValue::failed, FigureValue::slo, FigureValue::load, FigureValue::energy,
                                          FigureValue::cost};
const char* to_string(FigureKind kind);
const char* to_string(FigureValue value);
const char* unit_of(FigureValue value);   // "ms"
const char* title_of(FigureValue value);  // "Mean latency"

struct FigureSetting {
  TreePath path;
  std::string value;
};

// What a scenario file is, and what is changed in it. The figure, a point across and a series have one each; what the later of
// these says stands above the earlier.
struct FigureVariation {
  std::string scenario{};  // relative to the figure's folder; empty: not said. {x} and {series} in it are the names of the points
  std::string emulate{};   // the scenario that stands for it in an emulation
  std::vector<FigureSetting> set{};
  std::vector<FigureSetting> emulate_set{};  // what is changed in that one beside
  bool emulated = true;                      // false here or in what stands above: there is no emulation of it
};

struct FigurePoint {
  std::string name;
  FigureVariation variation{};
  std::vector<std::string> only{};  // of a series: the points across that it has; empty: all
};

struct FigureAxis {
  std::string label{};
  std::vector<FigurePoint> points{};
};

// A value that somebody else has measured.
struct PublishedValue {
  std::string x;
  std::string series;
  FigureValue value = FigureValue::mean;
  double amount = 0.0;  // in unit_of(value)
  std::optional<double> sd{};
};

// A scenario evaluated by itself and drawn as a point on a heat map.
struct FigureMark {
  FigurePoint point;
  double x = 0.0;  // in the numbers of the axes
  double y = 0.0;
};

struct Figure {
  std::string title;
  FigureKind kind = FigureKind::bars;
  std::vector<FigureValue> show{FigureValue::mean};  // a panel each
  Whiskers whiskers = Whiskers::none;
  std::string service{};  // empty: the first
  FigureVariation base;
  FigureAxis x;
  FigureAxis series;  // of a heat map: up. At least one point, which has no name if the file has no series
  std::vector<PublishedValue> published{};
  std::string published_by{};
  std::vector<FigureMark> marks{};
};

// All errors at once, by line. Never throws on bad input, and reads no other file.
std::variant<Figure, std::vector<ScenarioError>> parse_figure(std::string_view text, const std::string& file);

// One scenario to evaluate.
struct FigureCell {
  std::string x;  // empty: a mark, which `series` names
  std::string series;
  std::string scenario{};
  std::string emulate{};  // what is emulated instead; `scenario` itself if nothing else is said. Empty: nothing is emulated
  std::vector<FigureSetting> set{};
  std::vector<FigureSetting> emulate_set{};  // after those
};

// By series, then across; marks last.
std::vector<FigureCell> cells_of(const Figure& figure);
// "cloud, 4": for messages.
std::string name_of(const FigureCell& cell);

}  // namespace continuo
