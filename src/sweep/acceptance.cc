#include "sweep/acceptance.hh"

#include <fmt/format.h>

#include "report/figures.hh"

namespace continuo {

Verdict acceptable(const Evaluation& evaluation) {
  for (const ServiceResult& service : evaluation.services) {
    if (service.slo && service.generated > 0 && !slo_met(*service.slo) && evaluation.feasible) {
      return {false, fmt::format("{} has {} within {:g} ms, not {:g} %", service.name, percent(service.slo->met_share),
                                 to_milliseconds(service.slo->bound), service.slo->quantile * 100)};
    }
  }
  if (evaluation.feasible) return {true, ""};
  if (evaluation.bottleneck.empty()) return {false, "not feasible"};
  return {false, fmt::format("not feasible: {} at {}", evaluation.bottleneck, percent(evaluation.bottleneck_load))};
}

}  // namespace continuo
