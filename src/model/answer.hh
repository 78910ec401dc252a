// The model's figures without names and distributions: what a point of a sweep needs, in microseconds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/options.hh"
#include "model/terms/row_memory.hh"
#include "scenario/scenario.hh"

namespace continuo {

struct ServiceAnswer {
  double generated = 0.0;  // requests
  double completed = 0.0;
  // Seconds, of the requests that are answered in time; nothing: none is, or there is no stable latency.
  struct Latency {
    double mean = 0.0;
    double p50 = 0.0;
    double p95 = 0.0;
    double p99 = 0.0;
  };
  std::optional<Latency> latency{};
  std::optional<double> slo_met{};  // share of the generated requests
  std::optional<TierIndex> tier{};  // whose nodes serve most
  std::optional<NodeIndex> node{};  // that serves most, the first by name of equal ones
  std::optional<Energy> energy_per_request{};  // idle nodes included; nothing: none is completed
};

struct Answer {
  bool feasible = true;
  std::string bottleneck;
  double bottleneck_load = 0.0;
  std::optional<double> cost_per_million{};  // requests
  std::vector<ServiceAnswer> services;
};

// The figures of evaluate() (model/model.hh), percentiles within its histogram's resolution.
Answer answer(const Scenario& scenario, const ModelOptions& options);
// The same; points that are near each other share in the memory what they have in common.
Answer answer(const Scenario& scenario, const ModelOptions& options, RowMemory& memory);

}  // namespace continuo
