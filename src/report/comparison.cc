#include "report/comparison.hh"

#include <algorithm>
#include <cctype>
#include <cmath>

#include <fmt/format.h>

#include "report/figures.hh"

namespace continuo {
namespace {

// "edge-2 cpu" and "edge-1 cpu" are one bottleneck: the nodes of a tier are alike, and which is busiest is chance.
std::string like(std::string_view resource) {
  std::string kept;
  for (std::size_t at = 0; at < resource.size();) {
    std::size_t end = at + 1;
    while (resource[at] == '-' && end < resource.size() && std::isdigit(static_cast<unsigned char>(resource[end])) != 0) ++end;
    const bool is_number = end > at + 1 && (end == resource.size() || resource[end] == ' ');
    if (!is_number) kept += resource.substr(at, end - at);
    at = end;
  }
  return kept;
}

PairedFigure paired(std::optional<double> predicted, std::optional<double> measured, double measured_min) {
  PairedFigure figure{.predicted = predicted, .measured = measured, .error = std::nullopt};
  if (!predicted || !measured || !std::isfinite(*predicted) || !(*measured > measured_min)) return figure;
  figure.error = (*predicted - *measured) / *measured;
  return figure;
}

std::optional<double> throughput_of(const ServiceResult& service, Duration duration) {
  if (duration <= Duration::zero()) return std::nullopt;
  return static_cast<double>(service.completed) / to_seconds(duration);
}

std::optional<double> milliseconds_of(const Histogram& latency, LatencyFigure figure) {
  const auto value = latency_of(latency, figure);
  return value ? std::optional{to_milliseconds(*value)} : std::nullopt;
}

ComparedService compare_service(const ServiceResult& predicted, Duration predicted_duration, const ServiceResult& measured,
                                Duration measured_duration) {
  constexpr double latency_min_ms = 0.05;  // below, a relative error says nothing
  ComparedService compared{.name = measured.name, .latency_ms = {}, .throughput = {}, .energy_j = {}};
  for (const LatencyFigure figure : latency_figures) {
    compared.latency_ms[figure] =
        paired(milliseconds_of(predicted.latency, figure), milliseconds_of(measured.latency, figure), latency_min_ms);
  }
  compared.throughput = paired(throughput_of(predicted, predicted_duration), throughput_of(measured, measured_duration), 0.0);
  return compared;
}

std::optional<double> marginal_joules(const Evaluation& evaluation, const std::string& service) {
  if (!evaluation.energy) return std::nullopt;
  const auto found = std::ranges::find(evaluation.energy->services, service, &ServiceEnergy::name);
  const auto energy = found == evaluation.energy->services.end() ? std::nullopt : marginal_per_request(*found);
  return energy ? std::optional{energy->joules()} : std::nullopt;
}

// The load of that resource in another evaluation; of its likes the highest, if it has none of that name.
std::optional<double> load_of(const Evaluation& evaluation, const std::string& resource) {
  if (const ResourceLoad* same = find_resource(evaluation, resource)) return same->offered_load;
  std::optional<double> highest;
  for (const ResourceLoad& load : evaluation.resources) {
    if (like(load.name) == like(resource)) highest = std::max(highest.value_or(0.0), load.offered_load);
  }
  return highest;
}

ComparedEvaluation compare_pair(const EvaluationSource& prediction, const EvaluationSource& reference,
                                const ComparisonOptions& options) {
  const Evaluation& predicted = prediction.evaluation;
  const Evaluation& measured = reference.evaluation;
  ComparedEvaluation pair;
  pair.scenario = measured.scenario;
  pair.seed = measured.seed;
  pair.predicted_at = predicted.fidelity;
  pair.measured_at = measured.fidelity;
  pair.predicted_file = prediction.file;
  pair.measured_file = reference.file;
  for (const ServiceResult& service : measured.services) {
    const ServiceResult* same = find_service(predicted, service.name);
    if (same == nullptr) continue;
    pair.services.push_back(compare_service(*same, predicted.duration, service, measured.duration));
    pair.services.back().energy_j = paired(marginal_joules(predicted, service.name), marginal_joules(measured, service.name), 0.0);
  }
  if (!measured.bottleneck.empty()) {
    pair.bottleneck_load = paired(load_of(predicted, measured.bottleneck), measured.bottleneck_load, 0.0);
  }
  pair.predicted_bottleneck = predicted.bottleneck;
  pair.measured_bottleneck = measured.bottleneck;
  pair.bottleneck_right = like(predicted.bottleneck) == like(measured.bottleneck);
  pair.predicted_feasible = predicted.feasible;
  pair.measured_feasible = measured.feasible;
  if (!measured.valid && !options.with_invalid) {
    pair.left_out = "the reference is invalid";
    if (!measured.invalid_because.empty()) pair.left_out += ": " + measured.invalid_because.front();
  }
  pair.no_latency = !measured.feasible && options.feasible_only;
  return pair;
}

using Group = std::vector<const EvaluationSource*>;

const EvaluationSource* reference_for(const EvaluationSource& prediction, const Group& references) {
  for (const EvaluationSource* reference : references) {
    if (reference->file == prediction.file) return reference;
  }
  for (const EvaluationSource* reference : references) {
    if (reference->evaluation.seed == prediction.evaluation.seed) return reference;
  }
  return references.front();
}

void compare_group(const Group& group, const ComparisonOptions& options, Comparison& comparison) {
  const std::string& scenario = group.front()->evaluation.scenario;
  const Fidelity finest = (*std::ranges::max_element(
      group, {}, [](const EvaluationSource* source) { return source->evaluation.fidelity; }))->evaluation.fidelity;
  const Fidelity wanted = options.reference.value_or(finest);
  Group references;
  Group predictions;
  for (const EvaluationSource* source : group) {
    (source->evaluation.fidelity == wanted ? references : predictions).push_back(source);
  }
  if (predictions.empty()) {
    predictions.assign(references.begin() + 1, references.end());
    references.resize(1);
  }
  if (references.empty() || predictions.empty()) {
    comparison.alone.push_back(references.empty()
                                   ? fmt::format("{}: was not evaluated at {}", scenario, to_string(wanted))
                                   : fmt::format("{}: has only one evaluation, at {}", scenario, to_string(wanted)));
    return;
  }
  for (const EvaluationSource* prediction : predictions) {
    comparison.pairs.push_back(compare_pair(*prediction, *reference_for(*prediction, references), options));
  }
}

class Mean {
 public:
  void add(double value) {
    sum_ += value;
    ++count_;
  }
  void add_error(const PairedFigure& figure) {
    if (figure.error) add(std::abs(*figure.error));
  }
  std::size_t count() const { return count_; }
  std::optional<double> value() const { return count_ == 0 ? std::nullopt : std::optional{sum_ / static_cast<double>(count_)}; }

