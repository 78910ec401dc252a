// Energy and cost of a run, the same for every fidelity: pure arithmetic on what was used. docs/model.md has the formulas.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "energy/usage.hh"
#include "result/evaluation.hh"
#include "scenario/scenario.hh"

namespace continuo {

inline constexpr std::size_t energy_nodes_max = 1000;  // of more nodes, each by itself is not listed

// What the scenario states, or what is usual.
PowerDraw power_of(const Tier& tier);
struct BitEnergy {
  EnergyPerBit per_bit = EnergyPerBit::nanojoules(0);
  bool is_usual = false;
};
BitEnergy bit_energy_of(const Scenario& scenario, std::size_t link_class);

// A node takes P_idle t + (P_busy - P_idle) b / cores, for b core-seconds in use; a link 8 e for each byte; an hour of a node its price.
// A service is charged with what was used for it.
EnergyUse energy_of(const Scenario& scenario, const Usage& usage, std::span<const ServiceResult> services);

// The figures of it that a sweep needs, without names and lists.
struct EnergyFigures {
  std::vector<std::optional<Energy>> per_request = {};  // by service, idle nodes included; nothing: none was completed
  std::optional<double> cost_per_million = std::nullopt;
};
EnergyFigures energy_figures(const Scenario& scenario, const Usage& usage, std::span<const double> completed);

}  // namespace continuo
