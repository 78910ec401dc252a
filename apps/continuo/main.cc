// continuo: where should inference run, and what latency will it have? This file is wiring only.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string_view>

#include "commands.hh"
#include "commit.hh"
#include "exit_status.hh"

namespace {

constexpr const char* examples =
    "Examples:\n"
    "  continuo run examples/factory.yaml                    predict, then emulate, and compare\n"
    "  continuo run examples/factory.yaml --at model         predict only: milliseconds, no root\n"
    "  continuo run examples/factory.yaml --html report.html --json result.json\n"
    "  continuo check my.yaml                                find every mistake in a scenario\n"
    "  continuo import old.cfg -o my.yaml                    a configuration of the Continuum framework as a scenario\n"
    "  continuo compare result.json                          how far off were the predictions?\n"
    "  continuo validate examples/validation --svg v.svg     the same over many scenarios, run one after the other\n"
    "  continuo profile services/burn -o profiles.json       measure service times on this host, once\n"
    "  continuo sweep my.yaml --vary tiers.edge.quota=0.1..1:0.1\n"
    "  continuo limit my.yaml --vary tiers.endpoint.nodes=1..500   how many cameras can it take?\n"
    "  continuo figure examples/paper/fig7.yaml --svg fig7.svg     an experiment of the CCGrid 2023 paper\n"
    "  continuo emulate up my.yaml                           nodes and services without load, to look around\n"
    "  continuo node --packages services                     serve inference on this machine\n"
    "  continuo discover --task face-detection               who on this network detects faces?\n"
    "  continuo doctor                                       what does this host offer to emulations?\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 bad input, 3 the run is invalid (the report says why), 130 interrupted.";

}  // namespace

int main(int argc, char** argv) {
  using namespace continuo;
  CLI::App app{"continuo: one scenario, several fidelities, one kind of answer", "continuo"};
  app.footer(examples);
  app.set_version_flag("--version", std::string{"continuo "} + built_commit);
  app.require_subcommand(1);
  // CLI11 would read options of the program that `emulate exec` is to run.
  const bool has_program = argc > 2 && std::string_view{argv[1]} == "emulate" && std::string_view{argv[2]} == "exec";
  char** const end = argv + argc;
  char** const mark =
      has_program ? std::find_if(argv, end, [](const char* word) { return std::string_view{word} == "--"; }) : end;
  const std::vector<std::string> behind_mark(mark == end ? end : mark + 1, end);
  Command chosen;
  add_run(app, chosen);
  add_check(app, chosen);
  add_import(app, chosen);
  add_compare(app, chosen);
  add_validate(app, chosen);
  add_profile(app, chosen);
  add_sweep(app, chosen);
  add_limit(app, chosen);
  add_figure(app, chosen);
  add_emulate(app, behind_mark, chosen);
  add_node(app, chosen);
  add_load(app, chosen);
  add_discover(app, chosen);
  add_doctor(app, chosen);
  try {
    app.parse(static_cast<int>(mark - argv), argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_bad_input;
  }
  try {
    return chosen();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "continuo: %s\n", error.what());
    return exit_failed;
  }
}
