// `continuo doctor`: what this host offers to an emulation, what is missing, what that costs, and what mends it.

#include <cstdio>
#include <memory>

#include "commands.hh"
#include "emulate/host_report.hh"
#include "exit_status.hh"

namespace continuo {

void add_doctor(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("doctor", "Say what this host offers to emulations, and how to mend what is missing");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "As JSON");
  command->footer(
      "It tries what an emulation does, as the calling user, and leaves nothing behind.\n"
      "Examples:\n"
      "  continuo doctor\n"
      "  continuo doctor --json | jq '.findings[] | select(.state != \"ok\")'\n"
      "Exit status: 0 emulation can run here, 3 it cannot");
  command->callback([json, &chosen] {
    chosen = [json] {
      const HostReport report = judge_host(look_at_host(optional_programs()));
      std::fputs((*json ? to_json(report) : to_text(report)).c_str(), stdout);
      return report.can_emulate ? exit_ok : exit_invalid_run;
    };
  });
}

}  // namespace continuo
