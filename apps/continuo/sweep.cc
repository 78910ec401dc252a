// `continuo sweep`: a scenario evaluated at every point that varied parameters span.

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "assumed.hh"
#include "captured_stderr.hh"
#include "commands.hh"
#include "exit_status.hh"
#include "model/model.hh"
#include "other_processes.hh"
#include "output_file.hh"
#include "ranks.hh"
#include "row_file.hh"
#include "scenario/digest.hh"
#include "shared_points.hh"
#include "sweep/heat_map.hh"
#include "sweep/joined_scenarios.hh"
#include "sweep/ordered_work.hh"
#include "sweep/sweep_table.hh"
#include "validators.hh"
#include "varied.hh"

namespace continuo {
namespace {

struct SweepArguments {
  std::string scenario;
  std::vector<std::string> vary;
  std::string fidelity = "model";
  std::string csv = "-";
  std::string svg;
  std::string figure = "p95";
  std::string service;
  std::optional<std::uint64_t> seed;
  std::size_t jobs = 0;
  bool resume = false;
  bool quiet = false;
  ProfilesAsked profiles;
};

// What an earlier sweep has written into the file. Throws BadArgument.
SweepRows rows_there(const SweepArguments& arguments, const SweepHead& head) {
  const std::string text = earlier_rows(arguments.csv, arguments.resume);
  if (text.empty()) return {};
  auto rows = read_sweep(text, head);
  if (const auto* wrong = std::get_if<AskedWrongly>(&rows)) {
    throw BadArgument(fmt::format("{} {}\n  {}", arguments.csv, wrong->message, wrong->hint));
  }
  return std::get<SweepRows>(std::move(rows));
}

std::size_t service_asked_for(const SweepArguments& arguments, const SweepHead& head) {
  if (arguments.service.empty()) return 0;
  const auto found = std::ranges::find(head.services, arguments.service);
  if (found == head.services.end()) {
    throw BadArgument(fmt::format("--service {}: the scenario has no such service\n  it has {}", arguments.service,
                                  fmt::join(head.services, ", ")));
  }
  return static_cast<std::size_t>(found - head.services.begin());
}

// What is known of the points so far.
struct Points {
  std::vector<bool> done;
  std::vector<std::optional<SweepRow>> rows;  // only those that are drawn
  bool any_valid = false;

  // Rows that are only counted need not be read.
  void keep_unread(std::span<const std::size_t> of) {
    for (const std::size_t point : of) done[point] = true;
    any_valid = true;
  }
  void keep(std::size_t point, SweepRow row) {
    done[point] = true;
    any_valid = any_valid || row.error.empty();
    if (!rows.empty()) rows[point] = std::move(row);
  }
};

// One point's scenario and its row.
class PointEvaluator {
 public:
  PointEvaluator(const SweepArguments& arguments, const VariedFile& file, const std::vector<Axis>& axes, const SweepHead& head)
      : arguments_{arguments}, file_{file}, axes_{axes}, head_{head}, as_written_{assumptions_of(file.as_written)} {
    if (head.fidelity == Fidelity::model) joined_ = JoinedScenarios::of(file.varied, axes, file.as_written, DiskFiles{});
  }

  std::vector<SweepRow> rows(std::span<const std::size_t> points) const {
    std::vector<SweepRow> rows;
    rows.reserve(points.size());
    std::optional<Scenario> scenario;  // reused from point to point
    RowMemory memory = take_memory();
    if (joined_) scenario = file_.as_written;
    for (const std::size_t point : points) rows.push_back(joined_ ? joined_row(point, *scenario, memory) : parsed_row(point, memory));
    const std::lock_guard lock{giving_};
    memories_.push_back(std::move(memory));
    return rows;
  }

  // So many points are worth handing to a thread at once.
  std::size_t batch() const { return joined_ ? 256 : 1; }

 private:
  // What no other thread has now: points share in it, wherever they are.
  RowMemory take_memory() const {
    const std::lock_guard lock{giving_};
    if (memories_.empty()) return {};
    RowMemory memory = std::move(memories_.back());
    memories_.pop_back();
    return memory;
  }

  SweepRow joined_row(std::size_t point, Scenario& scenario, RowMemory& memory) const {
    joined_->put(point, scenario);
    if (arguments_.seed) scenario.seed = head_.seed;
    if (!file_.profiles) return at_model(values_at(axes_, point), scenario, as_written_, memory);
    Assumptions assumptions = as_written_;
    assumptions.measured = file_.profiles->times(scenario).measured;
    return at_model(values_at(axes_, point), scenario, assumptions, memory);
  }

