#include "sweep/acceptance.hh"

#include <fmt/format.h>

#include "report/figures.hh"
#include "result/full_load.hh"

namespace continuo {
namespace {

// With as many decimals as show that it is below.
std::string below(double share, double asked) {
  for (int decimals = 1; decimals < 6; ++decimals) {
    if (fmt::format("{:.{}f}", share * 100, decimals) != fmt::format("{:.{}f}", asked * 100, decimals)) return percent(share, decimals);
  }
  return "just less";
}

}  // namespace

Verdict acceptable(const Evaluation& evaluation) {
  for (const ServiceResult& service : evaluation.services) {
    if (service.slo && service.generated > 0 && !slo_met(*service.slo) && evaluation.feasible) {
      return {false, fmt::format("{} has {} within {:g} ms, not {:g} %", service.name, below(service.slo->met_share, service.slo->quantile),
                                 to_milliseconds(service.slo->bound), service.slo->quantile * 100)};
    }
  }
  if (evaluation.feasible) return {true, ""};
  for (const ServiceResult& service : evaluation.services) {
    if (service.generated > 0 && service.by_node.empty()) return {false, fmt::format("not feasible: {} is answered by no node", service.name)};
    if (service.generated > 0 && service.completed == 0 && evaluation.bottleneck_load < full_load) {
      return {false, fmt::format("not feasible: no request of {} is answered in time", service.name)};
    }
  }
  if (evaluation.bottleneck.empty()) return {false, "not feasible"};
  return {false, fmt::format("not feasible: {} at {}", evaluation.bottleneck, percent(evaluation.bottleneck_load))};
}

}  // namespace continuo
