#include "emulate/program_runs.hh"

#include <gtest/gtest.h>

#include <csignal>

namespace continuo {
namespace {

using namespace std::chrono_literals;

Scenario two_programs() {
  Scenario scenario;
  scenario.tiers = {{.name = "edge", .nodes = 2}};
  scenario.nodes = {{"edge-1", 0}, {"edge-2", 0}};
  scenario.programs = {{.name = "ping", .on = {0, 1}, .command = "ping x", .start = 1s, .deadline = 5s},
                       {.name = "late", .on = {0}, .command = "sleep 9", .start = 4s, .deadline = 1s}};
  return scenario;
}

TEST(ProgramRuns, start_at_their_time_on_each_of_their_nodes) {
  const Scenario scenario = two_programs();
  ProgramRuns runs{scenario};
  EXPECT_EQ(runs.next(), 1s);
  EXPECT_EQ(runs.starts_due(1s), (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(runs.node(1), 1U);
  EXPECT_EQ(runs.program(1).command, "ping x");
  EXPECT_TRUE(runs.starts_due(2s).empty());
  EXPECT_EQ(runs.next(), 4s);
}

TEST(ProgramRuns, keep_exit_status_time_and_output) {
  const Scenario scenario = two_programs();
  ProgramRuns runs{scenario};
  runs.starts_due(1s);
  runs.ended(0, 3s, 2 << 8, "one\xff two\xc3\xa9\n");
  const ProgramResult result = runs.results().at(0);
  EXPECT_EQ(result.node, "edge-1");
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.end, "exited with status 2");
  EXPECT_EQ(result.started, 1s);
  EXPECT_EQ(result.ran, 2s);
  EXPECT_EQ(result.output, "one? two\xc3\xa9\n");
  EXPECT_EQ(runs.results().at(1).end, "did not end");
  EXPECT_EQ(runs.results().at(1).status, std::nullopt);
  EXPECT_EQ(runs.results().at(2).end, "did not start: the run ended before");
}

TEST(ProgramRuns, are_overdue_once_and_all_ended_when_the_last_has) {
  const Scenario scenario = two_programs();
  ProgramRuns runs{scenario};
  runs.starts_due(4s);
  EXPECT_EQ(runs.next(), 5s) << "the second program's deadline";
  EXPECT_EQ(runs.overdue(5s), std::vector<std::size_t>{2});
  EXPECT_TRUE(runs.overdue(6s).empty());
  runs.ended(2, 6s, SIGKILL, "");
  EXPECT_EQ(runs.results().at(2).end, "was killed by signal 9 (Killed): it ran beyond its deadline");
  EXPECT_EQ(runs.results().at(2).status, 137);
  runs.could_not_start(0, 6s, "the node is killed");
  EXPECT_FALSE(runs.all_ended());
  runs.ended(1, 7s, 0, "");
  EXPECT_TRUE(runs.all_ended());
  EXPECT_EQ(runs.next(), std::nullopt);
}

}  // namespace
}  // namespace continuo
