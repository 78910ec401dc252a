// The names of the enumerations, as they stand in JSON and in reports.
#include "result/evaluation.hh"

#include <algorithm>

#include "result/full_load.hh"

namespace continuo {

const char* to_string(Fidelity fidelity) {
  switch (fidelity) {
    case Fidelity::model: return "model";
    case Fidelity::simulate: return "simulate";
    case Fidelity::emulate: return "emulate";
    case Fidelity::deploy: return "deploy";
  }
  return "unknown";
}

std::optional<Fidelity> fidelity_called(std::string_view name) {
  for (const Fidelity fidelity : {Fidelity::model, Fidelity::simulate, Fidelity::emulate, Fidelity::deploy}) {
    if (to_string(fidelity) == name) return fidelity;
  }
  return std::nullopt;
}

const char* to_string(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::cpu: return "cpu";
    case ResourceKind::link: return "link";
    case ResourceKind::accelerator: return "accelerator";
    case ResourceKind::memory: return "memory";
  }
  return "unknown";
}

const char* to_string(EventOrigin origin) {
  switch (origin) {
    case EventOrigin::observed: return "observed";
    case EventOrigin::scenario: return "scenario";
    case EventOrigin::command: return "command";
  }
  return "unknown";
}

double generated_to_completed(std::uint64_t generated, std::uint64_t completed) {
  return completed == 0 ? 1.0 : static_cast<double>(generated) / static_cast<double>(completed);
}

double answered_to_generated(Duration generated, Duration answered) {
  if (generated <= Duration::zero() || answered <= generated) return 1.0;
  return to_seconds(answered) / to_seconds(generated);
}

double load_beside_users(double open, double users) {
  constexpr double filled = 1 - 1e-6;
  return open + std::clamp(filled - open, 0.0, std::max(0.0, users));
}

void find_bottleneck(Evaluation& evaluation) {
  evaluation.bottleneck.clear();
  evaluation.bottleneck_load = 0.0;
  for (const ResourceLoad& resource : evaluation.resources) {
    if (resource.kind != ResourceKind::memory && resource.offered_load > evaluation.bottleneck_load) {
      evaluation.bottleneck = resource.name;
      evaluation.bottleneck_load = resource.offered_load;
    }
  }
  evaluation.feasible = evaluation.bottleneck_load < full_load;
}

std::optional<double> head_room(const ResourceLoad& resource) {
  if (resource.kind == ResourceKind::memory || !(resource.offered_load > 0.0)) return std::nullopt;
  return 1.0 / resource.offered_load - 1.0;
}

std::optional<double> head_room(const Evaluation& evaluation) {
  return evaluation.bottleneck_load > 0.0 ? std::optional{1.0 / evaluation.bottleneck_load - 1.0} : std::nullopt;
}

}  // namespace continuo
