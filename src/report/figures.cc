#include "report/figures.hh"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace continuo {
namespace {

constexpr double comparable_min_ns = 50e3;  // below 0.05 ms a relative error says nothing

std::optional<double> relative(double predicted, double measured) {
  if (measured < comparable_min_ns) return std::nullopt;
  return (predicted - measured) / measured;
}

}  // namespace

std::string three_digits(double value) {
  if (!std::isfinite(value)) return unknown_figure;
  const double size = std::abs(value);
  if (size == 0) return "0";
  if (size < 0.0995) return fmt::format("{:.3f}", value);
  if (size < 9.995) return fmt::format("{:.2f}", value);
  if (size < 99.95) return fmt::format("{:.1f}", value);
  return fmt::format("{:.0f}", value);
}

std::string plus_minus(std::optional<Duration> half_width) {
  return half_width ? " ±" + three_digits(to_milliseconds(*half_width)) : "";
}

std::optional<Duration> half_width_of(const ServiceResult& service, Duration HalfWidths::*figure) {
  return service.half_widths ? std::optional{(*service.half_widths).*figure} : std::nullopt;
}

std::string milliseconds(Duration duration) { return three_digits(to_milliseconds(duration)) + " ms"; }

std::string percent(double share, int digits) {
  if (!std::isfinite(share)) return unknown_figure;
  return fmt::format("{:.{}f} %", share * 100, digits);
}

std::string signed_percent(double share) {
  if (!std::isfinite(share)) return unknown_figure;
  return fmt::format("{:+.1f} %", share * 100);
}

std::string with_unit(double value, const std::string& unit) {
  if (!std::isfinite(value)) return unknown_figure;
  return unit.empty() ? three_digits(value) : three_digits(value) + " " + unit;
}

std::optional<double> relative_error(const Histogram& predicted, const Histogram& measured, double quantile) {
  if (predicted.empty() || measured.empty()) return std::nullopt;
  return relative(static_cast<double>(predicted.percentile(quantile).count()),
                  static_cast<double>(measured.percentile(quantile).count()));
}

std::optional<double> relative_error_of_mean(const Histogram& predicted, const Histogram& measured) {
  if (predicted.empty() || measured.empty()) return std::nullopt;
  return relative(predicted.summary().mean_ns, measured.summary().mean_ns);
}

std::uint64_t failed_in_all(const ServiceResult& service) {
  std::uint64_t sum = 0;
  for (const auto& [reason, count] : service.failed) sum += count;
  return sum;
}

Answers answers_in_all(const ServiceResult& service) {
  Answers sum;
  for (const auto& [stream, answers] : service.answers) {
    sum.checked += answers.checked;
    sum.correct += answers.correct;
  }
  return sum;
}

bool slo_met(const ServiceLevelMet& slo) { return slo.met_share >= slo.quantile; }

std::string failures(const ServiceResult& service) {
  std::string list;
  for (const auto& [reason, count] : service.failed) {
    if (!list.empty()) list += ", ";
    list += fmt::format("{} {}", count, reason);
  }
  return list;
}

std::vector<std::pair<double, std::string>> startup_steps(const Evaluation& evaluation) {
  std::vector<std::pair<double, std::string>> steps;
  for (const auto& [what, time] : evaluation.startup_ms) steps.emplace_back(time, what);
  std::ranges::sort(steps);
  return steps;
}

std::vector<Compared> compared_with_last(std::span<const Evaluation> evaluations, const std::string& service) {
  std::vector<Compared> list;
  if (evaluations.empty()) return list;
  const ServiceResult* measured = find_service(evaluations.back(), service);
  for (const Evaluation& evaluation : evaluations.first(evaluations.size() - 1)) {
    const ServiceResult* predicted = find_service(evaluation, service);
    if (predicted == nullptr || measured == nullptr) continue;
    const std::string whose = evaluations.size() > 2 ? std::string{"error of "} + to_string(evaluation.fidelity) : "error";
    list.push_back({predicted, measured, whose});
  }
  return list;
}

const ServiceResult* find_service(const Evaluation& evaluation, const std::string& name) {
  const auto found = std::ranges::find(evaluation.services, name, &ServiceResult::name);
  return found == evaluation.services.end() ? nullptr : &*found;
}

const ResourceLoad* find_resource(const Evaluation& evaluation, const std::string& name) {
  const auto found = std::ranges::find(evaluation.resources, name, &ResourceLoad::name);
  return found == evaluation.resources.end() ? nullptr : &*found;
}

}  // namespace continuo
