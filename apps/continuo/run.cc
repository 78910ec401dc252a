// `continuo run`: evaluates a scenario at one or more fidelities and reports them side by side.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "assumed.hh"
#include "commands.hh"
#include "exit_status.hh"
#include "fidelities.hh"
#include "kept_profiles.hh"
#include "model/explain.hh"
#include "os/clock.hh"
#include "output_file.hh"
#include "replicate.hh"
#include "report/continuum_csv.hh"
#include "report/csv.hh"
#include "report/html.hh"
#include "report/text.hh"
#include "result/evaluation_json.hh"
#include "scenario_argument.hh"
#include "validators.hh"

namespace continuo {
namespace {

struct RunArguments {
  std::string scenario;
  std::vector<std::string> changes;
  std::vector<std::string> fidelities;
  std::string json;
  std::string csv;
  std::string columns = "continuo";
  std::string html;
  std::optional<std::uint64_t> seed;
  bool quiet = false;
  bool explain = false;
  bool no_quota = false;
  std::string logs;
  std::vector<std::string> captures;
  std::string replications = "1";
  double precision = 0.02;
  ProfilesAsked profiles;
};

// What can be seen to be wrong before anything is done.
struct BadArgument : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// FROM:TO=FILE, with the names of nodes.
std::vector<PathCapture> captures_of(const RunArguments& arguments, const Scenario& scenario) {
  std::vector<PathCapture> captures;
  for (const std::string& text : arguments.captures) {
    const auto equals = text.find('=');
    const auto colon = text.find(':');
    if (colon == std::string::npos || equals == std::string::npos || colon > equals || equals + 1 == text.size()) {
      throw BadArgument("--pcap " + text + ": write FROM:TO=FILE, as in endpoint-1:edge-1=packets.pcap");
    }
    const auto node = [&](const std::string& name) {
      const auto found = std::ranges::find(scenario.nodes, name, &Node::name);
      if (found == scenario.nodes.end()) throw BadArgument("--pcap " + text + ": the scenario has no node " + name);
      return static_cast<NodeIndex>(found - scenario.nodes.begin());
    };
    const PathCapture capture{.from = node(text.substr(0, colon)),
                              .to = node(text.substr(colon + 1, equals - colon - 1)),
                              .file = text.substr(equals + 1)};
    const auto same_path = [&](const PathCapture& other) { return other.from == capture.from && other.to == capture.to; };
    if (std::ranges::any_of(captures, same_path)) {
      throw BadArgument("--pcap " + text + ": this path is captured already, and a path is captured into one file");
    }
    captures.push_back(capture);
  }
  return captures;
}

void check_outputs(const RunArguments& arguments, const std::vector<PathCapture>& captures) {
  std::vector<std::string> seen{std::filesystem::weakly_canonical(arguments.scenario)};
  const auto is_new = [&seen](const std::string& place) {
    const bool found = std::ranges::find(seen, place) != seen.end();
    seen.push_back(place);
    return !found;
  };
  for (const auto* path : {&arguments.json, &arguments.csv, &arguments.html}) {
    check_writable(*path);
    if (path->empty()) continue;
    if (!is_new(*path == "-" ? *path : std::filesystem::weakly_canonical(*path).string())) {
      throw std::runtime_error(*path + " would be written over: --json, --csv and --html need files of their own");
    }
  }
  for (const PathCapture& capture : captures) {
    if (!is_new(std::filesystem::weakly_canonical(capture.file).string())) {
      throw BadArgument(capture.file.string() + " would be written over: each --pcap needs a file of its own");
    }
    check_writable(capture.file);
  }
}

bool takes_stdout(const RunArguments& arguments) {
  return arguments.json == "-" || arguments.csv == "-" || arguments.html == "-";
}

// What cannot be written does not take the rest with it.
void write_reports(const RunArguments& arguments, const Scenario& scenario,
                   const std::vector<Evaluation>& evaluations) {
  std::vector<std::string> failures;
  const auto write = [&](const std::string& path, const auto& text) {
    if (path.empty()) return;
    try {
      write_file(path, text());
    } catch (const std::runtime_error& error) {
      failures.emplace_back(error.what());
    }
  };
  write(arguments.json, [&] { return serialise(evaluations); });
  write(arguments.csv, [&] {
    return arguments.columns == "continuum" ? render_continuum_csv(scenario, evaluations) : render_csv(evaluations);
  });
  write(arguments.html, [&] { return render_html(scenario, evaluations); });
  if (!takes_stdout(arguments)) std::fputs(render_text(evaluations, text_options()).c_str(), stdout);
  if (std::fflush(stdout) != 0) failures.emplace_back("cannot write the report to stdout");
  if (!failures.empty()) throw std::runtime_error(fmt::format("{}", fmt::join(failures, "; ")));
}

// One paragraph a term: what it is, where it is from, and whether this scenario is within its range.
void print_explanation(const Scenario& scenario, std::FILE* stream) {
  fmt::print(stream, "\nWhat the model rests on, in the order in which a request meets it (docs/model.md):\n");
  for (const Explanation& term : explain(scenario, ModelOptions{assumptions_of(scenario)})) {
    fmt::print(stream, "  {}: {}\n    from {}; range: {}\n", term.term, term.formula, term.source.empty() ? "nothing" : term.source, term.range);
    if (!term.holds) fmt::print(stream, "    OUTSIDE its range here: {}\n", term.because);
  }
}

int run(const RunArguments& arguments) {
  const MonotonicClock clock;
  const Duration started = clock.now();
  auto scenario = scenario_or_complaint(arguments.scenario, Notes::told, arguments.changes);
  if (!scenario) return exit_bad_input;
  if (arguments.seed) scenario->seed = Seed{*arguments.seed};
  const std::set<Fidelity> at = fidelities_called(arguments.fidelities);
  std::vector<PathCapture> captures;
  try {
    captures = captures_of(arguments, *scenario);
    check_outputs(arguments, captures);
  } catch (const BadArgument& wrong) {
    fmt::print(stderr, "continuo: {}\n", wrong.what());
    return exit_bad_input;
  }
  if (at.contains(Fidelity::emulate) && !can_be_provisioned(*scenario)) return exit_bad_input;

  auto profiled = profiled_times_or_complaint(*scenario, arguments.profiles);
  if (!profiled) return exit_bad_input;
  const Evaluated outcome = evaluate_at(
      *scenario, {.at = at, .emulation = {.clock = &clock, .started = started, .logs = arguments.logs, .quiet = arguments.quiet,
                                          .quotas = !arguments.no_quota, .captures = captures},
                  .replications = {.count = replications_of(arguments.replications), .precision = arguments.precision,
                                   .quiet = arguments.quiet},
                  .profiled = std::move(*profiled)});
  if (outcome.evaluations.empty()) return outcome.status;
  write_reports(arguments, *scenario, outcome.evaluations);
  if (arguments.explain) print_explanation(*scenario, takes_stdout(arguments) ? stderr : stdout);
  if (outcome.status != exit_ok) return outcome.status;
  return std::ranges::all_of(outcome.evaluations, &Evaluation::valid) ? exit_ok : exit_invalid_run;
}

}  // namespace

void add_run(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("run", "Evaluate a scenario, and report every fidelity beside the others");
  auto arguments = std::make_shared<RunArguments>();
  command->add_option("scenario", arguments->scenario, "Scenario file (YAML; docs/scenario.md), or a .cfg of the Continuum framework (docs/continuum-cfg.md)")->required();
  command
      ->add_option("--set", arguments->changes,
                   "PATH=VALUE: this value in the scenario instead of what the file says (docs/what-if.md#paths); may be repeated")
      ->delimiter('\0')
      ->allow_extra_args(false);
  command
      ->add_option("--at", arguments->fidelities,
                   "Fidelity: model (closed form), simulate (every request, in simulated time) or emulate (real processes and "
                   "packets); repeated, or with commas between; without it: all three")
      ->delimiter(',')
      ->check(CLI::IsMember({"model", "simulate", "emulate"}));
  command->add_option("--json", arguments->json,
                      "Write a list with one Evaluation a fidelity to this file; - for stdout");
  auto* csv = command->add_option("--csv", arguments->csv, "Write the figures as CSV to this file; - for stdout");
  command
      ->add_option("--columns", arguments->columns,
                   "Of the CSV: continuo, or continuum for those of the Continuum framework, with its means of the samples between the "
                   "5th and the 90th percentile")
      ->check(CLI::IsMember({"continuo", "continuum"}))
      ->needs(csv);
  command->add_option("--html", arguments->html, "Write a self-contained report to this file");
  command->add_option("--seed", arguments->seed, "Instead of the scenario's seed")->check(must_be_seed);
  command->add_option("--logs", arguments->logs, "Keep the logs of the nodes in this folder");
  command->add_flag("--no-quota", arguments->no_quota,
                    "Emulate without CPU quotas and memory limits, and do not judge them: for users who may make no control groups");
  command->add_option("--pcap", arguments->captures,
                      "FROM:TO=FILE: write the packets that reach node TO from node FROM to a pcap file; may be repeated");
  auto* replications =
      command
          ->add_option("--replications", arguments->replications,
                       "Simulate so many times, with seeds derived from the scenario's, in parallel, and give each latency with its "
                       "confidence interval; auto: until --precision is reached")
          ->check(must_be_replications);
  command
      ->add_option("--precision", arguments->precision,
                   "Of --replications auto: half the confidence interval about the mean latency of every service, over the mean (0.02)")
      ->check(must_be_between(0.0001, 1.0))
      ->needs(replications);
  command->add_flag("--explain", arguments->explain,
                    "Tell which formulas the model's figures rest on, where they are from, and whether the scenario is within their range");
  add_profiles_options(*command, arguments->profiles);
  command->add_flag("--quiet", arguments->quiet, "No progress on stderr");
  command->footer(
      "Examples:\n"
      "  continuo run examples/factory.yaml\n"
      "  continuo run examples/factory.yaml --at model --explain\n"
      "  continuo run examples/factory.yaml --at model --at simulate\n"
      "  continuo run examples/factory.yaml --at model,simulate --set tiers.edge.quota=0.3\n"
      "  continuo run examples/factory.yaml --at simulate --replications auto --precision 0.01\n"
      "  continuo run examples/factory.yaml --at model --profiles profiles.json     with the service times of this host\n"
      "  continuo run examples/factory.yaml --json result.json --html report.html --seed 7\n"
      "Exit status: 0 done, 1 failed, 2 the scenario has mistakes, 3 the run is invalid (the report says why), 130 interrupted");
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace continuo
