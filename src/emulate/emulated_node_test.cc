// Real namespaces, real packets: needs root and /dev/net/tun.
#include "emulate/emulated_node.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>

#include "emulate/test_support/small_network.hh"
#include "os/cgroup.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

class EmulatedNodes : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_namespaces(); !why.empty()) {
      GTEST_SKIP() << why;
    }
  }
  const std::string probe_ = binaries + "emulate-probe";
};

LinkProperties ten_milliseconds(Port, Port) { return {.delay = 10ms}; }

TEST_F(EmulatedNodes, have_a_host_name_and_processes_of_their_own) {
  SmallNetwork network{{0}, ten_milliseconds};
  Running look{network.nodes[0], {probe_, "look"}};
  EXPECT_EQ(look.line(), "node-1 2 2");  // process 1 is the first process
}

TEST_F(EmulatedNodes, exchange_packets_with_the_delay_of_their_link) {
  SmallNetwork network{{0, 0}, ten_milliseconds};
  Running echo{network.nodes[0], {probe_, "echo", "7000"}};
  ASSERT_EQ(echo.line(), "listening");
  Running ping{network.nodes[1], {probe_, "ping", "10.77.0.1", "7000", "20"}};
  const int round_trip_us = std::stoi(ping.line());
  EXPECT_GE(round_trip_us, 20'000);
  EXPECT_LE(round_trip_us, 40'000);  // generous: other work may hold this machine up
  const FabricCounters counters = network.fabric->counters();
  ASSERT_GE(counters.paths.size(), 2U);
  for (const PathCounters& path : counters.paths) {
    EXPECT_GE(path.measure.delays, 10ms * path.measure.packets);
  }
}

TEST_F(EmulatedNodes, exchange_packets_over_IPv6) {
  SmallNetwork network{{0, 0}, ten_milliseconds};
  Running echo{network.nodes[0], {probe_, "echo6", "7000"}};
  ASSERT_EQ(echo.line(), "listening");
  Running ping{network.nodes[1], {probe_, "ping6", to_string(address6_of(0)), "7000", "10"}};
  EXPECT_GE(std::stoi(ping.line()), 20'000);
  EXPECT_EQ(network.fabric->counters().drops.malformed, 0U);
}

TEST_F(EmulatedNodes, hear_multicast_of_their_own_site_only) {
  SmallNetwork network{{0, 0, 1}, ten_milliseconds};
  Running near{network.nodes[1], {probe_, "count", "7001", "239.1.1.1", "1"}};
  Running far{network.nodes[2], {probe_, "count", "7001", "239.1.1.1", "1"}};
  ASSERT_EQ(near.line(), "joined");
  ASSERT_EQ(far.line(), "joined");
  Running send{network.nodes[0], {probe_, "send", "239.1.1.1", "7001", "1", "100"}};
  EXPECT_EQ(near.line(), "got");
  for (const PathCounters& path : network.fabric->counters().paths) {
    EXPECT_FALSE(path.from == 0 && path.to == 2) << "a multicast packet left its site";
  }
}

TEST_F(EmulatedNodes, are_limited_to_the_rate_of_their_link) {
  // 100 datagrams of 1028 bytes with UDP and IP headers = 822400 bits: 82.24 ms at 10 Mbit/s.
  SmallNetwork network{{0, 0}, [](Port, Port) { return LinkProperties{.rate = 10_Mbps}; }};
  Running count{network.nodes[0], {probe_, "count", "7001", "", "100"}};
  ASSERT_EQ(count.line(), "joined");
  Running send{network.nodes[1], {probe_, "send", "10.77.0.1", "7001", "100", "1000"}};
  for (int datagram = 0; datagram < 100; ++datagram) {
    ASSERT_EQ(count.line(), "got");
  }
  LinkMeasure measure;
  for (const PathCounters& path : network.fabric->counters().paths) {
    measure.merge(path.measure);
  }
  ASSERT_GE(measure.busy_periods, 1U);
  const double delivered = static_cast<double>(measure.busy_bytes.count()) * 8 / to_seconds(measure.busy_time);
  EXPECT_LE(delivered, 10.5e6);
  EXPECT_GE(delivered, 5e6);  // generous
}

// CAP_DAC_READ_SEARCH 2, CAP_NET_BIND_SERVICE 10, CAP_NET_RAW 13.
TEST_F(EmulatedNodes, run_programs_that_have_few_capabilities_and_gain_none) {
  SmallNetwork network{{0}, ten_milliseconds};
  Running look{network.nodes[0], {probe_, "rights"}};
  EXPECT_EQ(look.line(), "0000000000002404 0000000000002404 1");
}

TEST_F(EmulatedNodes, know_each_other_by_a_hosts_file_of_their_own) {
  SmallNetwork network{{0}, ten_milliseconds};
  Running look{network.nodes[0], {"/bin/cat", "/etc/hosts"}};
  EXPECT_EQ(look.line(), "127.0.0.1 localhost");
  EXPECT_EQ(look.line(), "");
}

class BoundNodes : public EmulatedNodes {
 protected:
  void SetUp() override {
    EmulatedNodes::SetUp();
    if (IsSkipped()) {
      return;
    }
    try {
      mounts_ = detect_cgroups();
    } catch (const std::exception& error) {
      GTEST_SKIP() << error.what();
    }
  }
  std::unique_ptr<Cgroup> make_group() { return std::make_unique<Cgroup>(mounts_, to_string(own_run_tag()) + "-bound"); }
  CgroupMounts mounts_;
};

TEST_F(BoundNodes, start_no_more_processes_than_they_may) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "the thread sanitizer gives every process a thread of its own, which counts";
#endif
  if (mounts_.pids.empty()) {
    GTEST_SKIP() << "no pids control groups";
  }
  const auto group = make_group();
  group->limit_processes(20);
  SmallNetwork network{{0}, ten_milliseconds};
  Running fork{network.nodes[0], {probe_, "fork", "50"}, group->process_files()};
  EXPECT_EQ(fork.line(), "19");  // and the one that started them
}

TEST_F(BoundNodes, are_killed_when_they_use_more_memory_than_they_have) {
  const auto group = make_group();
  group->limit_memory(64_MiB);
  SmallNetwork network{{0}, ten_milliseconds};
  Running eat{network.nodes[0], {probe_, "eat", "256"}, group->process_files()};
  EXPECT_EQ(eat.line(), "");
  EXPECT_EQ(group->out_of_memory_kills(), 1U);
}

TEST_F(BoundNodes, write_to_disk_no_faster_than_they_may) {
  if (mounts_.io.empty() || disks().empty()) {
    GTEST_SKIP() << "no io control groups, or no disk";
  }
  const auto group = make_group();
  group->limit_disk(disks(), std::nullopt, BitRate::bits_per_second(64'000'000));
  SmallNetwork network{{0}, ten_milliseconds};
  const std::string file = CONTINUO_BINARY_DIR "/disk-test-" + std::to_string(::getpid());
  Running write{network.nodes[0], {probe_, "write", file, "8"}, group->process_files()};
  const std::string took = write.line();
  if (took.empty()) {
    GTEST_SKIP() << "the build folder is on a file system without direct writing";
  }
  EXPECT_GE(std::stoi(took), 850);  // 8.4 MB at 8 MB/s: 1.05 s, less what the throttle lets pass at the beginning
}

TEST_F(EmulatedNodes, run_on_the_cores_that_they_are_pinned_to) {
  EmulatedNode node{{.init_program = binaries + "continuo-init", .name = "pinned", .address = address_of(0), .hosts = "", .cores = {0}}};
  const FileDescriptor device = node.wait_ready();
  Running look{node, {"/bin/grep", "Cpus_allowed_list", "/proc/self/status"}};
  EXPECT_EQ(look.line(), "Cpus_allowed_list:\t0");
}

TEST_F(EmulatedNodes, have_the_tcp_that_was_asked_for_whatever_the_host_prefers) {
  const NetworkSettings asked{.congestion_control = "cubic",
                              .initial_window = 23,
                              .slow_start_after_idle = false,
                              .receive_buffer_max = 1U << 20,
                              .send_buffer_max = 65536,
                              .mtu = 9000};
  SmallNetwork network{{0, 0}, ten_milliseconds, asked};
  EXPECT_EQ(network.nodes[0].network(), asked);
  Running serve{network.nodes[0], {probe_, "serve", "7000"}};
  ASSERT_EQ(serve.line(), "listening");
  Running connect{network.nodes[1], {probe_, "tcp", "10.77.0.1", "7000"}};
  EXPECT_EQ(connect.line(), "cubic 23 8948");  // 9000 without 20 of IP, 20 of TCP and 12 of its time stamps
}

TEST_F(EmulatedNodes, do_not_come_up_with_a_tcp_that_the_kernel_has_not) {
  EXPECT_THAT([] { SmallNetwork({0}, ten_milliseconds, {.congestion_control = "nosuch"}); },
              ::testing::ThrowsMessage<std::runtime_error>(::testing::HasSubstr("set congestion control nosuch")));
}

// Where /dev/net/tun may not be opened. 0 + 1 + ... + 250 = 31375 in every 251 bytes; 2510000 bytes are 10000 times that.
TEST_F(EmulatedNodes, exchange_whole_tcp_streams_and_datagrams_by_packet_sockets) {
  SmallNetwork network{{0, 0}, ten_milliseconds, {}, DeviceKind::packet_socket};
  Running echo{network.nodes[0], {probe_, "echo", "7000"}};
  ASSERT_EQ(echo.line(), "listening");
  Running ping{network.nodes[1], {probe_, "ping", "10.77.0.1", "7000", "20"}};
  const int round_trip_us = std::stoi(ping.line());
  EXPECT_GE(round_trip_us, 20'000);
  EXPECT_LE(round_trip_us, 40'000);
  Running sink{network.nodes[0], {probe_, "sink", "7001"}};
  ASSERT_EQ(sink.line(), "listening");
  Running pour{network.nodes[1], {probe_, "pour", "10.77.0.1", "7001", "2510000"}};
  EXPECT_EQ(sink.line(), "2510000 313750000");
  EXPECT_EQ(network.fabric->counters().drops.malformed, 0U);
}

TEST_F(EmulatedNodes, hear_multicast_by_packet_sockets_too) {
  SmallNetwork network{{0, 0}, ten_milliseconds, {}, DeviceKind::packet_socket};
  Running near{network.nodes[1], {probe_, "count", "7001", "239.1.1.1", "1"}};
  ASSERT_EQ(near.line(), "joined");
  Running send{network.nodes[0], {probe_, "send", "239.1.1.1", "7001", "1", "100"}};
  EXPECT_EQ(near.line(), "got");
}

TEST_F(EmulatedNodes, tell_how_a_process_ended_and_why_one_did_not_start) {
  SmallNetwork network{{0}, ten_milliseconds};
  Running wait{network.nodes[0], {probe_, "wait"}};
  network.nodes[0].signal(wait.pid(), SIGKILL);
  EXPECT_EQ(wait.line(), "");  // its output has ended
  std::vector<ProcessExit> exits;
  while (exits.empty()) {
    exits = network.nodes[0].take_exits();
  }
  EXPECT_EQ(exits[0].pid, wait.pid());
  EXPECT_EQ(describe_exit(exits[0].status), "was killed by signal 9 (Killed)");
  EXPECT_THAT([&] { Running(network.nodes[0], {"/no/such/program"}); },
              ::testing::ThrowsMessage<std::runtime_error>(::testing::HasSubstr("run /no/such/program: No such file")));
}

// Process ids, as the host sees them, whose network namespace is that of `pid`.
std::size_t processes_in_namespace(const std::string& name) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
    std::error_code error;
    const auto link = std::filesystem::read_symlink(entry.path() / "ns/net", error);
    count += !error && link == name ? 1 : 0;
  }
  return count;
}

TEST_F(EmulatedNodes, leave_no_process_behind) {
  std::string name;
  {
    SmallNetwork network{{0}, ten_milliseconds};
    Running wait{network.nodes[0], {probe_, "wait"}};
    name = std::filesystem::read_symlink("/proc/" + std::to_string(network.nodes[0].first_process()) + "/ns/net").string();
    EXPECT_EQ(processes_in_namespace(name), 2U);
  }
  EXPECT_EQ(processes_in_namespace(name), 0U);
}

TEST_F(EmulatedNodes, end_with_an_emulation_that_is_killed) {
  Pipe names = make_pipe();
  const pid_t emulation = ::fork();
  ASSERT_GE(emulation, 0);
  if (emulation == 0) {
    SmallNetwork network{{0}, ten_milliseconds};
    Running wait{network.nodes[0], {probe_, "wait"}};
    const std::string name =
        std::filesystem::read_symlink("/proc/" + std::to_string(network.nodes[0].first_process()) + "/ns/net").string();
    [[maybe_unused]] const auto told = ::write(names.writer.get(), name.data(), name.size());
    ::pause();
  }
  std::string name(64, '\0');
  const auto size = ::read(names.reader.get(), name.data(), name.size());
  ASSERT_GT(size, 0);
  name.resize(static_cast<std::size_t>(size));
  EXPECT_EQ(processes_in_namespace(name), 2U);
  ::kill(emulation, SIGKILL);
  ::waitpid(emulation, nullptr, 0);
  const MonotonicClock clock;
  const Duration deadline = clock.now() + 20s;
  while (processes_in_namespace(name) > 0 && clock.now() < deadline) {
  }
  EXPECT_EQ(processes_in_namespace(name), 0U);
}

}  // namespace
}  // namespace continuo
