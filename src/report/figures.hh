// How figures are written for people: three significant digits, always with a unit, "-" for what is not known.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "result/evaluation.hh"

namespace continuo {

inline constexpr const char* unknown_figure = "-";

// "0.002", "0.45", "12.1", "175", "2480": no unit, for columns that have it in their head.
std::string three_digits(double value);
// " ±0.35": of milliseconds; empty if there is none.
std::string plus_minus(std::optional<Duration> half_width);
std::optional<Duration> half_width_of(const ServiceResult& service, Duration HalfWidths::*figure);
std::string milliseconds(Duration duration);                    // "12.1 ms"
std::string percent(double share, int digits = 1);              // "98.3 %"
std::string signed_percent(double share);                       // "-7.0 %", "+0.4 %"
std::string with_unit(double value, const std::string& unit);   // "7.21 Mbit/s"

// (predicted - measured) / measured; nothing where either is missing or the measured one is too small to divide by.
std::optional<double> relative_error(const Histogram& predicted, const Histogram& measured, double quantile);
std::optional<double> relative_error_of_mean(const Histogram& predicted, const Histogram& measured);

std::uint64_t failed_in_all(const ServiceResult& service);
Answers answers_in_all(const ServiceResult& service);
bool slo_met(const ServiceLevelMet& slo);
std::string failures(const ServiceResult& service);  // "2 deadline, 1 no-node"

std::vector<std::pair<double, std::string>> startup_steps(const Evaluation& evaluation);  // (ms, what), in their order

// A service as one evaluation has it beside the last one; `label`: "error", or whose error it is.
struct Compared {
  const ServiceResult* predicted = nullptr;
  const ServiceResult* measured = nullptr;
  std::string label;
};
// For each evaluation before the last, where both have the service.
std::vector<Compared> compared_with_last(std::span<const Evaluation> evaluations, const std::string& service);

const ServiceResult* find_service(const Evaluation& evaluation, const std::string& name);
const ResourceLoad* find_resource(const Evaluation& evaluation, const std::string& name);

}  // namespace continuo
