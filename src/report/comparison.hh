// How far predictions are from what was measured: evaluations of one scenario paired, and the error of each figure.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "result/evaluation.hh"

namespace continuo {

// An Evaluation, and the name of the file that it was read from.
struct EvaluationSource {
  std::string file;
  Evaluation evaluation;
};

struct ComparisonOptions {
  std::optional<Fidelity> reference{};  // nothing: the finest that a scenario was evaluated at
  bool with_invalid = false;          // let a reference count that is not valid
  bool feasible_only = false;         // no latencies of references that are not feasible: in overload, latency grows with the run
};

enum class LatencyFigure { mean, p50, p95, p99 };
inline constexpr LatencyFigure latency_figures[]{LatencyFigure::mean, LatencyFigure::p50, LatencyFigure::p95, LatencyFigure::p99};
const char* to_string(LatencyFigure figure);
std::optional<LatencyFigure> latency_figure_called(std::string_view name);
// Nothing: no request was completed.
std::optional<Duration> latency_of(const Histogram& latency, LatencyFigure figure);

// One figure twice. The error is (predicted - measured) / measured; nothing where it would say nothing: a latency below
// 0.05 ms, or nothing measured.
struct PairedFigure {
  std::optional<double> predicted;
  std::optional<double> measured;
  std::optional<double> error;
};

struct ComparedService {
  std::string name;
  std::map<LatencyFigure, PairedFigure> latency_ms;
  PairedFigure throughput;  // completed a second
  PairedFigure energy_j;    // of a completed request, without its share of idle nodes
};

// One evaluation beside its reference.
struct ComparedEvaluation {
  std::string scenario;
  Seed seed{1};
  Fidelity predicted_at = Fidelity::model;
  Fidelity measured_at = Fidelity::emulate;
  std::string predicted_file;
  std::string measured_file;
  std::vector<ComparedService> services;
  PairedFigure bottleneck_load;  // of the reference's bottleneck
  std::string predicted_bottleneck;
  std::string measured_bottleneck;
  bool bottleneck_right = false;  // the same resource, or its like on another node of the tier
  bool predicted_feasible = true;
  bool measured_feasible = true;
  std::string left_out;   // why this pair does not count in the overall figures; empty: it counts
  bool no_latency = false;  // only bottleneck and feasibility count: the reference is overloaded
};

// Over all pairs that count.
struct Accuracy {
  std::size_t evaluations = 0;
  std::size_t services = 0;  // with an error of the mean
  std::optional<double> mape_mean;
  std::optional<double> mape_p95;
  std::optional<double> mape_throughput;
  std::optional<double> mape_energy;
  std::optional<double> right_bottlenecks;  // share of the evaluations
  std::optional<double> right_feasible;
  std::optional<double> both_right;  // bottleneck and feasibility
};

// A service of a pair, by its place in the Comparison.
struct ComparedPoint {
  std::size_t pair = 0;
  std::size_t service = 0;
};

struct Comparison {
  std::vector<ComparedEvaluation> pairs;
  Accuracy all;
  std::map<Fidelity, Accuracy> by_fidelity;  // of the predictions
  std::vector<std::string> alone;            // evaluations with nothing to compare them with: why, for people
};

// Within a scenario (by name) the evaluations at the finest fidelity, or at options.reference, are references, and every other
// is compared with one of them: that of its own file, else one with its seed, else the first. If all are at one fidelity, the
// first is the reference of the others.
Comparison compare(std::span<const EvaluationSource> sources, const ComparisonOptions& options);

// The points that count with the largest errors of this figure, largest first.
std::vector<ComparedPoint> worst_points(const Comparison& comparison, LatencyFigure figure, std::size_t count);
std::string name_of(const Comparison& comparison, const ComparedPoint& point);  // "factory / read-text, model"

}  // namespace continuo
