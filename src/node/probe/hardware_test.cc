// The probe on fabricated machines.
#include "node/probe/hardware.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/probe/test_support/fabricated_root.hh"

namespace continuo {
namespace {

using testing::ElementsAre;

class Probe : public testing::Test {
 protected:
  // Four cores, 8 GiB, AVX2.
  Probe() {
    std::string cpuinfo;
    for (int i = 0; i < 4; ++i) {
      cpuinfo += "processor\t: " + std::to_string(i) + "\nflags\t\t: fpu sse4_2 avx fma avx2 ht\nflags extra : amx_tile\n\n";
    }
    root.file("proc/cpuinfo", cpuinfo);
    root.file("proc/meminfo", "MemTotal:        8388608 kB\nMemFree:  1 kB\n");
    root.file("proc/self/status", "Name:\tcontinuo\nCpus_allowed:\tf\nCpus_allowed_list:\t0-3\n");
    root.file("proc/sys/kernel/arch", "x86_64\n");
  }
  void version2() {
    root.file("proc/mounts", "proc /proc proc rw 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n");
    root.file("proc/self/cgroup", "0::/machine/continuo-edge-1\n");
  }
  void version1() {
    root.file("proc/mounts", "cgroup /sys/fs/cgroup/cpu cgroup rw,cpu,cpuacct 0 0\n"
                             "cgroup /sys/fs/cgroup/cpuset cgroup rw,cpuset 0 0\n"
                             "cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\n");
    root.file("proc/self/cgroup", "5:cpuset:/\n4:memory:/edge-1\n3:cpu,cpuacct:/edge-1\n");
  }
  Hardware probe() const { return probe_hardware({root.path(), {}, {}, {}}); }

  FabricatedRoot root;
};

TEST_F(Probe, tells_cores_memory_architecture_and_instruction_sets_of_an_unlimited_machine) {
  const Hardware hardware = probe();
  EXPECT_EQ(hardware.cores, 4);
  EXPECT_DOUBLE_EQ(hardware.quota, 1.0);
  EXPECT_EQ(hardware.memory, 8_GiB);
  EXPECT_EQ(hardware.architecture, "x86_64");
  EXPECT_THAT(hardware.isa, ElementsAre("sse4_2", "avx", "fma", "avx2"));
}

TEST_F(Probe, tells_the_model_of_the_cpu_by_its_name_or_on_arm_by_its_numbers) {
  EXPECT_EQ(probe().cpu_model, "");
  root.file("proc/cpuinfo", "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n");
  EXPECT_EQ(probe().cpu_model, "Some CPU @ 2 GHz");
  root.file("proc/cpuinfo", "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n");
  EXPECT_EQ(probe().cpu_model, "implementer 0x41, part 0xd0c");
}

TEST_F(Probe, counts_only_the_cores_that_the_affinity_allows) {
  root.file("proc/self/status", "Cpus_allowed_list:\t0,2-3\n");
  EXPECT_EQ(probe().cores, 3);
  root.file("proc/self/status", "Cpus_allowed_list:\t0-127\n");
  EXPECT_EQ(probe().cores, 4);
  root.file("proc/self/status", "Cpus_allowed_list:\tnonsense\n");
  EXPECT_EQ(probe().cores, 4);
}

TEST_F(Probe, tells_one_and_a_half_cores_as_two_at_three_quarters) {
  version2();
  root.file("sys/fs/cgroup/machine/continuo-edge-1/cpu.max", "7500 5000\n");
  const Hardware hardware = probe();
  EXPECT_EQ(hardware.cores, 2);
  EXPECT_DOUBLE_EQ(hardware.quota, 0.75);
}

TEST_F(Probe, takes_the_tightest_limit_of_all_groups_above_in_version_2) {
  version2();
  root.file("sys/fs/cgroup/machine/cpu.max", "50000 100000\n");
  root.file("sys/fs/cgroup/machine/continuo-edge-1/cpu.max", "max 100000\n");
  root.file("sys/fs/cgroup/machine/memory.max", "max\n");
  root.file("sys/fs/cgroup/machine/continuo-edge-1/memory.max", "1073741824\n");
  const Hardware hardware = probe();
  EXPECT_EQ(hardware.cores, 1);
  EXPECT_DOUBLE_EQ(hardware.quota, 0.5);
  EXPECT_EQ(hardware.memory, 1_GiB);
}

TEST_F(Probe, reads_the_limits_of_version_1) {
  version1();
  root.file("sys/fs/cgroup/cpu/edge-1/cpu.cfs_quota_us", "3750\n");
  root.file("sys/fs/cgroup/cpu/edge-1/cpu.cfs_period_us", "5000\n");
  root.file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  root.file("sys/fs/cgroup/memory/edge-1/memory.limit_in_bytes", "2147483648\n");
  const Hardware hardware = probe();
  EXPECT_EQ(hardware.cores, 1);
  EXPECT_DOUBLE_EQ(hardware.quota, 0.75);
  EXPECT_EQ(hardware.memory, 2_GiB);
}

TEST_F(Probe, is_not_limited_by_what_is_unlimited) {
  version1();
  root.file("sys/fs/cgroup/cpu/edge-1/cpu.cfs_quota_us", "-1\n");
  root.file("sys/fs/cgroup/cpu/edge-1/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(probe().cores, 4);
  version2();
  root.file("sys/fs/cgroup/machine/cpu.max", "800000 100000\n");  // eight cores; the machine has four
  EXPECT_EQ(probe().cores, 4);
  EXPECT_DOUBLE_EQ(probe().quota, 1.0);
}

TEST_F(Probe, sees_its_own_group_where_a_container_shows_it_as_the_root) {
  version1();
  root.file("proc/self/cgroup", "3:cpu,cpuacct:/docker/0123456789\n");
  root.file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "200000\n");
  root.file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(probe().cores, 2);
}

TEST_F(Probe, lets_the_user_overrule_what_it_finds) {
  const Hardware hardware = probe_hardware({root.path(), 2, 0.25, 512_MiB});
  EXPECT_EQ(hardware.cores, 2);
  EXPECT_DOUBLE_EQ(hardware.quota, 0.25);
  EXPECT_EQ(hardware.memory, 512_MiB);
}

TEST_F(Probe, calls_the_vector_unit_of_arm_by_the_name_that_people_know) {
  root.file("proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd asimddp\n");
  root.file("proc/sys/kernel/arch", "aarch64\n");
  EXPECT_THAT(probe().isa, ElementsAre("neon", "asimddp"));
  EXPECT_EQ(probe().architecture, "aarch64");
}

TEST_F(Probe, survives_a_root_without_anything) {
  const Hardware hardware = probe_hardware({root.path() / "nowhere", {}, {}, {}});
  EXPECT_EQ(hardware.cores, 1);
  EXPECT_DOUBLE_EQ(hardware.quota, 1.0);
  EXPECT_EQ(hardware.memory, Bytes::zero());
  EXPECT_FALSE(hardware.architecture.empty());
}

TEST(ProbeHere, finds_at_least_a_core_and_some_memory) {
  const Hardware hardware = probe_hardware({});
  EXPECT_GE(hardware.cores, 1);
  EXPECT_GT(hardware.quota, 0.0);
  EXPECT_LE(hardware.quota, 1.0);
  EXPECT_GT(hardware.memory, 1_MiB);
  Capability capability;
  describe(hardware, capability);
  EXPECT_EQ(capability.cores, hardware.cores);
  EXPECT_EQ(capability.memory, hardware.memory);
  EXPECT_EQ(capability.architecture, hardware.architecture);
}

}  // namespace
}  // namespace continuo
