// `continuo compare`: how far predictions are from measurements, from the files that `continuo run --json` wrote.

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands.hh"
#include "evaluation_files.hh"
#include "exit_status.hh"
#include "output_file.hh"
#include "report/comparison_report.hh"

namespace continuo {
namespace {

struct CompareArguments {
  std::vector<std::string> files;
  std::string reference;
  std::string figure = "p95";
  std::string json;
  std::string html;
  std::string svg;
  bool with_invalid = false;
  bool feasible_only = false;
};

int compare_files(const CompareArguments& arguments) {
  std::vector<EvaluationSource> sources;
  for (const std::string& path : arguments.files) {
    try {
      for (Evaluation& evaluation : read_evaluations(path)) sources.push_back({path, std::move(evaluation)});
    } catch (const std::runtime_error& wrong) {
      fmt::print(stderr, "{}: {}\n  write it with continuo run SCENARIO --json {}\n", path, wrong.what(), path);
      return exit_bad_input;
    }
  }
  check_distinct(arguments.files, {arguments.json, arguments.html, arguments.svg});
  for (const auto* path : {&arguments.json, &arguments.html, &arguments.svg}) check_writable(*path);
  const LatencyFigure figure = latency_figure_called(arguments.figure).value_or(LatencyFigure::p95);
  const Comparison comparison = compare(sources, {.reference = fidelity_called(arguments.reference),
                                                  .with_invalid = arguments.with_invalid,
                                                  .feasible_only = arguments.feasible_only});
  if (comparison.pairs.empty()) {
    for (const std::string& reason : comparison.alone) fmt::print(stderr, "continuo: {}\n", reason);
    fmt::print(stderr, "continuo: nothing to compare\n  give evaluations of one scenario at two fidelities: "
                       "continuo run SCENARIO --at model --at simulate --json FILE\n");
    return exit_bad_input;
  }
  if (!arguments.json.empty()) write_file(arguments.json, render_comparison_json(comparison, figure));
  if (!arguments.html.empty()) write_file(arguments.html, render_comparison_html(comparison, figure));
  if (!arguments.svg.empty()) write_file(arguments.svg, render_comparison_svg(comparison, figure));
  const bool to_stdout = arguments.json == "-" || arguments.html == "-" || arguments.svg == "-";
  if (!to_stdout) std::fputs(render_comparison_text(comparison, figure, text_options()).c_str(), stdout);
  return exit_ok;
}

}  // namespace

void add_compare(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("compare", "Tell how far predictions are from measurements");
  auto arguments = std::make_shared<CompareArguments>();
  command->add_option("files", arguments->files, "Files of evaluations: what continuo run --json wrote")->required();
  command
      ->add_option("--reference", arguments->reference,
                   "Compare with this fidelity; without it: with the finest that a scenario was evaluated at")
      ->check(CLI::IsMember({"model", "simulate", "emulate", "deploy"}));
  command
      ->add_option("--figure", arguments->figure,
                   "Of the drawing and of the worst points: mean, p50, p95 or p99; without it: p95")
      ->check(CLI::IsMember({"mean", "p50", "p95", "p99"}));
  command->add_option("--json", arguments->json, "Write the figures to this file; - for stdout");
  command->add_option("--html", arguments->html, "Write tables and drawing to this page");
  command->add_option("--svg", arguments->svg, "Draw predicted over measured into this file");
  command->add_flag("--with-invalid", arguments->with_invalid, "Let runs count that did not get what their scenario asks for");
  command->add_flag("--feasible-only", arguments->feasible_only,
                    "Leave out latencies of scenarios that were measured to be overloaded: there, they grow with the length of the run");
  command->footer(
      "Examples:\n"
      "  continuo run examples/two-tier.yaml --json result.json && continuo compare result.json\n"
      "  continuo compare runs/*.json --figure mean --svg scatter.svg --json accuracy.json\n"
      "  continuo compare model.json simulation.json --reference simulate\n"
      "Exit status: 0 done, 1 failed, 2 a file is not one of evaluations, or there is nothing to compare");
  command->callback([arguments, &chosen] { chosen = [arguments] { return compare_files(*arguments); }; });
}

}  // namespace continuo
