// Commands to whole runs with a stand-in for the node program: needs root, /dev/net/tun, writable control groups.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <thread>

#include "emulate/control/control_message.hh"
#include "emulate/control/enter_node.hh"
#include "emulate/control/run_folder.hh"
#include "emulate/emulation.hh"
#include "emulate/test_support/small_network.hh"
#include "emulate/test_support/stand_in_run.hh"
#include "emulate/test_support/tiny_scenario.hh"
#include "os/cgroup.hh"
#include "os/descriptor_passing.hh"
#include "os/error.hh"
#include "os/run_tag.hh"
#include "os/timer.hh"
#include "os/unix_socket.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;

const MonotonicClock the_clock;

class EmulationCommands : public WithEmulation {};

// A client in a thread of its own, as another process would be.
std::string ask(const std::filesystem::path& root, const ControlRequest& request) {
  const auto runs = running_emulations(root);
  if (runs.size() != 1) {
    return "no run";
  }
  const FileDescriptor socket = connect_unix(runs[0].socket);
  send_message(socket, serialise(request));
  const auto reply = receive_message(socket);
  return reply ? reply->bytes : "no reply";
}

TEST_F(EmulationCommands, obeys_commands_in_the_words_of_events_and_leaves_nothing) {
  std::string name = "/tmp/emulation-test-XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name.data());
  const std::filesystem::path root = folder / "continuo";
  Scenario scenario = tiny_scenario();
  scenario.sites[0].name = "hall";
  EmulateOptions options = stand_in();
  options.run_folder_root = root;
  std::vector<std::string> said;
  std::thread client;
  options.progress = [&](const EmulationProgress& progress) {
    if (client.joinable() || progress.phase != EmulationProgress::Phase::loading || progress.completed == 0) {
      return;
    }
    client = std::thread{[&] {
      for (const char* line : {"kill edge-1", "kill edge-1", "kill nobody", "quota edge-2 0.25", "partition cloud endpoint"}) {
        said.push_back(ask(root, ActRequest{line}));
      }
      said.push_back(ask(root, StatusRequest{}));
    }};
  };
  const Evaluation evaluation = evaluate(scenario, options, the_clock).evaluation;
  client.join();
  ASSERT_EQ(said.size(), 6U);
  EXPECT_EQ(said[0], "ok\nkill edge-1");
  EXPECT_EQ(said[1], "error\nkill edge-1 has no effect: killed already");
  EXPECT_THAT(said[2], HasSubstr("error\nunknown tier, site or node \"nobody\""));
  EXPECT_EQ(said[3], "ok\nquota 0.25 of edge-2");
  EXPECT_EQ(said[4], "ok\npartition cloud | endpoint");
  EXPECT_THAT(said[5], HasSubstr(R"("phase":"loading")"));
  EXPECT_THAT(said[5], HasSubstr(R"({"name":"edge-1","address":"10.77.0.2:8000","state":"killed","quota":)"));
  EXPECT_THAT(said[5], HasSubstr(R"("cut":[["cloud-1","endpoint-1"],["cloud-1","endpoint-2"]])"));
  EXPECT_EQ(evaluation.services.at(0).completed, 40U);
  ASSERT_EQ(evaluation.events.size(), 3U);
  EXPECT_EQ(evaluation.events[0].origin, EventOrigin::command);
  EXPECT_FALSE(std::filesystem::exists(root));
  std::filesystem::remove_all(folder);
}

// Once requests are answered: what `lines` got as answers, with whatever `before` does first.
std::vector<std::string> answers_during(const Scenario& scenario, EmulateOptions options, const std::vector<std::string>& lines,
                                        const std::function<void()>& before, Evaluation& evaluation) {
  std::string name = "/tmp/emulation-test-XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name.data());
  options.run_folder_root = folder / "continuo";
  std::vector<std::string> said;
  std::thread client;
  options.progress = [&](const EmulationProgress& progress) {
    if (client.joinable() || progress.phase != EmulationProgress::Phase::loading || progress.completed == 0) {
      return;
    }
    before();
    client = std::thread{[&] {
      for (const std::string& line : lines) {
        said.push_back(ask(options.run_folder_root, ActRequest{line}));
      }
      said.push_back(ask(options.run_folder_root, StatusRequest{}));
    }};
  };
  evaluation = evaluate(scenario, options, the_clock).evaluation;
  client.join();
  std::filesystem::remove_all(folder);
  return said;
}

