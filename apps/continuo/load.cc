// `continuo load`: sends one node's share of a scenario's workload and prints a record of every request.

#include "load/load.hh"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "commands.hh"
#include "emulate/capacity.hh"
#include "exit_status.hh"
#include "os/clock.hh"
#include "os/thread_clock.hh"
#include "scenario_argument.hh"
#include "validators.hh"
#include "wire/event.hh"

namespace continuo {
namespace {

struct LoadArguments {
  std::string scenario;
  std::vector<std::string> changes;
  std::string node;
  std::string target = "127.0.0.1:8000";
  std::optional<std::int64_t> start_at_ns;
  std::optional<std::uint64_t> seed;
};

int load(const LoadArguments& arguments) {
  wake_punctually();
  const MonotonicClock clock;
  auto scenario = scenario_or_complaint(arguments.scenario, Notes::untold, arguments.changes);
  if (!scenario) return exit_bad_input;
  if (arguments.seed) scenario->seed = Seed{*arguments.seed};
  if (const auto why = why_no_transport(*scenario)) throw std::runtime_error(*why);
  const auto node = std::ranges::find(scenario->nodes, arguments.node, &Node::name);
  if (node == scenario->nodes.end()) {
    throw std::runtime_error("--node " + arguments.node + ": the scenario has no such node");
  }
  LoadOptions options;
  options.node = static_cast<NodeIndex>(node - scenario->nodes.begin());
  options.target = arguments.target;
  options.start_at = arguments.start_at_ns ? Duration{*arguments.start_at_ns} : clock.now();
  run_load(*scenario, options, clock, [](const LoadRecord& record) {
    std::printf("%s\n", serialise(record).c_str());
    std::fflush(stdout);
  });
  return exit_ok;
}

}  // namespace

void add_load(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("load",
                                     "Send one node's share of a scenario's workload; prints a record a request");
  auto arguments = std::make_shared<LoadArguments>();
  command->add_option("scenario", arguments->scenario, "Scenario file (YAML; docs/scenario.md)")->required();
  command
      ->add_option("--set", arguments->changes, "PATH=VALUE: this value in the scenario instead of what the file says; may be repeated")
      ->delimiter('\0')
      ->allow_extra_args(false);
  command->add_option("--node", arguments->node, "Whose share, e.g. endpoint-1")->required();
  command->add_option("--target", arguments->target, "HOST:PORT that the requests go to")
      ->check(must_be_host_and_port)
      ->capture_default_str();
  command->add_option("--start-at", arguments->start_at_ns,
                      "When the load begins, in ns of CLOCK_MONOTONIC; without it: now");
  command->add_option("--seed", arguments->seed, "Instead of the scenario's seed")->check(must_be_seed);
  command->footer(
      "Example:\n  continuo load examples/factory.yaml --node endpoint-1 --target 192.168.1.20:8000 > records.jsonl");
  command->callback([arguments, &chosen] { chosen = [arguments] { return load(*arguments); }; });
}

}  // namespace continuo
