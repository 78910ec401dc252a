// The closed form: feasible or not, the bottleneck, and a base latency, in milliseconds of wall time and without root.
#pragma once

#include <optional>
#include <string>

#include "model/options.hh"
#include "result/evaluation.hh"

namespace continuo {

inline constexpr std::size_t model_nodes_max = 1'000'000;
// Nodes that are alike are one to the model (policy/node_classes.hh). With more kinds of them its equilibrium takes minutes: the
// simulator is faster then.
inline constexpr std::size_t model_classes_max = 2'000;

// Why the model does not take a scenario; nothing: it does.
std::optional<std::string> model_refuses(const Scenario& scenario, const ModelOptions& options);

// The first-order model of the SPEC-RG reference architecture, and beside it a latency composed of one term a cause
// (model/terms). docs/model.md has each formula with its source, assumptions and range. Deterministic; does no I/O.
Evaluation evaluate(const Scenario& scenario, const ModelOptions& options);

}  // namespace continuo