  SweepRow at_model(std::vector<std::string> values, const Scenario& scenario, const Assumptions& assumptions,
                    RowMemory& memory) const {
    if (const auto refusal = model_refuses(scenario, ModelOptions{assumptions})) {
      return row_of(std::move(values), std::vector{ScenarioError{.file = arguments_.scenario, .message = *refusal, .hint = ""}}, head_);
    }
    return model_row(std::move(values), scenario, assumptions, memory);
  }

  SweepRow parsed_row(std::size_t point, RowMemory& memory) const {
    std::vector<std::string> values = values_at(axes_, point);
    auto scenario = file_.varied.at(values, DiskFiles{});
    if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&scenario)) return row_of(std::move(values), *errors, head_);
    auto& valid = std::get<Scenario>(scenario);
    if (arguments_.seed) valid.seed = head_.seed;
    if (head_.fidelity == Fidelity::model) return at_model(std::move(values), valid, assumptions_at(file_, valid), memory);
    return row_of(std::move(values), valid, predict_at(head_.fidelity, valid, assumptions_at(file_, valid)));
  }

  const SweepArguments& arguments_;
  const VariedFile& file_;
  const std::vector<Axis>& axes_;
  const SweepHead& head_;
  Assumptions as_written_;
  std::optional<JoinedScenarios> joined_;
  mutable std::mutex giving_;
  mutable std::vector<RowMemory> memories_;  // as many as there are threads, at most
};

void tell_error(const std::vector<Axis>& axes, const SweepRow& row) {
  std::vector<std::string> point;
  for (std::size_t axis = 0; axis < axes.size(); ++axis) point.push_back(axes[axis].path.text + "=" + row.values[axis]);
  fmt::print(stderr, "continuo: with {}: {}\n  this point has no figures; column error has the reason of each such point\n",
             fmt::join(point, ", "), row.error);
}

std::size_t threads_of(const SweepArguments& arguments) {
  return arguments.jobs > 0 ? arguments.jobs : std::max(1U, std::thread::hardware_concurrency());
}

std::string text_of(std::span<const SweepRow> rows, const SweepHead& head) {
  std::string text;
  for (const SweepRow& row : rows) text += csv_row(head, row);
  return text;
}

// Fills in the points that are not there yet, in order.
void evaluate_points(const SweepArguments& arguments, SharedPoints& shared, std::size_t batch, const std::vector<Axis>& axes,
                     const SweepHead& head, RowFile& output, Points& points) {
  std::vector<std::size_t> missing;
  for (std::size_t point = 0; point < points.done.size(); ++point) {
    if (!points.done[point]) missing.push_back(point);
  }
  const auto points_of = [&](std::size_t index) {
    return std::span{missing}.subspan(index * batch, std::min(batch, missing.size() - index * batch));
  };
  bool error_told = false;
  ProgressLine progress{missing.size(), !arguments.quiet};
  const std::function<std::string(std::size_t)> work = [&](std::size_t index) { return shared.rows(points_of(index)); };
  const std::function<void(std::size_t, std::string)> deliver = [&](std::size_t index, std::string text) {
    output.write(text);
    const auto of_batch = points_of(index);
    progress.show(index * batch + of_batch.size());
    if (points.rows.empty() && none_failed(text)) return points.keep_unread(of_batch);
    auto rows = std::get<SweepRows>(read_sweep(csv_head(head) + text, head)).rows;
    for (std::size_t place = 0; place < rows.size(); ++place) {
      SweepRow& row = rows[place];
      if (!row.error.empty() && !error_told) tell_error(axes, row);
      error_told = error_told || !row.error.empty();
      points.keep(of_batch[place], std::move(row));
    }
  };
  work_in_order<std::string>((missing.size() + batch - 1) / batch, shared.threads(), work, deliver, stop_asked());
}

SweepHead head_of(const SweepArguments& arguments, const VariedFile& file, const std::vector<Axis>& axes) {
  SweepHead head{.parameters = {}, .scenario = file.digest.substr(0, 12), .fidelity = Fidelity::model,
                 .seed = file.as_written.seed, .services = {}};
  for (const Axis& axis : axes) head.parameters.push_back(axis.path.text);
  if (arguments.fidelity == "simulate") head.fidelity = Fidelity::simulate;
  if (arguments.seed) head.seed = Seed{*arguments.seed};
  for (const Service& service : file.as_written.services) head.services.push_back(service.name);
  return head;
}

