// The part of a run in which load is sent: its events, its programs, and its end.
#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>

#include "emulate/command_lines.hh"
#include "emulate/emulation_run.hh"

namespace continuo {

namespace {

using namespace std::chrono_literals;

// From starting the load generators to their first request: they read the scenario and all inputs meanwhile, at the quota of
// their node.
constexpr Duration load_start_delay = 700ms;
// After the last deadline, for generators to print their last records and end.
constexpr Duration load_end_slack = 15s;
constexpr Duration progress_interval = 1s;

Duration deadline_max(const Scenario& scenario) {
  Duration most{};
  for (const Stream& stream : scenario.workload) {
    most = std::max(most, stream.deadline);
  }
  return most;
}

}  // namespace

void EmulationRun::start_load() {
  run_.load_start = clock_.now() + load_start_delay;
  load_end_ = run_.load_start + scenario_.end() + deadline_max(scenario_);
  for (NodeIndex node = 0; node < scenario_.nodes.size(); ++node) {
    const bool sends = std::any_of(run_.scheduled.begin(), run_.scheduled.end(),
                                   [&](const auto& entry) { return entry.first.second == node && entry.second != 0; });
    if (sends) {
      auto words = load_command(scenario_, node, options_.program, run_.load_start);
      words.insert(words.end(), options_.load_arguments.begin(), options_.load_arguments.end());
      start(node, ProcessRole::load, std::move(words), ".load.log");
    }
  }
}

void EmulationRun::begin_load() {
  load_begun_ = true;
  infrastructure_.fabric().change([](Fabric& fabric, Instant now) { fabric.start_traces(now); });
  cpu_before_ = cpu_used();
  run_.before = infrastructure_.fabric().counters();
  processes_before_ = running_processes();
  watch_host();
}

std::optional<std::string> EmulationRun::apply(const Action& action, const std::string& text) {
  std::vector<NodeIndex> senders;
  if (const auto* command = std::get_if<CommandNodes>(&action)) {
    const bool ends = command->command == NodeCommand::kill || command->command == NodeCommand::restart;
    std::ranges::copy_if(command->nodes, std::back_inserter(senders),
                         [&](NodeIndex node) { return ends && processes_.is_running(node, ProcessRole::load); });
  }
  if (auto why = disturbance_.apply(action)) {
    return why;
  }
  for (const NodeIndex node : senders) {
    run_.stopped_senders[node] = sender_killed;
  }
  run_.applied.push_back({.action = action, .text = text, .at = clock_.now() - run_.load_start});
  return std::nullopt;
}

void EmulationRun::apply_due_events() {
  for (const Event& event : events_left_.due(clock_.now() - run_.load_start)) {
    const auto why = apply(event.action, event.text);
    const Duration at = clock_.now() - run_.load_start;
    const std::string text = why ? event.text + " (had no effect: " + *why + ")" : event.text;
    events_.push_back({.at = at, .what = text, .origin = EventOrigin::scenario, .late = at - event.at});
    tell(text);
  }
}

void EmulationRun::run_programs() {
  const Duration now = clock_.now() - run_.load_start;
  for (const std::size_t run : programs_.starts_due(now)) {
    const NodeIndex node = programs_.node(run);
    const NodeState state = disturbance_.state().state(node);
    try {
      if (state != NodeState::running) {
        throw std::runtime_error(std::string{"the node is "} + to_string(state));
      }
      start(node, ProcessRole::program, {"/bin/sh", "-c", programs_.program(run).command}, "", run);
    } catch (const std::runtime_error& error) {
      programs_.could_not_start(run, now, error.what());
    }
  }
  for (const std::size_t run : programs_.overdue(now)) {
    processes_.signal_program(run, SIGKILL);
  }
}

void EmulationRun::program_ended(std::size_t program, int status, const std::string& output) {
  // The shell gives the signal that ended a command as 128 + its number.
  constexpr int killed = 128 + SIGKILL;
  const NodeIndex node = programs_.node(program);
  const bool was_killed = WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == killed;
  const bool without_memory = was_killed && infrastructure_.cgroup(node).out_of_memory_kills() > 0;
  programs_.ended(program, clock_.now() - run_.load_start, status, output,
                  without_memory ? fmt::format("{} used more than its {} MiB of memory", scenario_.nodes[node].name,
                                               scenario_.tier_of(node).memory.count() >> 20) : "");
  const ProgramResult result = programs_.results().at(program);
  tell(fmt::format("{}: {} {}", result.node, result.name, result.end));
}

bool EmulationRun::load_goes_on(Duration now) const {
  if (!programs_.all_ended()) {
    return now < load_end_ + load_end_slack;
  }
  // Of a generator that is paused nothing comes unless it is resumed.
  std::size_t waited_for = 0;
  for (NodeIndex node = 0; node < scenario_.nodes.size(); ++node) {
    const bool paused = disturbance_.state().state(node) == NodeState::paused;
    waited_for += processes_.is_running(node, ProcessRole::load) && (!paused || now < load_end_) ? 1 : 0;
  }
  return waited_for > 0 && now < load_end_ + load_end_slack;
}

Duration EmulationRun::next_moment() const {
  Duration next = last_told_ + progress_interval;
  if (!load_begun_) {
    return std::min(next, run_.load_start);
  }
  if (const auto event = events_left_.next()) {
    next = std::min(next, run_.load_start + *event);
  }
  if (const auto program = programs_.next()) {
    next = std::min(next, run_.load_start + *program);
  }
  return next;
}

void EmulationRun::run_load() {
  enter(Phase::loading);
  start_load();
  while (load_goes_on(clock_.now())) {
    step(std::max(next_moment(), clock_.now()));
    const Duration now = clock_.now();
    if (!load_begun_ && now >= run_.load_start) {
      begin_load();
    }
    if (load_begun_) {
      apply_due_events();
      run_programs();
    }
    if (now - last_told_ >= progress_interval) {
      last_told_ = now;
      if (load_begun_) {
        watch_host();
      }
      tell("");
    }
  }
  for (NodeIndex node = 0; node < scenario_.nodes.size(); ++node) {
    if (!processes_.is_running(node, ProcessRole::load)) {
      continue;
    }
    if (disturbance_.state().state(node) == NodeState::paused) {
      run_.stopped_senders[node] = sender_paused;
    } else {
      load_failures_.emplace_back(scenario_.nodes[node].name + ": its load generator did not end and was killed");
    }
  }
  if (const auto next = events_left_.next()) {
    notes_.push_back(fmt::format("the run ended before its events from {:g} s on", to_seconds(*next)));
  }
}

}  // namespace continuo
