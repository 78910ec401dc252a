// `continuo limit`: how far one parameter can go before a scenario misses an SLO or is not feasible.

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands.hh"
#include "exit_status.hh"
#include "sweep/acceptance.hh"
#include "sweep/axis.hh"
#include "validators.hh"
#include "varied.hh"

namespace continuo {
namespace {

struct LimitArguments {
  std::string scenario;
  std::string vary;
  std::string fidelity = "model";
  bool smallest = false;
  double precision = 0.1;  // percent
  std::optional<std::uint64_t> seed;
  ProfilesAsked profiles;
};

Verdict judge(const LimitArguments& arguments, const VariedFile& file, const std::string& value) {
  auto scenario = file.varied.at(std::vector{value}, DiskFiles{});
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&scenario)) {
    return {false, "no valid scenario: " + errors->front().message};
  }
  auto& valid = std::get<Scenario>(scenario);
  if (arguments.seed) valid.seed = Seed{*arguments.seed};
  return acceptable(predict_at(arguments.fidelity == "simulate" ? Fidelity::simulate : Fidelity::model, valid, assumptions_at(file, valid)));
}

int find(const LimitArguments& arguments) {
  const auto parsed = parse_searched_axis(arguments.vary);
  if (const auto* wrong = std::get_if<AskedWrongly>(&parsed)) {
    complain(*wrong);
    return exit_bad_input;
  }
  const auto& axis = std::get<SearchedAxis>(parsed);
  if (axis.interval.step) {
    complain({"a search takes no step", "write A..B; --precision says how narrow the answer is to be"});
    return exit_bad_input;
  }
  const auto file = varied_or_complaint(arguments.scenario, {axis.path}, arguments.profiles);
  if (!file) return exit_bad_input;
  const char* sought = arguments.smallest ? "smallest" : "largest";
  const BisectionOptions options{.sought = arguments.smallest ? Sought::smallest : Sought::largest,
                                 .precision = arguments.precision / 100};
  const Limit limit = find_limit(axis.interval, options,
                                 [&](double value) { return judge(arguments, *file, axis.interval.text(value)); });
  const std::string& path = axis.path.text;
  if (!limit.holds) {
    fmt::print("{} = {}: {}\n", path, axis.interval.text(*limit.fails), limit.reason);
    fmt::print(stderr, "continuo: not even the {} value of the range holds\n  {}\n", arguments.smallest ? "greatest" : "least",
               arguments.smallest ? "let the range end where it holds" : "let the range begin where it holds, or add --smallest");
    return exit_failed;
  }
  if (!limit.fails) {
    fmt::print("{} = {}: every SLO is met and it is feasible, to the end of the range ({} evaluations at {})\n", path,
               axis.interval.text(*limit.holds), limit.evaluations, arguments.fidelity);
    return exit_ok;
  }
  fmt::print("{} = {}: the {} that meets every SLO and is feasible ({} evaluations at {})\n", path,
             axis.interval.text(*limit.holds), sought, limit.evaluations, arguments.fidelity);
  fmt::print("{} = {}: {}\n", path, axis.interval.text(*limit.fails), limit.reason);
  return exit_ok;
}

}  // namespace

void add_limit(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("limit", "Find how far one parameter can go before an SLO is missed");
  auto arguments = std::make_shared<LimitArguments>();
  command->add_option("scenario", arguments->scenario, "Scenario file (YAML; docs/scenario.md)")->required();
  command->add_option("--vary", arguments->vary, "PATH=A..B: a path into the scenario and where to search")->required();
  command->add_option("--at", arguments->fidelity, "Fidelity: model or simulate; without it: model")
      ->check(CLI::IsMember({"model", "simulate"}));
  command->add_flag("--smallest", arguments->smallest,
                    "The smallest value that holds, for what helps when it grows; without it: the largest");
  command->add_option("--precision", arguments->precision, "Width of the answer's bracket in percent; without it: 0.1")
      ->check(must_be_between(1e-6, 50.0));
  command->add_option("--seed", arguments->seed, "Instead of the scenario's seed")->check(must_be_seed);
  add_profiles_options(*command, arguments->profiles);
  command->footer(
      "Examples:\n"
      "  continuo limit examples/two-tier.yaml --vary tiers.endpoint.nodes=1..200\n"
      "  continuo limit examples/two-tier.yaml --vary 'workload[0].every=10ms..1s' --smallest\n"
      "  continuo limit examples/two-tier.yaml --vary tiers.edge.quota=0.05..1 --smallest --at simulate\n"
      "Exit status: 0 found, 1 nothing in the range holds, 2 bad input");
  command->callback([arguments, &chosen] { chosen = [arguments] { return find(*arguments); }; });
}

}  // namespace continuo
