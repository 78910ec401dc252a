// The steps of a run. Waiting is always for something that a process does, with a deadline.
#include "emulate/emulation_run.hh"

#include <fmt/format.h>

#include <algorithm>

#include "emulate/addresses.hh"
#include "emulate/command_lines.hh"
#include "os/user_namespace.hh"
#include "workload/schedule.hh"

namespace continuo {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t nodes_told_min = 50;  // fewer are up before anybody has read it
constexpr Duration nodes_up_max = 30s;
// What continuo-init says once a port answers.
constexpr const char* answers_line = "answers";
constexpr Duration stop_check_interval = 200ms;
// The burners of the CPU probe run longer than the part of it that is measured: the nodes do not start at the same moment.
// A neighbour of this host may be busy for a moment; one that stays busy makes the run invalid.
// Each attempt measures twice as long as the one before, so that a short disturbance weighs less.
constexpr int probe_attempts_max = 3;
constexpr Duration probe_lead = 60ms;
constexpr Duration probe_time = 300ms;
constexpr Duration probe_tail = 60ms;
// For a throttled burner to notice that its time is over.
constexpr Duration probe_end_slack = 10s;

std::vector<std::string> environment_of_nodes(const EmulateOptions& options) {
  std::vector<std::string> environment{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/run/tmp",
                                       "TMPDIR=/run/tmp", "LANG=C.UTF-8"};
  environment.insert(environment.end(), options.environment.begin(), options.environment.end());
  return environment;
}

ScheduledRequests count_schedules(const Scenario& scenario) {
  ScheduledRequests counts;
  for (NodeIndex node = 0; node < scenario.nodes.size(); ++node) {
    for (StreamIndex stream = 0; stream < scenario.workload.size(); ++stream) {
      const bool is_closed = std::holds_alternative<ClosedLoop>(scenario.workload[stream].arrivals);
      if (is_closed && scenario.workload[stream].from == scenario.nodes[node].tier) counts[{stream, node}] = std::nullopt;
    }
    for (Schedule& schedule : schedules_of(scenario, node)) {
      std::uint64_t count = 0;
      while (schedule.next()) {
        ++count;
      }
      counts[{schedule.stream(), node}] = count;
    }
  }
  return counts;
}

// Of indented lines, each with its end.
std::string last_line(const std::string& lines) {
  const auto end = lines.find_last_not_of(" \n");
  if (end == std::string::npos) {
    return "";
  }
  const auto newline = lines.rfind('\n', end);
  const auto begin = lines.find_first_not_of(' ', newline == std::string::npos ? 0 : newline + 1);
  return lines.substr(begin, end - begin + 1);
}

std::filesystem::path init_program_of(const EmulateOptions& options) {
  return options.init_program.empty() ? options.program.parent_path() / "continuo-init" : options.init_program;
}

// Why nothing can bound the nodes; empty: something can. For root that is an error with advice of its own.
std::string why_no_control_groups() {
  if (is_initial_user_namespace()) {
    return "";
  }
  try {
    detect_cgroups();
    return "";
  } catch (const std::runtime_error&) {
    return "an ordinary user may make no control groups here";
  }
}

}  // namespace

EmulationRun::EmulationRun(const Scenario& scenario, const EmulateOptions& options, const Clock& clock)
    : scenario_{scenario},
      options_{options},
      clock_{clock},
      started_at_{options.started_at.value_or(clock.now())},
      init_program_{init_program_of(options)},
      why_unbounded_{options.quotas ? why_no_control_groups() : "--no-quota"},
      infrastructure_{scenario, init_program_, clock, infrastructure_options()},
      processes_{infrastructure_.nodes(), clock},
      disturbance_{scenario, infrastructure_, processes_, [this](NodeIndex node) { start_again(node); }},
      readiness_{scenario},
      requests_{scenario},
      events_left_{scenario.events},
      programs_{scenario} {
  run_.scheduled = count_schedules(scenario);
  const bool known = std::ranges::all_of(run_.scheduled, [](const auto& entry) { return entry.second.has_value(); });
  for (const auto& [who, count] : run_.scheduled) {
    scheduled_ += known ? *count : 0;
  }
  if (!options.run_folder_root.empty()) {
    take_commands();
  }
}

void EmulationRun::take_commands() {
  try {
    folder_.emplace(options_.run_folder_root);
    control_.emplace(folder_->socket());
  } catch (const std::exception& error) {
    control_.reset();
    folder_.reset();
    notes_.emplace_back(std::string{"the run took no commands (`continuo emulate ctl`): "} + error.what());
    return;
  }
  processes_.watch(control_->readable(), [this] {
    control_->serve([this](const ControlRequest& request) { return answer(request); });
  });
}

