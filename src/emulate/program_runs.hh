// The programs of the workload: which is to start, which has run too long, what became of each. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "result/evaluation.hh"
#include "scenario/scenario.hh"

namespace continuo {

// Times are after the load's beginning. A run is one program on one node, by its number in the order of the scenario.
class ProgramRuns {
 public:
  explicit ProgramRuns(const Scenario& scenario);

  NodeIndex node(std::size_t run) const { return runs_.at(run).node; }
  const Program& program(std::size_t run) const { return *runs_.at(run).program; }

  // When starts_due() or overdue() has something to say next.
  std::optional<Duration> next() const;
  // Each run once; it counts as running from then on.
  std::vector<std::size_t> starts_due(Duration now);
  // Those that run beyond their deadline; each once.
  std::vector<std::size_t> overdue(Duration now);
  // `status`: as wait(2) gives it; `cause`: what is known of why. What is no UTF-8 in the output is replaced.
  void ended(std::size_t run, Duration now, int status, const std::string& output, const std::string& cause = "");
  void could_not_start(std::size_t run, Duration now, const std::string& why);
  bool all_ended() const;

  std::vector<ProgramResult> results() const;

 private:
  enum class State { waiting, running, killed, ended };  // in this order
  struct Run {
    const Program* program;
    NodeIndex node;
    State state = State::waiting;
    ProgramResult result;
  };
  std::vector<Run> runs_;
};

}  // namespace continuo
