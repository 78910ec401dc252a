#include "os/host_activity.hh"

#include <gtest/gtest.h>

#include <unistd.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

TEST(HostCpu, adds_up_what_kept_the_cpus_busy_and_what_was_stolen) {
  // At 100 ticks a second, of both cores: 100 + 20 + 30 + 4 + 6 ticks busy, 7 stolen; idle and waiting for disks is not busy.
  const auto host = parse_host_cpu(
      "cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 90 20 10 3000 600 4 1 7 0 0\ncpu1 10 0 20 2000 0 0 5 0 0 0\nintr 1\ncpufreq\n", {0, 1}, 100);
  ASSERT_TRUE(host);
  EXPECT_EQ(host->busy, 1600ms);
  EXPECT_EQ(host->stolen, 70ms);
  EXPECT_EQ(host->cores, 2);
}

TEST(HostCpu, counts_only_the_cores_that_may_be_used) {
  const char* text = "cpu  0 0 0 0 0 0 0 0\ncpu0 100 0 0 0 0 0 0 1\ncpu1 200 0 0 0 0 0 0 2\ncpu10 400 0 0 0 0 0 0 4\ncpu11 800 0 0 0 0 0 0 8\n";
  const auto host = parse_host_cpu(text, {1, 10}, 100);
  ASSERT_TRUE(host);
  EXPECT_EQ(host->busy, 6s);
  EXPECT_EQ(host->stolen, 60ms);
  EXPECT_EQ(host->cores, 2);
  EXPECT_FALSE(parse_host_cpu(text, {64}, 100)) << "it tells of none of them";
}

TEST(HostCpu, is_nothing_if_the_text_is_another) {
  EXPECT_FALSE(parse_host_cpu("", {0}, 100));
  EXPECT_FALSE(parse_host_cpu("cpu  1 2 3\n", {0}, 100));
  EXPECT_FALSE(parse_host_cpu("cpu  1 2 3 4 5 6 7 8\ncpu0 1 2 3\n", {0}, 100));
  EXPECT_FALSE(parse_host_cpu("cpu0 1 2 3 4 5 6 7 8\n", {0}, 100));
}

TEST(ProcessCpu, reads_past_any_name) {
  const auto process = parse_process_cpu("42 (a) S (b) R 17 42 42 0 -1 4194304 1 2 3 4 150 50 9 9 20 0", 100);
  ASSERT_TRUE(process);
  EXPECT_EQ(process->name, "a) S (b");
  EXPECT_EQ(process->parent, 17);
  EXPECT_EQ(process->used, 2s);
  EXPECT_FALSE(parse_process_cpu("42 (a", 100));
  EXPECT_FALSE(parse_process_cpu("42 (a) R", 100));
  EXPECT_FALSE(parse_process_cpu("42 (a) R 17 1 2", 100));
}

TEST(RunningProcesses, hold_this_one_and_its_parent) {
  const ProcessTable processes = running_processes();
  ASSERT_TRUE(processes.contains(::getpid()));
  EXPECT_EQ(processes.at(::getpid()).parent, ::getppid());
  EXPECT_GE(host_cpu().cores, 1);
}

TEST(FamilyCpu, is_that_of_all_descendants_and_of_those_that_were_waited_for) {
  using namespace std::chrono_literals;
  const ProcessTable processes{{1, {.name = "init", .parent = 0, .used = 50s}},
                               {10, {.name = "eldest", .parent = 1, .used = 1s, .waited_for = 2s}},
                               {11, {.name = "child", .parent = 10, .used = 4s}},
                               {12, {.name = "grandchild", .parent = 11, .used = 8s}},
                               {20, {.name = "other", .parent = 1, .used = 100s}}};
  EXPECT_EQ(family_cpu(processes, 10), 15s);
  EXPECT_EQ(family_cpu(processes, 99), 0s);
}

}  // namespace
}  // namespace continuo
