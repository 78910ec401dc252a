// Events and programs in whole runs with a stand-in for the node program: needs root, /dev/net/tun, writable control groups.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "emulate/emulation.hh"
#include "emulate/test_support/small_network.hh"
#include "emulate/test_support/stand_in_run.hh"
#include "emulate/test_support/tiny_scenario.hh"
#include "os/cgroup.hh"
#include "scenario/infrastructure_state.hh"
#include "units/rng.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;

const MonotonicClock the_clock;
// Nodes of tiny_scenario(): 0 cloud-1, 1 edge-1, 2 edge-2, 3 endpoint-1, 4 endpoint-2.
constexpr NodeIndex cloud = 0;
constexpr NodeIndex edge_1 = 1;
constexpr NodeIndex edge_2 = 2;
constexpr NodeIndex endpoint_1 = 3;
constexpr NodeIndex endpoint_2 = 4;

Event event(Duration at, Action action, const std::string& text) { return {at, std::move(action), text}; }
Event command(Duration at, NodeCommand what, NodeIndex node) { return event(at, CommandNodes{what, {node}}, "command"); }

Evaluation run(const Scenario& scenario) { return evaluate(scenario, stand_in(), the_clock).evaluation; }

std::uint64_t failed_of(const ServiceResult& service) {
  std::uint64_t failed = 0;
  for (const auto& [reason, count] : service.failed) {
    failed += count;
  }
  return failed;
}

std::uint64_t failed_for(const ServiceResult& service, const std::string& reason) {
  const auto found = service.failed.find(reason);
  return found == service.failed.end() ? 0 : found->second;
}

const ProgramResult& result_of(const Evaluation& evaluation, const std::string& name) {
  for (const ProgramResult& result : evaluation.programs) {
    if (result.name == name) {
      return result;
    }
  }
  throw std::runtime_error("no result of " + name);
}

Program program(const std::string& name, NodeIndex node, const std::string& text, Duration start = 100ms, Duration deadline = 5s) {
  return {.name = name, .on = {node}, .command = text, .start = start, .deadline = deadline};
}

// Programs only: no service, so no node program either.
Scenario idle_scenario() {
  Scenario scenario = tiny_scenario();
  scenario.workload.clear();
  scenario.services.clear();
  return scenario;
}

class EmulationEvents : public WithEmulation {};

TEST_F(EmulationEvents, completes_every_request_while_a_node_is_killed_and_shows_the_shift) {
  Scenario scenario = tiny_scenario();
  scenario.events = {event(1s, CommandNodes{NodeCommand::kill, {edge_1}}, "kill edge-1")};
  const Evaluation evaluation = run(scenario);
  const ServiceResult& service = evaluation.services.at(0);
  EXPECT_EQ(service.completed, 40U);
  ASSERT_EQ(service.by_node.size(), 2U);
  EXPECT_EQ(service.by_node[1].node, "edge-2");
  ASSERT_EQ(evaluation.events.size(), 1U) << "that the node's program ended is what was wanted, and not told again";
  EXPECT_EQ(evaluation.events[0].what, "kill edge-1");
  EXPECT_EQ(evaluation.events[0].origin, EventOrigin::scenario);
  EXPECT_GE(evaluation.events[0].at, 1s);
  EXPECT_LT(evaluation.events[0].late.value(), 500ms);
}

TEST_F(EmulationEvents, accounts_for_what_a_killed_sender_did_not_send) {
  Scenario scenario = tiny_scenario();
  scenario.events = {command(1s, NodeCommand::kill, endpoint_1)};
  const Evaluation evaluation = run(scenario);
  const ServiceResult& service = evaluation.services.at(0);
  EXPECT_EQ(service.generated, 40U);
  EXPECT_EQ(service.completed + failed_of(service), 40U);
  // 20 requests in 2 s: half of them are due after the first second, one may be under way.
  EXPECT_GE(failed_for(service, "sender-killed"), 9U);
  EXPECT_LE(failed_for(service, "sender-killed"), 12U);
  EXPECT_THAT(evaluation.invalid_because, ::testing::Not(Contains(HasSubstr("load generator"))));
}

TEST_F(EmulationEvents, a_paused_sender_sends_late_once_it_is_resumed) {
  Scenario scenario = tiny_scenario();
  scenario.events = {command(500ms, NodeCommand::pause, endpoint_1), command(1500ms, NodeCommand::resume, endpoint_1)};
  Duration latest{};
  EmulateOptions options = stand_in();
  options.record = [&](const LoadRecord& record) {
    latest = std::max(latest, record.from == "endpoint-1" ? record.sent - record.scheduled : 0ns);
  };
  EXPECT_EQ(evaluate(scenario, options, the_clock).evaluation.services.at(0).completed, 40U);
  EXPECT_GE(latest, 800ms) << "what was due just after the pause waited for its end";
}