InfrastructureOptions EmulationRun::infrastructure_options() {
  using Bounds = InfrastructureOptions::Bounds;
  return {.bounds = why_unbounded_.empty() ? Bounds::control_groups : Bounds::none,
          .progress = [this](std::size_t up, std::size_t all) {
            // Only members that stand before the infrastructure are there yet.
            if (options_.progress && all >= nodes_told_min && (up == all || up % nodes_told_min == 0)) {
              options_.progress({.phase = phase_,
                                 .elapsed = clock_.now() - started_at_,
                                 .event = std::nullopt,
                                 .text = fmt::format("{} of {} nodes are up", up, all)});
            }
            if (options_.stop != nullptr && *options_.stop) {
              throw EmulationStopped("stopped");
            }
          },
          .captures = options_.captures};
}

void EmulationRun::enter(Phase phase) {
  phase_ = phase;
  tell("");
}

void EmulationRun::tell(std::string text, std::optional<NodeEvent> event) {
  if (options_.progress) {
    options_.progress({.phase = phase_,
                       .elapsed = clock_.now() - started_at_,
                       .event = std::move(event),
                       .text = std::move(text),
                       .completed = requests_.completed(),
                       .failed = requests_.failed(),
                       .scheduled = scheduled_});
  }
}

void EmulationRun::step(Duration deadline) {
  processes_.step(std::min(deadline, clock_.now() + stop_check_interval), *this);
  if (options_.stop != nullptr && *options_.stop) {
    throw EmulationStopped("stopped");
  }
}

void EmulationRun::start(NodeIndex node, ProcessRole role, std::vector<std::string> arguments, const std::string& log,
                         std::size_t program) {
  NodeProcess process{.arguments = std::move(arguments),
                      .environment = environment_of_nodes(options_),
                      .process_files = infrastructure_.cgroup(node).process_files()};
  const bool logged = !options_.log_folder.empty() && !log.empty();
  processes_.start({.node = node,
                    .role = role,
                    .process = std::move(process),
                    .log = logged ? options_.log_folder / (scenario_.nodes[node].name + log) : std::filesystem::path{},
                    .program = program});
}

void EmulationRun::line(NodeIndex, ProcessRole role, const std::string& text) {
  if (role == ProcessRole::load) {
    take_record(text);
  } else if (role == ProcessRole::probe && text == answers_line) {
    ++operating_up_;
  } else if (role == ProcessRole::node) {
    if (auto event = parse_node_event(text)) {
      readiness_.note(*event, clock_.now());
      if (phase_ == Phase::loading && (event->kind == "lost" || event->kind == "ready" || event->kind == "failed")) {
        const std::string what = event->kind == "lost" ? " lost " + event->peer : ": " + event->service + " " + event->kind;
        events_.push_back({.at = std::max(Duration::zero(), event->at - run_.load_start), .what = event->node + what});
      }
      tell("", std::move(event));
    }
  }
}

void EmulationRun::take_record(const std::string& text) {
  auto record = parse_load_record(text);
  if (!record) {
    return;
  }
  if (record->failure.empty()) {
    first_answer_ = std::min(first_answer_.value_or(record->received), record->received);
  }
  requests_.add(*record, run_.load_start);
  if (options_.record) {
    options_.record(*record);
  }
}

void EmulationRun::ended(NodeIndex node, ProcessRole role, int status, const std::string& last_words) {
  if (role == ProcessRole::probe || (role == ProcessRole::load && (status == 0 || run_.stopped_senders.contains(node)))) {
    return;
  }
  if ((role == ProcessRole::node || role == ProcessRole::operating) && end_was_wanted(node)) {
    return;  // it was to end: the event says so
  }
  const std::string& name = scenario_.nodes[node].name;
  const char* which = role == ProcessRole::load        ? ": its load generator "
                      : role == ProcessRole::operating ? ": its operating service "
                                                       : " ";
  std::string what = name + which + describe_exit(status);
  if (role == ProcessRole::load && !last_words.empty()) {
    what += "; it said: " + last_line(last_words);
  }
  if (infrastructure_.cgroup(node).out_of_memory_kills() > 0) {
    what += fmt::format("; it used more than its {} MiB of memory", scenario_.tier_of(node).memory.count() >> 20);
  }
  if (role == ProcessRole::load || (role == ProcessRole::operating && phase_ == Phase::loading)) {
    load_failures_.push_back(what);
  }
  const bool load_begun = phase_ == Phase::loading || role == ProcessRole::load;
  if (load_begun || phase_ == Phase::probing || phase_ == Phase::up) {
    const Duration since = load_begun ? clock_.now() - run_.load_start : Duration::zero();
    events_.push_back({.at = std::max(Duration::zero(), since), .what = what});
  } else {
    node_failure_ = what + (last_words.empty() ? "" : "; it said:\n" + last_words);
  }
  tell(what);
}

