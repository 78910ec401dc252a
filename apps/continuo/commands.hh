// The subcommands. Each adds itself to the command line and stores what it was given; main runs the one that was
// chosen.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

namespace continuo {

// What the chosen subcommand does, returning the exit status.
using Command = std::function<int()>;

void add_run(CLI::App& app, Command& chosen);
void add_compare(CLI::App& app, Command& chosen);
void add_validate(CLI::App& app, Command& chosen);
void add_profile(CLI::App& app, Command& chosen);
void add_sweep(CLI::App& app, Command& chosen);
void add_limit(CLI::App& app, Command& chosen);
void add_figure(CLI::App& app, Command& chosen);
void add_check(CLI::App& app, Command& chosen);
void add_import(CLI::App& app, Command& chosen);
void add_node(CLI::App& app, Command& chosen);
void add_load(CLI::App& app, Command& chosen);
// `behind_mark`: the words behind --, a command line of somebody else's.
void add_emulate(CLI::App& app, const std::vector<std::string>& behind_mark, Command& chosen);
void add_discover(CLI::App& app, Command& chosen);
void add_doctor(CLI::App& app, Command& chosen);

}  // namespace continuo
