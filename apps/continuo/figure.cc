// `continuo figure`: the scenarios of a figure file evaluated, and drawn in one picture.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "commands.hh"
#include "emulate/emulation.hh"
#include "emulate_run.hh"
#include "exit_status.hh"
#include "model/model.hh"
#include "os/clock.hh"
#include "output_file.hh"
#include "report/figures.hh"
#include "report/text_table.hh"
#include "row_file.hh"
#include "scenario/parse.hh"
#include "scenario_argument.hh"
#include "sweep/figure/draw_figure.hh"
#include "sweep/figure/figure_scenarios.hh"
#include "sweep/ordered_work.hh"
#include "validators.hh"
#include "varied.hh"

namespace continuo {
namespace {

struct FigureArguments {
  std::string figure;
  std::vector<std::string> fidelities{"model", "simulate"};
  std::string csv;
  std::string svg;
  std::string duration;
  std::optional<std::uint64_t> seed;
  std::size_t jobs = 0;
  bool resume = false;
  bool quiet = false;
};

bool asked_for(const FigureArguments& arguments, const char* fidelity) {
  return std::ranges::find(arguments.fidelities, fidelity) != arguments.fidelities.end();
}

// A cell at a fidelity that is not known yet.
struct Missing {
  const FigureCell* cell = nullptr;
  FigureKey key;
};

// What is evaluated, where its rows go, and those that are known.
struct Work {
  const FigureArguments& arguments;
  const Figure& figure;
  const FigureScenarios& scenarios;
  RowFile* output = nullptr;
  FigureValues values{};
  bool error_told = false;
  bool refused = false;  // an emulation that was asked for

  void add(FigureRow row) {
    if (output != nullptr) output->write(figure_csv_row(row));
    if (!row.error.empty() && !error_told) {
      fmt::print(stderr, "continuo: {}: {}\n  it has no figures; column error of the CSV has the reason of each such cell\n",
                 name_of(FigureCell{.x = row.key.x, .series = row.key.series}), row.error);
      error_told = true;
    }
    values[row.key] = std::move(row);
  }
};

// The row of a cell, whose evaluation is made by `evaluate`.
template <class Evaluate>
FigureRow row_at(const Work& work, const Missing& missing, const Evaluate& evaluate) {
  auto scenario = work.scenarios.at(*missing.cell, missing.key.fidelity, DiskFiles{});
  const std::string digest = work.scenarios.digest(*missing.cell, missing.key.fidelity);
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&scenario)) {
    FigureRow row{.key = missing.key, .scenario = digest, .seed = Seed{work.arguments.seed.value_or(1)}};
    row.error = one_line(*errors);
    return row;
  }
  const auto& valid = std::get<Scenario>(scenario);
  if (const auto refusal = missing.key.fidelity == Fidelity::model ? model_refuses(valid, {}) : std::nullopt) {
    FigureRow row{.key = missing.key, .scenario = digest, .seed = valid.seed};
    row.error = *refusal;
    return row;
  }
  FigureRow row = row_of(missing.key, work.figure.service, valid, evaluate(valid));
  row.scenario = digest;
  return row;
}

std::vector<Missing> missing_at(const Work& work, const std::vector<FigureCell>& cells, std::initializer_list<Fidelity> fidelities) {
  std::vector<Missing> missing;
  for (const FigureCell& cell : cells) {
    for (const Fidelity fidelity : fidelities) {
      if (!asked_for(work.arguments, to_string(fidelity)) || (fidelity == Fidelity::emulate && cell.emulate.empty())) continue;
      FigureKey key{cell.x, cell.series, fidelity};
      if (!work.values.contains(key)) missing.push_back({&cell, std::move(key)});
    }
  }
  return missing;
}

void predict(Work& work, const std::vector<FigureCell>& cells) {
  const std::vector<Missing> missing = missing_at(work, cells, {Fidelity::model, Fidelity::simulate});
  ProgressLine progress{missing.size(), !work.arguments.quiet};
  const std::size_t threads = work.arguments.jobs > 0 ? work.arguments.jobs : std::max(1U, std::thread::hardware_concurrency());
  const std::function<FigureRow(std::size_t)> evaluate = [&](std::size_t index) {
    return row_at(work, missing[index], [&](const Scenario& scenario) { return predict_at(missing[index].key.fidelity, scenario); });
  };
  const std::function<void(std::size_t, FigureRow)> deliver = [&](std::size_t index, FigureRow row) {
    work.add(std::move(row));
    progress.show(index + 1);
  };
  stop_when_asked();
  work_in_order<FigureRow>(missing.size(), threads, evaluate, deliver, stop_asked());
}