// A node that does not come back leaves a run that is not the one that was asked for, and ends nothing else.
bool EmulationRun::end_was_wanted(NodeIndex node) {
  try {
    return disturbance_.has_ended(node);
  } catch (const std::exception& error) {
    const std::string what = scenario_.nodes[node].name + " could not be restarted: " + error.what();
    load_failures_.push_back(what);
    events_.push_back({.at = clock_.now() - run_.load_start, .what = what});
    tell(what);
    return true;
  }
}

// Where nothing is served there is no server.
void EmulationRun::start_node(NodeIndex node) {
  if (scenario_.services.empty()) {
    return;
  }
  auto words = node_command(scenario_, node, options_.program);
  words.insert(words.end(), options_.node_arguments.begin(), options_.node_arguments.end());
  start(node, ProcessRole::node, std::move(words), ".log");
}

void EmulationRun::start_nodes() {
  enter(Phase::starting);
  for (NodeIndex node = 0; node < scenario_.nodes.size(); ++node) {
    start_node(node);
  }
  const Duration deadline = clock_.now() + nodes_up_max;
  while (!scenario_.services.empty() && readiness_.listening() < scenario_.nodes.size()) {
    step(deadline);
    if (!node_failure_.empty()) {
      throw std::runtime_error("a node did not come up: " + node_failure_);
    }
    if (clock_.now() >= deadline) {
      throw std::runtime_error(fmt::format("only {} of {} nodes listened within {:g} s", readiness_.listening(),
                                           scenario_.nodes.size(), to_seconds(nodes_up_max)));
    }
  }
  up_ = clock_.now();
}

void EmulationRun::wait_for_placement() {
  if (scenario_.services.empty()) {
    return;
  }
  enter(Phase::placing);
  const Duration began = clock_.now();
  for (;;) {
    const Readiness readiness = readiness_.readiness(began, clock_.now());
    const auto missing = readiness_.missing();
    if (readiness == Readiness::failed || !node_failure_.empty()) {
      throw std::runtime_error(fmt::format("the services were not placed: {}{}\n", node_failure_, fmt::join(missing, "; ")));
    }
    if (readiness == Readiness::ready) {
      notes_.insert(notes_.end(), missing.begin(), missing.end());
      return;
    }
    step(began + ReadinessWatch::placement_time_max);
  }
}

std::vector<Duration> EmulationRun::cpu_used() const { return infrastructure_.cpu_used(); }

void EmulationRun::probe_cpu_shares() {
  if (!infrastructure_.is_bounded()) {
    return;  // they share what there is
  }
  enter(Phase::probing);
  Duration time = probe_time;
  for (int attempt = 1;; ++attempt, time *= 2) {
    cpu_checks_ = measure_cpu_shares(time);
    if (std::ranges::all_of(cpu_checks_, &DeliveryCheck::ok)) {
      break;
    }
    if (attempt == probe_attempts_max) {
      notes_.push_back(fmt::format("the CPU shares were measured {} times, and this host was busy each time", attempt));
      break;
    }
    tell("this host is busy with something else: measuring the CPU shares again");
  }
}

std::vector<DeliveryCheck> EmulationRun::measure_cpu_shares(Duration time) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(probe_lead + time + probe_tail);
  for (NodeIndex node = 0; node < scenario_.nodes.size(); ++node) {
    start(node, ProcessRole::probe,
          {init_program_.string(), "burn", std::to_string(scenario_.tier_of(node).cores), std::to_string(milliseconds.count())},
          "");
  }
  const auto run_until = [this](Duration moment) {
    while (clock_.now() < moment) {
      step(moment);
    }
  };
  run_until(clock_.now() + probe_lead);
  const Duration from = clock_.now();
  const auto before = cpu_used();
  run_until(from + time);
  const auto after = cpu_used();
  const double seconds = to_seconds(clock_.now() - from);
  std::vector<DeliveryCheck> checks;
  for (NodeIndex node = 0; node < scenario_.nodes.size(); ++node) {
    checks.push_back(check_cpu_share(scenario_.nodes[node].name, scenario_.tier_of(node).cpu(),
                                     to_seconds(after[node] - before[node]) / seconds, scenario_.tolerances.cpu_share));
  }
  const Duration end_max = clock_.now() + probe_end_slack;
  while (processes_.running(ProcessRole::probe) > 0) {
    step(end_max);
    if (clock_.now() >= end_max) {
      throw std::runtime_error(fmt::format("a CPU probe did not end within {:g} s", to_seconds(probe_end_slack)));
    }
  }
  return checks;
}

}  // namespace continuo