TEST_F(EmulationEvents, a_sender_that_stays_paused_does_not_hold_up_the_end) {
  Scenario scenario = tiny_scenario();
  scenario.workload.at(0).deadline = 1s;
  scenario.events = {command(1s, NodeCommand::pause, endpoint_2)};
  const ServiceResult service = run(scenario).services.at(0);
  EXPECT_EQ(service.generated, 40U);
  EXPECT_EQ(service.completed + failed_of(service), 40U);
  EXPECT_GE(failed_for(service, "sender-paused"), 9U);
}

TEST_F(EmulationEvents, a_restarted_node_serves_again_with_an_empty_store) {
  Scenario scenario = tiny_scenario();
  scenario.services.at(0).name = "echo";
  const std::string file = "/run/continuo/store/kept";
  scenario.programs = {
      program("fill", edge_2, "mkdir -p /run/continuo/store && touch " + file),
      program("look", edge_2, "ls " + file + " 2>&1; ls /run/continuo", 1500ms),
      program("alive", endpoint_1, "cat /proc/uptime", 1500ms)};
  scenario.events = {command(700ms, NodeCommand::restart, edge_2), command(800ms, NodeCommand::kill, edge_1)};
  const Evaluation evaluation = run(scenario);
  EXPECT_EQ(result_of(evaluation, "fill").status, 0);
  EXPECT_THAT(result_of(evaluation, "look").output, HasSubstr("No such file"));
  const ServiceResult& service = evaluation.services.at(0);
  EXPECT_EQ(service.completed, 40U);
  ASSERT_EQ(service.by_node.size(), 2U);
  EXPECT_GE(service.by_node[1].requests, 15U) << "edge-2 serves after its restart, since edge-1 does not";
}

TEST_F(EmulationEvents, an_operating_service_ends_with_its_node_and_comes_back_with_it) {
  std::string name = "/tmp/emulation-test-XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name.data());
  // Stands in for the broker: it listens on the same port.
  std::ofstream{folder / "mosquitto"} << "#!/bin/sh\nexec " << binaries << "emulate-probe serve 1883\n";
  std::filesystem::permissions(folder / "mosquitto", std::filesystem::perms::owner_all);
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", (folder.string() + ":" + path).c_str(), 1);
  Scenario scenario = idle_scenario();
  scenario.operating = {{OperatingService::Kind::mosquitto, edge_2}};
  const std::string try_once = "bash -c 'echo > /dev/tcp/edge-2/1883' 2>/dev/null; echo status $?";
  scenario.programs = {program("first", endpoint_1, try_once, 100ms), program("killed", endpoint_1, try_once, 900ms),
                       program("again", endpoint_1, try_once, 2s)};
  scenario.events = {command(600ms, NodeCommand::kill, edge_2), command(1300ms, NodeCommand::restart, edge_2)};
  const Evaluation evaluation = run(scenario);
  ::setenv("PATH", path.c_str(), 1);
  std::filesystem::remove_all(folder);
  EXPECT_EQ(result_of(evaluation, "first").output, "status 0\n");
  EXPECT_EQ(result_of(evaluation, "killed").output, "status 1\n");
  EXPECT_EQ(result_of(evaluation, "again").output, "status 0\n");
  EXPECT_THAT(evaluation.invalid_because, ::testing::Not(Contains(HasSubstr("operating service"))));
  EXPECT_EQ(evaluation.events.size(), 2U) << "what was asked for, and nothing else";
}

TEST_F(EmulationEvents, no_packet_passes_a_partition_until_it_is_healed) {
  Scenario scenario = idle_scenario();
  const std::string try_once = "timeout 0.3 bash -c 'echo > /dev/tcp/edge-1/9' 2>&1; echo status $?";
  scenario.programs = {program("before", endpoint_1, try_once, 100ms), program("during", endpoint_1, try_once, 700ms),
                       program("beside", endpoint_1, "timeout 0.3 bash -c 'echo > /dev/tcp/edge-2/9' 2>&1; echo status $?", 700ms),
                       program("after", endpoint_1, try_once, 1500ms)};
  scenario.events = {event(500ms, Partition{{edge_1, cloud}, {endpoint_1, endpoint_2}}, "partition"),
                     event(1300ms, Heal{}, "heal all")};
  const Evaluation evaluation = run(scenario);
  // Nobody listens: whom a packet reaches refuses at once (status 1), where none passes the time runs out (status 124).
  EXPECT_THAT(result_of(evaluation, "before").output, HasSubstr("status 1\n"));
  EXPECT_THAT(result_of(evaluation, "during").output, HasSubstr("status 124\n"));
  EXPECT_THAT(result_of(evaluation, "beside").output, HasSubstr("status 1\n"));
  EXPECT_THAT(result_of(evaluation, "after").output, HasSubstr("status 1\n"));
}