void keep_known(const SweepRows& there, const std::vector<Axis>& axes, Points& points) {
  if (there.rows.empty()) return;
  std::map<std::vector<std::string>, const SweepRow*> known;
  for (const SweepRow& row : there.rows) known[row.values] = &row;
  for (std::size_t point = 0; point < points.done.size(); ++point) {
    const auto found = known.find(values_at(axes, point));
    if (found != known.end()) points.keep(point, *found->second);
  }
}

// What every process of a sweep makes of the same arguments. `arguments` must stay.
struct AskedSweep {
  AskedSweep(const SweepArguments& arguments, VariedFile varied, std::vector<Axis> spanned)
      : axes{std::move(spanned)}, file{std::move(varied)}, head{head_of(arguments, file, axes)}, evaluator{arguments, file, axes, head} {}
  AskedSweep(const AskedSweep&) = delete;
  AskedSweep& operator=(const AskedSweep&) = delete;

  RowsOfPoints rows() const {
    return [this](std::span<const std::size_t> of) { return text_of(evaluator.rows(of), head); };
  }
  SweepDigests digests() const {
    std::string points = fmt::format("{}{} {}", csv_head(head), to_string(head.fidelity), head.seed.value());
    for (const Axis& axis : axes) points += fmt::format("\n{}", fmt::join(axis.values, "\n"));
    return {file.digest, sha256_hex(points)};
  }

  const std::vector<Axis> axes;
  const VariedFile file;
  const SweepHead head;
  const PointEvaluator evaluator;
};

int sweep_points(const SweepArguments& arguments, const AskedSweep& asked, OtherProcesses& others) {
  const auto& [axes, file, head, evaluator] = asked;
  HeatMap map{.scenario = file.as_written.name, .axes = axes, .tiers = {}, .service = service_asked_for(arguments, head),
              .figure = sweep_figure_called(arguments.figure).value_or(SweepFigure::p95)};
  for (const Tier& tier : file.as_written.tiers) map.tiers.push_back(tier.name);
  check_distinct({arguments.scenario}, {arguments.csv, arguments.svg});
  const SweepRows there = rows_there(arguments, head);
  check_writable(arguments.svg);

  Points points{.done = std::vector<bool>(point_count(axes)), .rows = {}, .any_valid = false};
  if (!arguments.svg.empty()) points.rows.resize(points.done.size());
  keep_known(there, axes, points);
  const std::string& profiles = arguments.profiles.file;
  const std::vector<Lane> lanes = others.lanes(asked.digests(), arguments.scenario + (profiles.empty() ? "" : " or " + profiles));
  SharedPoints shared{others.ranks(), threads_of(arguments), lanes, asked.rows()};
  RowFile output{arguments.csv, there.whole};
  if (there.whole == 0) output.write(csv_head(head));
  stop_when_asked();
  evaluate_points(arguments, shared, evaluator.batch(), axes, head, output, points);
  if (!arguments.svg.empty()) write_file(arguments.svg, draw_heat_map(map, head, points.rows));
  const auto missing = std::ranges::count(points.done, false);
  if (missing > 0) {
    fmt::print(stderr, "continuo: interrupted; {} of {} points are missing{}\n", missing, points.done.size(),
               arguments.csv == "-" ? "" : ", --resume evaluates them");
    return exit_interrupted;
  }
  return points.any_valid ? exit_ok : exit_bad_input;
}

// Nothing: stderr says why not.
std::unique_ptr<AskedSweep> asked_for(const SweepArguments& arguments) {
  auto axes = parse_axes(arguments.vary);
  if (const auto* wrong = std::get_if<AskedWrongly>(&axes)) {
    complain(*wrong);
    return nullptr;
  }
  auto& varied = std::get<std::vector<Axis>>(axes);
  if (!arguments.svg.empty() && varied.size() != 2) {
    complain({fmt::format("--svg draws two parameters, and {} are varied", varied.size()), "give --vary twice, or leave --svg away"});
    return nullptr;
  }
  std::vector<TreePath> paths;
  for (const Axis& axis : varied) paths.push_back(axis.path);
  if (arguments.seed && std::ranges::any_of(paths, [](const TreePath& path) { return path.text == "seed"; })) {
    complain({"--seed and --vary seed=... contradict each other", "leave one of them away"});
    return nullptr;
  }
  auto file = varied_or_complaint(arguments.scenario, std::move(paths), arguments.profiles);
  if (!file) return nullptr;
  return std::make_unique<AskedSweep>(arguments, *std::move(file), std::move(varied));
}

