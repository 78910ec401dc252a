// Whole runs with a stand-in for the node program: needs root, /dev/net/tun, writable control groups and one free core.
#include "emulate/emulation.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>
#include <set>

#include "emulate/test_support/small_network.hh"
#include "emulate/test_support/stand_in_run.hh"
#include "emulate/test_support/tiny_scenario.hh"
#include "os/cgroup.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

const MonotonicClock the_clock;

// Names of what a run of process `pid` may have left.
std::set<std::string> groups_of(pid_t pid) {
  std::set<std::string> names;
  const CgroupMounts mounts = detect_cgroups();
  for (const auto& root : {mounts.cpu, mounts.memory}) {
    for (const auto& entry : std::filesystem::directory_iterator{root}) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("continuo-" + std::to_string(pid) + "-")) {
        names.insert(name);
      }
    }
  }
  return names;
}

// Finds our child whose own child plays the node of that name.
bool kill_first_process_of(const std::string& node) {
  for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
    const std::string words = read_file(entry.path() / "cmdline").value_or("");
    const std::string stat = read_file(entry.path() / "stat").value_or("");
    const auto parent = stat.rfind(')');  // behind it: a space, the state, whichever it is, a space, the parent
    if (parent != std::string::npos && words.find(node) != std::string::npos &&
        words.find("emulate-stand-in") != std::string::npos) {
      return ::kill(std::stoi(stat.substr(parent + 4)), SIGKILL) == 0;
    }
  }
  return false;
}

class Emulation : public WithEmulation {};

TEST_F(Emulation, runs_a_scenario_from_nothing_to_its_evaluation_and_leaves_nothing) {
  const Scenario scenario = tiny_scenario();
  std::vector<EmulationProgress::Phase> phases;
  EmulateOptions options = stand_in();
  options.progress = [&](const EmulationProgress& progress) {
    if (phases.empty() || phases.back() != progress.phase) {
      phases.push_back(progress.phase);
    }
  };
  std::uint64_t records = 0;
  options.record = [&](const LoadRecord&) { ++records; };
  const EmulationResult result = evaluate(scenario, options, the_clock);
  const Evaluation& evaluation = result.evaluation;

  const ServiceResult& service = evaluation.services.at(0);
  EXPECT_EQ(service.generated, 40U);
  EXPECT_EQ(service.completed, 40U);
  EXPECT_THAT(service.failed, ::testing::IsEmpty());
  ASSERT_EQ(service.by_node.size(), 1U);
  EXPECT_EQ(service.by_node[0].node, "edge-1");
  EXPECT_GE(service.latency.min(), 22ms) << "20560 bytes at 7.21 Mbit/s take 22.8 ms";

  std::set<std::string> checked;
  for (const DeliveryCheck& check : evaluation.delivery) {
    checked.insert(check.what);
  }
  EXPECT_THAT(checked, ::testing::IsSupersetOf({"delay endpoint to edge", "rate endpoint to edge", "delay edge to endpoint",
                                                "CPU share edge-1", "CPU use over quota",
                                                "CPU that this host had for the nodes", "fabric lateness, p99"}));
  EXPECT_EQ(evaluation.startup_ms.count("up"), 1U);
  EXPECT_EQ(evaluation.startup_ms.count("first answer"), 1U);
  EXPECT_EQ(records, 40U);
  EXPECT_EQ(result.service_times.size(), 2U);
  using Phase = EmulationProgress::Phase;
  EXPECT_THAT(phases, ::testing::ElementsAre(Phase::starting, Phase::placing, Phase::probing, Phase::loading, Phase::finished));
  EXPECT_THAT(groups_of(::getpid()), ::testing::IsEmpty());
}

TEST_F(Emulation, names_the_node_that_used_more_memory_than_it_has) {
  EmulateOptions options = stand_in();
  options.node_arguments = {"--eat", "edge-2"};
  EXPECT_THAT([&] { evaluate(tiny_scenario(), options, the_clock); },
              ::testing::ThrowsMessage<std::runtime_error>(::testing::AllOf(
                  ::testing::HasSubstr("edge-2 was killed by signal 9"), ::testing::HasSubstr("used more than its 256 MiB of memory"))));
}

