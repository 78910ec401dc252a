// `continuo validate`: how far predictions are from what real processes and packets do, over a set of scenarios.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "commands.hh"
#include "commit.hh"
#include "evaluation_files.hh"
#include "exit_status.hh"
#include "fidelities.hh"
#include "kept_profiles.hh"
#include "os/clock.hh"
#include "output_file.hh"
#include "report/comparison_report.hh"
#include "report/figures.hh"
#include "result/evaluation_json.hh"
#include "scenario/digest.hh"
#include "scenario/parse.hh"
#include "scenario_argument.hh"
#include "validators.hh"

namespace continuo {
namespace {

constexpr std::size_t scenarios_max = 10'000;
constexpr Bytes profiles_file_max = Bytes::mebibytes(16);

struct ValidateArguments {
  std::vector<std::string> places;
  std::vector<std::string> fidelities;
  std::string figure = "p95";
  std::string json;
  std::string html;
  std::string svg;
  std::string results;
  std::optional<std::uint64_t> seed;
  int attempts = 3;
  bool resume = false;
  bool quiet = false;
  ProfilesAsked profiles;
};

struct Case {
  std::string file;
  Scenario scenario;
  std::string digest;
  ProfiledTimes profiled = {};
};

bool is_scenario_file(const std::filesystem::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml" || path.extension() == ".cfg";
}

// A folder stands for the scenario files directly in it, by name.
std::vector<std::string> files_of(const std::vector<std::string>& places) {
  std::vector<std::string> files;
  for (const std::string& place : places) {
    if (!std::filesystem::is_directory(place)) {
      files.push_back(place);
      continue;
    }
    std::vector<std::string> inside;
    for (const auto& entry : std::filesystem::directory_iterator{place}) {
      if (entry.is_regular_file() && is_scenario_file(entry.path())) inside.push_back(entry.path().string());
    }
    if (inside.empty()) fmt::print(stderr, "continuo: {} has no scenario files (.yaml, .yml, .cfg)\n", place);
    std::ranges::sort(inside);
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

// All mistakes of all files are told before anything is run.
std::optional<std::vector<Case>> cases_or_complaint(const ValidateArguments& arguments, bool emulated) {
  const std::vector<std::string> files = files_of(arguments.places);
  if (files.size() > scenarios_max) {
    fmt::print(stderr, "continuo: {} scenarios; at most {}\n", files.size(), scenarios_max);
    return std::nullopt;
  }
  std::vector<Case> cases;
  std::map<std::string, std::string> named;
  bool right = !files.empty();
  for (const std::string& file : files) {
    auto scenario = scenario_or_complaint(file);
    if (!scenario || (emulated && !can_be_provisioned(*scenario))) {
      right = false;
      continue;
    }
    if (arguments.seed) scenario->seed = Seed{*arguments.seed};
    auto profiled = profiled_times_or_complaint(*scenario, arguments.profiles);
    if (!profiled) return std::nullopt;
    const auto [first, is_new] = named.emplace(scenario->name, file);
    if (!is_new) {
      fmt::print(stderr, "{}: is named {}, as {} is\n  evaluations belong together by the name of their scenario: give one of them another\n",
                 file, scenario->name, first->second);
      right = false;
      continue;
    }
    const auto text = read_scenario_text(file);
    const auto* known = std::get_if<std::string>(&text);
    // Predictions from other profiles are other results.
    const auto profiles = arguments.profiles.file.empty() ? std::nullopt : DiskFiles{}.read(arguments.profiles.file, profiles_file_max);
    cases.push_back({file, std::move(*scenario), known == nullptr ? "" : sha256_hex(*known + profiles.value_or("")).substr(0, 12),
                     std::move(*profiled)});
  }
  return right ? std::optional{std::move(cases)} : std::nullopt;
}

// Where the evaluations of a scenario are kept: another text or seed of it has another file.
std::filesystem::path result_file(const std::string& folder, const Case& one) {
  std::string name = one.scenario.name;
  const auto is_plain = [](unsigned char letter) { return std::isalnum(letter) != 0 || letter == '-' || letter == '_'; };
  std::ranges::replace_if(name, std::not_fn(is_plain), '_');
  return std::filesystem::path{folder} / fmt::format("{}-{}-{}.json", name, one.digest, one.scenario.seed.value());
}

// Whole or not at all: a run that is cut off leaves no half of a file.
void keep(const std::filesystem::path& file, const std::vector<Evaluation>& evaluations) {
  const std::filesystem::path unfinished = file.string() + ".part";
  write_file(unfinished.string(), serialise(evaluations));
  std::filesystem::rename(unfinished, file);
}

// What is kept of an earlier run, if it has all that is asked for, by this program.
std::optional<std::vector<Evaluation>> kept(const ValidateArguments& arguments, const Case& one, const std::set<Fidelity>& at) {
  const auto file = result_file(arguments.results, one);
  if (!arguments.resume || !std::filesystem::exists(file)) return std::nullopt;
  std::vector<Evaluation> evaluations;
  try {
    evaluations = read_evaluations(file);
  } catch (const std::runtime_error& broken) {
    fmt::print(stderr, "{}: {}; {} is run again\n", file.string(), broken.what(), one.scenario.name);
    return std::nullopt;
  }
  std::set<Fidelity> has;
  for (const Evaluation& evaluation : evaluations) {
    if (evaluation.commit == built_commit && evaluation.valid) has.insert(evaluation.fidelity);
  }
  if (!std::ranges::includes(has, at)) return std::nullopt;
  std::erase_if(evaluations, [&](const Evaluation& evaluation) { return !at.contains(evaluation.fidelity); });
  return evaluations;
}

// A run that did not get the CPU or the network that it asked for says nothing of the prediction: it is tried again.
Evaluated evaluate_until_valid(const ValidateArguments& arguments, const Case& one, const std::set<Fidelity>& at) {
  const MonotonicClock clock;
  Evaluated outcome;
  for (int attempt = 1; attempt <= arguments.attempts; ++attempt) {
    outcome = evaluate_at(one.scenario, {.at = at, .emulation = {.clock = &clock, .started = clock.now(), .logs = "", .quiet = true},
                                         .profiled = one.profiled});
    if (outcome.status != exit_ok || std::ranges::all_of(outcome.evaluations, &Evaluation::valid)) break;
    for (const Evaluation& evaluation : outcome.evaluations) {
      if (!evaluation.valid && !arguments.quiet) {
        fmt::print(stderr, "    attempt {} of {} is invalid: {}\n", attempt, arguments.attempts,
                   evaluation.invalid_because.empty() ? "" : evaluation.invalid_because.front());
      }
    }
  }
  return outcome;
}

void tell(const std::vector<EvaluationSource>& sources, Fidelity reference) {
  const Comparison comparison = compare(sources, {.reference = reference, .feasible_only = true});
  for (const ComparedEvaluation& pair : comparison.pairs) {
    std::string line = fmt::format("    {}:", to_string(pair.predicted_at));
    for (const ComparedService& service : pair.services) {
      const auto error = [&](LatencyFigure figure) {
        const auto& value = service.latency_ms.at(figure).error;
        return value && !pair.no_latency ? signed_percent(*value) : std::string{unknown_figure};
      };
      line += fmt::format(" {} mean {}, p95 {};", service.name, error(LatencyFigure::mean), error(LatencyFigure::p95));
    }
    line += fmt::format(" bottleneck {}", pair.bottleneck_right ? "right" : "wrong");
    fmt::print(stderr, "{}\n", line);
  }
}

// A scenario whose reference failed is compared with nothing, and said to be.
int report(const ValidateArguments& arguments, const std::vector<EvaluationSource>& sources, Fidelity reference) {
  const LatencyFigure figure = latency_figure_called(arguments.figure).value_or(LatencyFigure::p95);
  const Comparison comparison = compare(sources, {.reference = reference, .feasible_only = true});
  if (comparison.pairs.empty()) {
    for (const std::string& reason : comparison.alone) fmt::print(stderr, "continuo: {}\n", reason);
    fmt::print(stderr, "continuo: nothing to compare\n");
    return exit_failed;
  }
  if (!arguments.json.empty()) write_file(arguments.json, render_comparison_json(comparison, figure));
  if (!arguments.html.empty()) write_file(arguments.html, render_comparison_html(comparison, figure));
  if (!arguments.svg.empty()) write_file(arguments.svg, render_comparison_svg(comparison, figure));
  const bool to_stdout = arguments.json == "-" || arguments.html == "-" || arguments.svg == "-";
  if (!to_stdout) std::fputs(render_comparison_text(comparison, figure, text_options()).c_str(), stdout);
  const bool all_count = std::ranges::all_of(comparison.pairs, [](const auto& pair) { return pair.left_out.empty(); });
  return all_count && comparison.alone.empty() ? exit_ok : exit_invalid_run;
}

int validate(const ValidateArguments& arguments) {
  const std::set<Fidelity> at = fidelities_called(arguments.fidelities);
  if (at.size() < 2) {
    fmt::print(stderr, "continuo: one fidelity has nothing to be compared with\n  give --at twice, or leave it out\n");
    return exit_bad_input;
  }
  if (arguments.resume && arguments.results.empty()) {
    fmt::print(stderr, "continuo: --resume goes on from a folder of results\n  name it with --results DIR\n");
    return exit_bad_input;
  }
  auto cases = cases_or_complaint(arguments, at.contains(Fidelity::emulate));
  if (!cases) return exit_bad_input;
  std::vector<std::string> read;
  for (const Case& one : *cases) read.push_back(one.file);
  check_distinct(read, {arguments.json, arguments.html, arguments.svg});
  for (const auto* path : {&arguments.json, &arguments.html, &arguments.svg}) check_writable(*path);
  if (!arguments.results.empty()) std::filesystem::create_directories(arguments.results);

  std::vector<EvaluationSource> sources;
  ExitStatus status = exit_ok;
  for (std::size_t index = 0; index < cases->size(); ++index) {
    const Case& one = (*cases)[index];
    if (!arguments.quiet) fmt::print(stderr, "[{}/{}] {}\n", index + 1, cases->size(), one.scenario.name);
    auto evaluations = kept(arguments, one, at);
    if (!evaluations) {
      Evaluated outcome = evaluate_until_valid(arguments, one, at);
      if (outcome.status == exit_interrupted) return exit_interrupted;
      if (outcome.status != exit_ok) status = outcome.status;
      evaluations = std::move(outcome.evaluations);
      if (!arguments.results.empty()) keep(result_file(arguments.results, one), *evaluations);
    }
    std::vector<EvaluationSource> of_this;
    for (Evaluation& evaluation : *evaluations) of_this.push_back({one.file, std::move(evaluation)});
    if (!arguments.quiet) tell(of_this, *at.rbegin());
    std::ranges::move(of_this, std::back_inserter(sources));
  }
  const int reported = report(arguments, sources, *at.rbegin());
  return status != exit_ok ? status : reported;
}

}  // namespace

void add_validate(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("validate", "Run scenarios at several fidelities, and tell how far the predictions are off");
  auto arguments = std::make_shared<ValidateArguments>();
  command->add_option("scenarios", arguments->places, "Scenario files, or folders of them")->required();
  command
      ->add_option("--at", arguments->fidelities,
                   "Fidelities to compare: model, simulate, emulate; the finest is what the others are compared with; repeated, or with commas between; without it: "
                   "all three")
      ->delimiter(',')
      ->check(CLI::IsMember({"model", "simulate", "emulate"}));
  command
      ->add_option("--figure", arguments->figure,
                   "Of the drawing and of the worst points: mean, p50, p95 or p99; without it: p95")
      ->check(CLI::IsMember({"mean", "p50", "p95", "p99"}));
  command->add_option("--json", arguments->json, "Write the errors to this file; - for stdout");
  command->add_option("--html", arguments->html, "Write tables and drawing to this page");
  command->add_option("--svg", arguments->svg, "Draw predicted over measured into this file");
  command->add_option("--results", arguments->results, "Keep the evaluations of each scenario in this folder");
  command->add_flag("--resume", arguments->resume, "Take valid results of the same scenario, seed and program from that folder");
  command
      ->add_option("--attempts", arguments->attempts,
                   "How often an emulation is tried that did not get what its scenario asks for; without it: 3")
      ->check(CLI::Range(1, 100));
  command->add_option("--seed", arguments->seed, "Instead of the scenarios' seeds")->check(must_be_seed);
  add_profiles_options(*command, arguments->profiles);
  command->add_flag("--quiet", arguments->quiet, "No progress on stderr");
  command->footer(
      "Examples:\n"
      "  continuo validate examples/validation --svg validation.svg --json validation.json\n"
      "  continuo validate examples/validation --results runs --resume     go on after Ctrl-C\n"
      "  continuo validate mine.yaml --at model --at simulate              no root needed\n"
      "Exit status: 0 done, 1 failed, 2 a scenario has mistakes, 3 a run stayed invalid and does not count, 130 interrupted");
  command->callback([arguments, &chosen] { chosen = [arguments] { return validate(*arguments); }; });
}

}  // namespace continuo
