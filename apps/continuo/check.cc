// `continuo check`: every mistake in a scenario, with its place and what would be right.

#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "commands.hh"
#include "exit_status.hh"
#include "scenario_argument.hh"

namespace continuo {

void add_check(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("check", "Find every mistake in a scenario, and say what would be right");
  auto file = std::make_shared<std::string>();
  command->add_option("scenario", *file, "Scenario file (YAML; docs/scenario.md), or a .cfg of the Continuum framework (docs/continuum-cfg.md)")->required();
  command->footer("Example:\n  continuo check examples/factory.yaml");
  command->callback([file, &chosen] {
    chosen = [file]() -> int {
      const auto scenario = scenario_or_complaint(*file);
      if (!scenario || !can_be_provisioned(*scenario)) return exit_bad_input;
      fmt::print("{}: {} tiers, {} nodes, {} services, {} streams, {:.1f} s, seed {}: valid\n", *file,
                 scenario->tiers.size(), scenario->nodes.size(), scenario->services.size(), scenario->workload.size(),
                 to_seconds(scenario->duration()), scenario->seed.value());
      return exit_ok;
    };
  });
}

}  // namespace continuo