// One after the other. False: interrupted.
bool emulate(Work& work, const std::vector<FigureCell>& cells) {
  const MonotonicClock clock;
  const std::vector<Missing> missing = missing_at(work, cells, {Fidelity::emulate});
  for (std::size_t index = 0; index < missing.size(); ++index) {
    const std::string name = name_of(*missing[index].cell);
    if (!work.arguments.quiet) fmt::print(stderr, "continuo: emulation {} of {}: {}\n", index + 1, missing.size(), name);
    auto scenario = work.scenarios.at(*missing[index].cell, Fidelity::emulate, DiskFiles{});
    std::optional<EmulateRun> run;
    if (const auto* valid = std::get_if<Scenario>(&scenario)) {
      try {
        if (!can_be_provisioned(*valid)) {
          work.refused = true;
          continue;
        }
        run = emulate_with_progress(*valid, {.clock = &clock, .started = clock.now(), .logs = {}, .quiet = work.arguments.quiet});
        if (!run) return false;
        for (const std::string& reason : run->evaluation.invalid_because) fmt::print(stderr, "continuo: {}: the run is invalid: {}\n", name, reason);
      } catch (const EmulationRefused& refusal) {
        fmt::print(stderr, "continuo: not emulated: {}: {}\n", name, refusal.what());
        work.refused = true;
        continue;  // it may fit another machine: no row says that it does not
      }
    }
    work.add(row_at(work, missing[index], [&](const Scenario&) { return std::move(run->evaluation); }));
  }
  return true;
}

// Rows of an earlier run that are still true.
std::size_t take_up(Work& work, const std::vector<FigureCell>& cells) {
  const FigureArguments& arguments = work.arguments;
  auto read = read_figure_rows(earlier_rows(arguments.csv, arguments.resume));
  if (const auto* wrong = std::get_if<AskedWrongly>(&read)) {
    throw BadArgument(fmt::format("{} {}\n  {}", arguments.csv, wrong->message, wrong->hint));
  }
  auto& rows = std::get<FigureRows>(read);
  for (FigureRow& row : rows.rows) {
    const auto cell = std::ranges::find_if(cells, [&](const FigureCell& one) { return one.x == row.key.x && one.series == row.key.series; });
    const bool same = cell != cells.end() && (row.key.fidelity != Fidelity::emulate || !cell->emulate.empty()) &&
                      row.scenario == work.scenarios.digest(*cell, row.key.fidelity);
    if (!same) {
      throw BadArgument(fmt::format("{}: the row of \"{}\" at {} is of another figure, scenario or seed\n  write to a new file, or remove the row",
                                    arguments.csv, row.key.series.empty() ? row.key.x : row.key.series + ", " + row.key.x,
                                    to_string(row.key.fidelity)));
    }
    work.values[row.key] = std::move(row);
  }
  return rows.whole;
}

void print_table(const Work& work, const std::vector<FigureCell>& cells) {
  using Align = TextTable::Align;
  std::vector<Fidelity> fidelities;
  for (const Fidelity fidelity : {Fidelity::model, Fidelity::simulate, Fidelity::emulate}) {
    if (std::ranges::any_of(work.values, [&](const auto& entry) { return entry.first.fidelity == fidelity; })) fidelities.push_back(fidelity);
  }
  const TextOptions options = text_options();
  for (const FigureValue value : work.figure.show) {
    std::vector<Align> columns{Align::left, Align::left};
    std::vector<Cell> head{{work.figure.series.label.empty() ? "series" : work.figure.series.label},
                           {work.figure.x.label.empty() ? "across" : work.figure.x.label}};
    for (const Fidelity fidelity : fidelities) {
      columns.push_back(Align::right);
      head.push_back({fmt::format("{} [{}]", to_string(fidelity), unit_of(value))});
    }
    TextTable table{columns};
    table.head(head);
    for (const FigureCell& cell : cells) {
      std::vector<Cell> row{{cell.series}, {cell.x}};
      for (const Fidelity fidelity : fidelities) {
        const auto found = work.values.find({cell.x, cell.series, fidelity});
        const auto amount = found == work.values.end() ? std::nullopt : value_of(found->second, value);
        const bool overloaded = found != work.values.end() && found->second.error.empty() && !found->second.feasible;
        row.push_back({amount ? three_digits(*amount) : overloaded ? "overloaded" : unknown_figure});
      }
      table.row(row);
    }
    fmt::print("{}: {}\n{}\n", work.figure.title, title_of(value), table.render(options.colour));
  }
}