TEST_F(Emulation, refuses_a_core_that_the_host_has_not) {
  Scenario scenario = tiny_scenario();
  scenario.tiers[1].pinned = {1023};
  EXPECT_THROW(evaluate(scenario, stand_in(), the_clock), EmulationRefused);
}

TEST_F(Emulation, survives_the_end_of_a_nodes_first_process) {
  const Scenario scenario = tiny_scenario();
  EmulateOptions options = stand_in();
  bool killed = false;
  options.progress = [&](const EmulationProgress& progress) {
    if (!killed && progress.phase == EmulationProgress::Phase::loading && progress.completed > 0) {
      killed = kill_first_process_of("edge-1");
    }
  };
  const Evaluation evaluation = evaluate(scenario, options, the_clock).evaluation;
  EXPECT_TRUE(killed);
  EXPECT_EQ(evaluation.services.at(0).completed, 40U);
  EXPECT_THAT(evaluation.events,
              ::testing::Contains(::testing::Field(&TimelineEvent::what, "edge-1 was killed by signal 9 (Killed)")));
}

TEST_F(Emulation, refuses_what_the_host_is_too_small_for_before_it_starts_anything) {
  Scenario scenario = tiny_scenario();
  scenario.tiers[0].cores = 4000;
  EXPECT_THROW(evaluate(scenario, stand_in(), the_clock), EmulationRefused);
}

TEST_F(Emulation, says_which_node_did_not_come_up) {
  const Scenario scenario = tiny_scenario();
  EmulateOptions options = stand_in();
  options.node_arguments = {"--break", "edge-2"};
  EXPECT_THAT([&] { evaluate(scenario, options, the_clock); },
              ::testing::ThrowsMessage<std::runtime_error>(::testing::HasSubstr("edge-2 exited with status 3")));
  EXPECT_THAT(groups_of(::getpid()), ::testing::IsEmpty());
}

TEST_F(Emulation, is_invalid_and_says_why_if_a_load_generator_dies) {
  const Scenario scenario = tiny_scenario();
  EmulateOptions options = stand_in();
  options.load_arguments = {"--break", "endpoint-1"};
  const Evaluation evaluation = evaluate(scenario, options, the_clock).evaluation;
  EXPECT_FALSE(evaluation.valid);
  EXPECT_THAT(evaluation.invalid_because,
              ::testing::Contains("endpoint-1: its load generator exited with status 3; it said: no input"));
  const ServiceResult& service = evaluation.services.at(0);
  EXPECT_EQ(service.completed + service.failed.at("load-died"), service.generated);
}

TEST_F(Emulation, stops_when_told_and_leaves_nothing) {
  const Scenario scenario = tiny_scenario();
  std::atomic<bool> stop = false;
  EmulateOptions options = stand_in();
  options.stop = &stop;
  options.progress = [&](const EmulationProgress& progress) { stop = progress.phase == EmulationProgress::Phase::loading; };
  EXPECT_THROW(evaluate(scenario, options, the_clock), EmulationStopped);
  EXPECT_THAT(groups_of(::getpid()), ::testing::IsEmpty());
}

TEST_F(Emulation, killed_in_mid_run_leaves_groups_that_the_next_start_sweeps) {
  Pipe loading = make_pipe();
  const pid_t killed = ::fork();
  ASSERT_GE(killed, 0);
  if (killed == 0) {
    EmulateOptions options = stand_in();
    options.progress = [&](const EmulationProgress& progress) {
      if (progress.phase == EmulationProgress::Phase::loading) {
        [[maybe_unused]] const auto told = ::write(loading.writer.get(), "x", 1);
      }
    };
    evaluate(tiny_scenario(), options, the_clock);
    ::_exit(0);
  }
  char letter = 0;
  ASSERT_EQ(::read(loading.reader.get(), &letter, 1), 1);
  ::kill(killed, SIGKILL);
  ::waitpid(killed, nullptr, 0);
  // The first processes die with the run; their groups can go once they are gone.
  const Duration deadline = the_clock.now() + 20s;
  while (!groups_of(killed).empty() && the_clock.now() < deadline) {
    sweep_cgroups(detect_cgroups());
  }
  EXPECT_THAT(groups_of(killed), ::testing::IsEmpty());
}

}  // namespace
}  // namespace continuo
