#include "emulate/program_runs.hh"

#include <sys/wait.h>

#include <algorithm>

#include "emulate/emulated_node.hh"
#include "wire/utf8.hh"

namespace continuo {

namespace {

std::string as_utf8(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const std::size_t length = utf8_length(bytes);
    if (length == 0) {
      text += '?';
      bytes.remove_prefix(1);
    } else {
      text += bytes.substr(0, length);
      bytes.remove_prefix(length);
    }
  }
  return text;
}

}  // namespace

ProgramRuns::ProgramRuns(const Scenario& scenario) {
  for (const Program& program : scenario.programs) {
    for (const NodeIndex node : program.on) {
      Run run{.program = &program, .node = node, .result = {}};
      run.result.name = program.name;
      run.result.node = scenario.nodes.at(node).name;
      run.result.command = as_utf8(program.command);
      run.result.end = "did not start: the run ended before";
      runs_.push_back(std::move(run));
    }
  }
}

std::optional<Duration> ProgramRuns::next() const {
  std::optional<Duration> next;
  for (const Run& run : runs_) {
    if (run.state == State::waiting) {
      next = std::min(next.value_or(Duration::max()), run.program->start);
    } else if (run.state == State::running) {
      next = std::min(next.value_or(Duration::max()), run.result.started + run.program->deadline);
    }
  }
  return next;
}

std::vector<std::size_t> ProgramRuns::starts_due(Duration now) {
  std::vector<std::size_t> due;
  for (std::size_t index = 0; index < runs_.size(); ++index) {
    Run& run = runs_[index];
    if (run.state == State::waiting && run.program->start <= now) {
      run.state = State::running;
      run.result.started = now;
      run.result.end = "did not end";
      due.push_back(index);
    }
  }
  return due;
}

std::vector<std::size_t> ProgramRuns::overdue(Duration now) {
  std::vector<std::size_t> late;
  for (std::size_t index = 0; index < runs_.size(); ++index) {
    Run& run = runs_[index];
    if (run.state == State::running && run.result.started + run.program->deadline <= now) {
      run.state = State::killed;
      late.push_back(index);
    }
  }
  return late;
}

void ProgramRuns::ended(std::size_t index, Duration now, int status, const std::string& output, const std::string& cause) {
  Run& run = runs_.at(index);
  run.result.ran = now - run.result.started;
  run.result.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  run.result.end = describe_exit(status) + (run.state == State::killed ? ": it ran beyond its deadline" : "") +
                   (cause.empty() ? "" : ": " + cause);
  run.result.output = as_utf8(output);
  run.state = State::ended;
}

void ProgramRuns::could_not_start(std::size_t index, Duration now, const std::string& why) {
  Run& run = runs_.at(index);
  run.result.ran = now - run.result.started;
  run.result.end = "could not start: " + as_utf8(why);
  run.state = State::ended;
}

bool ProgramRuns::all_ended() const {
  return std::ranges::all_of(runs_, [](const Run& run) { return run.state == State::ended; });
}

std::vector<ProgramResult> ProgramRuns::results() const {
  std::vector<ProgramResult> results;
  for (const Run& run : runs_) {
    results.push_back(run.result);
  }
  return results;
}

}  // namespace continuo