int evaluate_figure(const FigureArguments& arguments, const Figure& figure, const FigureScenarios& scenarios) {
  const std::vector<FigureCell> cells = cells_of(figure);
  std::vector<std::string> read{arguments.figure};
  for (const std::string& file : scenarios.files()) read.push_back(file);
  check_distinct(read, {arguments.csv, arguments.svg});
  if (arguments.csv == "-" && arguments.svg == "-") throw BadArgument("--csv and --svg cannot both be -\n  write one of them to a file");
  check_writable(arguments.svg);
  Work work{.arguments = arguments, .figure = figure, .scenarios = scenarios};
  const std::size_t kept = take_up(work, cells);
  std::optional<RowFile> output;
  if (!arguments.csv.empty()) {
    output.emplace(arguments.csv, kept);
    work.output = &*output;
    if (kept == 0) output->write(figure_csv_head());
  }
  // Before predictions, whose threads would be in the way of namespaces.
  const bool whole = !asked_for(arguments, "emulate") || emulate(work, cells);
  if (whole) predict(work, cells);
  if (!arguments.svg.empty()) write_file(arguments.svg, draw_figure(figure, work.values));
  const bool rows_shown = arguments.csv == "-" || arguments.svg == "-";
  constexpr std::size_t table_rows_max = 100;
  if (!rows_shown && cells.size() <= table_rows_max) print_table(work, cells);
  const auto missing = missing_at(work, cells, {Fidelity::model, Fidelity::simulate}).size();
  if (!whole || missing > 0) {
    fmt::print(stderr, "continuo: interrupted{}\n", arguments.csv.empty() || arguments.csv == "-" ? "" : "; --resume evaluates the rest");
    return exit_interrupted;
  }
  const bool any_valid = std::ranges::any_of(work.values, [](const auto& entry) { return entry.second.error.empty(); });
  const bool all_kept = std::ranges::all_of(work.values, [](const auto& entry) { return entry.second.valid; });
  return !any_valid || work.refused ? exit_bad_input : all_kept ? exit_ok : exit_invalid_run;
}

int draw(const FigureArguments& arguments) {
  const auto text = read_scenario_text(arguments.figure);
  if (const auto* error = std::get_if<ScenarioError>(&text)) {
    std::fputs(to_string(*error).c_str(), stderr);
    return exit_bad_input;
  }
  const auto figure = parse_figure(std::get<std::string>(text), arguments.figure);
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&figure)) {
    std::fputs(to_string(*errors).c_str(), stderr);
    return exit_bad_input;
  }
  const auto& parsed = std::get<Figure>(figure);
  FigureScenarios scenarios{std::filesystem::path{arguments.figure}.parent_path(), arguments.seed, arguments.duration};
  if (const auto errors = scenarios.load(cells_of(parsed), DiskFiles{}); !errors.empty()) {
    std::fputs(to_string(errors).c_str(), stderr);
    return exit_bad_input;
  }
  try {
    return evaluate_figure(arguments, parsed, scenarios);
  } catch (const BadArgument& wrong) {
    fmt::print(stderr, "continuo: {}\n", wrong.what());
    return exit_bad_input;
  }
}

}  // namespace

void add_figure(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("figure", "Evaluate the scenarios of a figure, and draw them in one picture");
  auto arguments = std::make_shared<FigureArguments>();
  command->add_option("figure", arguments->figure, "Figure file (YAML; docs/figures.md)")->required();
  command
      ->add_option("--at", arguments->fidelities,
                   "Fidelities: model, simulate, emulate, with commas between; without it: model,simulate")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"model", "simulate", "emulate"}));
  command->add_option("--csv", arguments->csv, "Write a row a cell and fidelity to this file; - for stdout");
  command->add_flag("--resume", arguments->resume, "Keep the rows that the CSV file has, draw them too, and evaluate the rest");
  command->add_option("--svg", arguments->svg, "Draw the figure into this file; - for stdout");
  command
      ->add_option("--duration", arguments->duration, "Of every stream of every workload, instead of the scenarios': 60s")
      ->check(must_be_duration);
  command->add_option("--seed", arguments->seed, "Instead of the scenarios' seeds")->check(must_be_seed);
  command->add_option("--jobs", arguments->jobs, "Predictions to make at once; without it: one a core")->check(CLI::Range(1, 1024));
  command->add_flag("--quiet", arguments->quiet, "No progress on stderr");
  command->footer(
      "Examples:\n"
      "  continuo figure examples/paper/fig7.yaml\n"
      "  continuo figure examples/paper/fig7.yaml --svg fig7.svg --csv fig7.csv\n"
      "  continuo figure examples/paper/fig7.yaml --at model,simulate,emulate --duration 60s --csv fig7.csv --resume --svg fig7.svg\n"
      "Exit status: 0 done, 1 failed, 2 bad input or no cell is a valid scenario, 3 an emulation is invalid, 130 interrupted (the CSV\n"
      "holds what was done)");
  command->callback([arguments, &chosen] { chosen = [arguments] { return draw(*arguments); }; });
}

}  // namespace continuo