// The first process speaks for all: what this one has to say of its arguments goes there, and what it is sent to evaluate is all it does.
int serve(const SweepArguments& arguments, const Ranks& ranks) {
  std::signal(SIGINT, SIG_IGN);  // the first one lets it go
  std::signal(SIGTERM, SIG_IGN);
  std::unique_ptr<AskedSweep> asked;
  SweepDigests digests;
  std::string reason;
  try {
    const CapturedStderr told;
    asked = asked_for(arguments);
    if (asked != nullptr) digests = asked->digests();
    reason = told.text();
  } catch (const std::exception& error) {
    asked.reset();
    reason = error.what();
  }
  if (asked != nullptr) {
    serve_points(ranks, threads_of(arguments), digests, asked->rows());
  } else {
    tell_failed(ranks, reason);
  }
  return exit_ok;
}

int sweep(const SweepArguments& arguments) {
  const auto ranks = Ranks::joined();
  if (ranks != nullptr && ranks->rank() > 0) return serve(arguments, *ranks);
  OtherProcesses others{ranks.get()};
  const auto asked = asked_for(arguments);
  if (asked == nullptr) return exit_bad_input;
  try {
    return sweep_points(arguments, *asked, others);
  } catch (const BadArgument& wrong) {
    fmt::print(stderr, "continuo: {}\n", wrong.what());
    return exit_bad_input;
  }
}

}  // namespace

void add_sweep(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("sweep", "Evaluate a scenario at every point that varied parameters span");
  auto arguments = std::make_shared<SweepArguments>();
  command->add_option("scenario", arguments->scenario, "Scenario file (YAML; docs/scenario.md)")->required();
  command
      ->add_option("--vary", arguments->vary,
                   "PATH=VALUES: a path into the scenario and A..B:STEP, A..B (10 values) or A,B,C; may be repeated")
      ->required()
      ->delimiter('\0')
      ->allow_extra_args(false);
  command->add_option("--at", arguments->fidelity, "Fidelity: model or simulate; without it: model")
      ->check(CLI::IsMember({"model", "simulate"}));
  command->add_option("--csv", arguments->csv, "Write a row a point to this file; without it or with -: to stdout");
  command->add_flag("--resume", arguments->resume, "Keep the points that the CSV file has, and evaluate the rest");
  command->add_option("--svg", arguments->svg, "Draw two parameters as a heat map into this file");
  command
      ->add_option("--figure", arguments->figure,
                   "Of the drawing: mean, p50, p95, p99, completed, failed, slo, load, energy (of a request) or cost (of a million); without it: p95")
      ->check(CLI::IsMember({"mean", "p50", "p95", "p99", "completed", "failed", "slo", "load", "energy", "cost"}));
  command->add_option("--service", arguments->service, "Of the drawing; without it: the first of the scenario");
  command->add_option("--seed", arguments->seed, "Instead of the scenario's seed")->check(must_be_seed);
  command->add_option("--jobs", arguments->jobs, "Points to evaluate at once; without it: one a core")->check(CLI::Range(1, 1024));
  add_profiles_options(*command, arguments->profiles);
  command->add_flag("--quiet", arguments->quiet, "No progress on stderr");
  command->footer(
      "Examples:\n"
      "  continuo sweep examples/two-tier.yaml --vary tiers.edge.quota=0.1..1:0.1\n"
      "  continuo sweep examples/two-tier.yaml --vary 'workload[0].every=20ms..1s' --vary placement=edge,cloud --csv sweep.csv\n"
      "  continuo sweep examples/two-tier.yaml --vary tiers.edge.quota=0.1..1:0.05 --vary 'workload[0].every=40ms..1s' \\\n"
      "    --at simulate --csv sweep.csv --resume --svg sweep.svg --figure mean\n"
      "  mpirun -n 4 --hostfile machines continuo sweep mine.yaml --vary 'workload[0].every=20ms..1s' --at simulate --csv sweep.csv\n"
      "Exit status: 0 done, 1 failed, 2 bad input or no point is a valid scenario, 130 interrupted (the CSV holds what was done)");
  command->callback([arguments, &chosen] { chosen = [arguments] { return sweep(*arguments); }; });
}

}  // namespace continuo
