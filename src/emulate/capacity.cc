// The sum of cores * quota over all nodes against the host's cores.
#include "emulate/capacity.hh"

#include <fmt/format.h>

namespace continuo {

std::optional<std::string> why_host_is_too_small(const Scenario& scenario, int host_cores) {
  constexpr double rounding = 1e-9;
  double sum = 0.0;
  std::string table;
  for (const Tier& tier : scenario.tiers) {
    const double cpu = tier.nodes * tier.cpu();
    sum += cpu;
    table += fmt::format("  {:<12} {:>4} x {} core{} x quota {:<5g} = {:6.2f}\n", tier.name, tier.nodes, tier.cores,
                         tier.cores == 1 ? " " : "s", tier.quota, cpu);
  }
  if (sum <= host_cores + rounding) {
    return std::nullopt;
  }
  return fmt::format(
      "the nodes need {:.2f} cores and this host has {}:\n{}  {:<34} {:6.2f}\n"
      "Nothing was started. Lower nodes, cores or quota, or use a larger host (--at model needs none).",
      sum, host_cores, table, "sum", sum);
}

}  // namespace continuo