TEST_F(EmulationEvents, a_changed_link_delays_from_then_on) {
  Scenario scenario = idle_scenario();
  // Nobody listens: a refused connection takes one round trip.
  const std::string ping =
      "bash -c 's=${EPOCHREALTIME/./}; (echo > /dev/tcp/edge-1/9) 2>/dev/null; echo time=$((${EPOCHREALTIME/./} - s))'";
  scenario.programs = {program("before", cloud, ping), program("after", cloud, ping, 900ms)};
  scenario.events = {event(600ms, ChangeLinks{{cloud}, {edge_1}, true, {.delay = 60ms}}, "change")};
  const Evaluation evaluation = run(scenario);
  const auto round_trip = [&](const std::string& name) {
    const std::string text = result_of(evaluation, name).output;
    const auto time = text.find("time=");
    return time == std::string::npos ? -1.0 : std::stod(text.substr(time + 5)) / 1000;  // ms
  };
  EXPECT_GE(round_trip("before"), 0.2);
  EXPECT_LT(round_trip("before"), 60.0);
  EXPECT_GE(round_trip("after"), 120.0);
  EXPECT_LT(round_trip("after"), 180.0);
}

TEST_F(EmulationEvents, a_cut_quota_is_what_a_busy_node_gets) {
  Scenario scenario = idle_scenario();
  // 0.3 of a core for 1 s, then 0.05 for 1 s: the loop counts its CPU time, which is what it got.
  const std::string spin = "timeout 0.95 sh -c 'while :; do :; done'; times";
  scenario.programs = {program("fast", edge_1, spin, 0ms), program("slow", edge_1, spin, 1200ms)};
  scenario.events = {event(1s, ChangeQuota{{edge_1}, 0.05}, "quota")};
  const Evaluation evaluation = run(scenario);
  const auto seconds = [&](const std::string& name) {
    const std::string text = result_of(evaluation, name).output;  // of the shell, and of its children: "0m0.280s 0m0.010s"
    const auto minute = text.find('m', std::min(text.find('\n'), text.size()));
    return minute == std::string::npos ? -1.0 : std::stod(text.substr(minute + 1));
  };
  EXPECT_LE(seconds("fast"), 0.40);
  EXPECT_GE(seconds("fast"), 0.15);
  EXPECT_LE(seconds("slow"), 0.12);
}

TEST_F(EmulationEvents, keeps_output_and_exit_status_of_programs_and_kills_them_at_their_deadline) {
  Scenario scenario = idle_scenario();
  scenario.programs = {program("speak", edge_1, "echo out; echo err >&2; hostname; exit 7"),
                       program("endless", edge_2, "sleep 60 & sleep 60", 100ms, 300ms),
                       program("flood", cloud, "yes | head -c 1000000")};
  const Evaluation evaluation = run(scenario);
  EXPECT_EQ(result_of(evaluation, "speak").output, "out\nerr\nedge-1\n");
  EXPECT_EQ(result_of(evaluation, "speak").status, 7);
  EXPECT_EQ(result_of(evaluation, "endless").end, "was killed by signal 9 (Killed): it ran beyond its deadline");
  EXPECT_EQ(result_of(evaluation, "flood").output.size(), 65536U);
  EXPECT_LT(evaluation.duration, 4s) << "the run ends with its programs, not at the end of their deadlines";
}

// A node's random life; whatever it is, the run ends, every request is accounted for, and nothing is left.
TEST_F(EmulationEvents, random_ones_leave_no_request_unaccounted_for) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Rng rng{Seed{seed}};
    Scenario scenario = tiny_scenario();
    scenario.workload.at(0).deadline = 1s;
    InfrastructureState state{scenario};
    for (Duration at = 100ms; at < 2s; at += 1ms * static_cast<int>(50 + rng.below(200))) {
      const NodeIndex node = rng.below(5);
      std::vector<Action> actions{CommandNodes{static_cast<NodeCommand>(rng.below(4)), {node}},
                                  Partition{{node}, {(node + 1) % 5}}, Heal{}, ChangeQuota{{node}, 0.05 + 0.1 * rng.uniform()}};
      const Action& action = actions[rng.below(actions.size())];
      if (!state.apply(action)) {
        scenario.events.push_back(event(at, action, "event"));
      }
    }
    const Evaluation evaluation = run(scenario);
    const ServiceResult& service = evaluation.services.at(0);
    EXPECT_EQ(service.generated, 40U);
    EXPECT_EQ(service.completed + failed_of(service), 40U);
    EXPECT_GE(evaluation.events.size(), scenario.events.size());
  }
}

}  // namespace
}  // namespace continuo