 private:
  double sum_ = 0.0;
  std::size_t count_ = 0;
};

Accuracy accuracy_of(const std::vector<ComparedEvaluation>& pairs, std::optional<Fidelity> predicted_at) {
  Mean mean;
  Mean p95;
  Mean throughput;
  Mean energy;
  Mean bottlenecks;
  Mean feasible;
  Mean both;
  for (const ComparedEvaluation& pair : pairs) {
    if (!pair.left_out.empty() || (predicted_at && pair.predicted_at != *predicted_at)) continue;
    bottlenecks.add(pair.bottleneck_right ? 1.0 : 0.0);
    const bool feasibility_right = pair.predicted_feasible == pair.measured_feasible;
    feasible.add(feasibility_right ? 1.0 : 0.0);
    both.add(pair.bottleneck_right && feasibility_right ? 1.0 : 0.0);
    if (pair.no_latency) continue;
    for (const ComparedService& service : pair.services) {
      mean.add_error(service.latency_ms.at(LatencyFigure::mean));
      p95.add_error(service.latency_ms.at(LatencyFigure::p95));
      throughput.add_error(service.throughput);
      energy.add_error(service.energy_j);
    }
  }
  return {.evaluations = bottlenecks.count(), .services = mean.count(), .mape_mean = mean.value(), .mape_p95 = p95.value(),
          .mape_throughput = throughput.value(), .mape_energy = energy.value(),
          .right_bottlenecks = bottlenecks.value(), .right_feasible = feasible.value(), .both_right = both.value()};
}

}  // namespace

const char* to_string(LatencyFigure figure) {
  switch (figure) {
    case LatencyFigure::mean: return "mean";
    case LatencyFigure::p50: return "p50";
    case LatencyFigure::p95: return "p95";
    case LatencyFigure::p99: return "p99";
  }
  return "mean";
}

std::optional<LatencyFigure> latency_figure_called(std::string_view name) {
  for (const LatencyFigure figure : latency_figures) {
    if (to_string(figure) == name) return figure;
  }
  return std::nullopt;
}

std::optional<Duration> latency_of(const Histogram& latency, LatencyFigure figure) {
  if (latency.empty()) return std::nullopt;
  switch (figure) {
    case LatencyFigure::mean: return latency.mean();
    case LatencyFigure::p50: return latency.percentile(0.5);
    case LatencyFigure::p95: return latency.percentile(0.95);
    case LatencyFigure::p99: return latency.percentile(0.99);
  }
  return std::nullopt;
}

Comparison compare(std::span<const EvaluationSource> sources, const ComparisonOptions& options) {
  std::vector<std::pair<std::string, Group>> groups;  // by scenario, in the order in which they were met
  for (const EvaluationSource& source : sources) {
    const auto same = [&](const auto& group) { return group.first == source.evaluation.scenario; };
    auto found = std::ranges::find_if(groups, same);
    if (found == groups.end()) found = groups.insert(found, {source.evaluation.scenario, {}});
    found->second.push_back(&source);
  }
  Comparison comparison;
  for (const auto& [scenario, group] : groups) compare_group(group, options, comparison);
  comparison.all = accuracy_of(comparison.pairs, std::nullopt);
  for (const ComparedEvaluation& pair : comparison.pairs) {
    comparison.by_fidelity.try_emplace(pair.predicted_at, accuracy_of(comparison.pairs, pair.predicted_at));
  }
  return comparison;
}

std::vector<ComparedPoint> worst_points(const Comparison& comparison, LatencyFigure figure, std::size_t count) {
  std::vector<std::pair<double, ComparedPoint>> points;
  for (std::size_t pair = 0; pair < comparison.pairs.size(); ++pair) {
    if (!comparison.pairs[pair].left_out.empty() || comparison.pairs[pair].no_latency) continue;
    for (std::size_t service = 0; service < comparison.pairs[pair].services.size(); ++service) {
      const auto& error = comparison.pairs[pair].services[service].latency_ms.at(figure).error;
      if (error) points.push_back({std::abs(*error), {pair, service}});
    }
  }
  std::ranges::stable_sort(points, std::greater{}, [](const auto& point) { return point.first; });
  std::vector<ComparedPoint> worst;
  for (std::size_t index = 0; index < std::min(count, points.size()); ++index) worst.push_back(points[index].second);
  return worst;
}

std::string name_of(const Comparison& comparison, const ComparedPoint& point) {
  const ComparedEvaluation& pair = comparison.pairs.at(point.pair);
  return fmt::format("{} / {}, {}", pair.scenario, pair.services.at(point.service).name, to_string(pair.predicted_at));
}

}  // namespace continuo