TEST_F(EmulationCommands, a_quota_that_the_kernel_does_not_take_is_answered_and_not_in_force) {
  const CgroupMounts mounts = detect_cgroups();
  const char* file = mounts.version == CgroupVersion::v1 ? "cpu.cfs_quota_us" : "cpu.max";
  const auto quota_file = mounts.cpu / (to_string(own_run_tag()) + "-edge-2") / file;
  Evaluation evaluation;
  // In mounts of this thread's own, a write to the file fails as if a disk were full.
  const auto spoil = [&] {
    check("unshare", ::unshare(CLONE_NEWNS));
    check("mount", ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr));
    check("mount", ::mount("/dev/full", quota_file.c_str(), nullptr, MS_BIND, nullptr));
  };
  const auto said = answers_during(tiny_scenario(), stand_in(), {"quota edge-2 0.25", "quota edge-1 0.25"}, spoil, evaluation);
  ASSERT_EQ(said.size(), 3U);
  EXPECT_THAT(said[0], HasSubstr("error\nquota 0.25 of edge-2 could not be done: "));
  EXPECT_EQ(said[1], "ok\nquota 0.25 of edge-1");
  EXPECT_THAT(said[2], HasSubstr(R"("name":"edge-1","address":"10.77.0.2:8000","state":"running","quota":2.5E-1)"));
  EXPECT_THAT(said[2], HasSubstr(R"("name":"edge-2","address":"10.77.0.3:8000","state":"running","quota":3E-1)"));
  EXPECT_EQ(evaluation.services.at(0).completed, 40U) << "the run went on";
}

TEST_F(EmulationCommands, a_quota_that_this_host_has_not_is_refused) {
  Scenario scenario = tiny_scenario();
  scenario.tiers[1].cores = usable_cores();
  scenario.tiers[1].quota = 0.1;  // with all of its cores one node would leave none to the others
  Evaluation evaluation;
  const auto said = answers_during(scenario, stand_in(), {"quota edge-1 1"}, [] {}, evaluation);
  EXPECT_THAT(said.at(0), HasSubstr("error\nquota 1 of edge-1 has no effect: the nodes would need "));
}

TEST_F(EmulationCommands, a_restart_that_fails_is_told_and_ends_nothing_else) {
  std::string name = "/tmp/emulation-test-XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name.data());
  EmulateOptions options = stand_in();
  options.init_program = binaries + "continuo-init";
  std::filesystem::copy_file(options.program, folder / "program");
  options.program = folder / "program";
  Evaluation evaluation;
  const auto said = answers_during(tiny_scenario(), options, {"restart edge-1", "kill edge-2", "restart edge-2"},
                                   [&] { std::filesystem::remove(options.program); }, evaluation);
  std::filesystem::remove_all(folder);
  ASSERT_EQ(said.size(), 4U);
  EXPECT_EQ(said[0], "ok\nrestart edge-1") << "its server is killed, and cannot be started once it has ended";
  EXPECT_THAT(evaluation.invalid_because, Contains(HasSubstr("edge-1 could not be restarted: ")));
  EXPECT_EQ(evaluation.services.at(0).generated, 40U);
}

TEST_F(EmulationCommands, kept_up_without_load_can_be_entered) {
  std::string name = "/tmp/emulation-test-XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name.data());
  std::atomic<bool> stop = false;
  EmulateOptions options = stand_in();
  options.run_folder_root = folder / "continuo";
  options.stop = &stop;
  int status = 0;
  std::thread client;
  options.progress = [&](const EmulationProgress& progress) {
    if (progress.phase != EmulationProgress::Phase::up || client.joinable()) {
      return;
    }
    client = std::thread{[&] {
      const pid_t child = ::fork();  // who enters must have one thread
      if (child == 0) {
        const FileDescriptor socket = connect_unix(running_emulations(options.run_folder_root).at(0).socket);
        send_message(socket, serialise(EnterRequest{"edge-2"}));
        auto reply = receive_message(socket);
        NodeEntrance entrance{.first_process = std::move(reply->descriptors.at(0)), .process_files = {}};
        entrance.process_files.emplace_back(reply->bytes.substr(3, reply->bytes.find('\n', 3) - 3));
        ::_exit(run_in_node(entrance, {"/bin/sh", "-c", "test $(hostname) = edge-2 && grep -q edge-2 /proc/self/cgroup && exit 42"}));
      }
      ::waitpid(child, &status, 0);
      stop = true;
    }};
  };
  EXPECT_THROW(keep_up(tiny_scenario(), options, the_clock), EmulationStopped);
  client.join();
  EXPECT_EQ(WEXITSTATUS(status), 42);
  EXPECT_FALSE(std::filesystem::exists(options.run_folder_root));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace continuo
