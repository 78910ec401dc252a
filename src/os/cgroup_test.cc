// Finding the controllers, and (as root) the quota that the kernel really gives.
#include "os/cgroup.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>

#include "os/file_descriptor.hh"

namespace continuo {
namespace {

TEST(CgroupMounts, are_found_in_version_1_even_if_version_2_is_mounted_beside) {
  const auto mounts = find_cgroup_mounts(
      "tmpfs /sys/fs/cgroup tmpfs rw 0 0\n"
      "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0\n"
      "cgroup /sys/fs/cgroup/cpuset cgroup rw,relatime,cpuset 0 0\n"
      "cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0\n"
      "cgroup /sys/fs/cgroup/pids cgroup rw,relatime,pids 0 0\n"
      "cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0\n");
  EXPECT_EQ(mounts.version, CgroupVersion::v1);
  EXPECT_EQ(mounts.cpu, "/sys/fs/cgroup/cpu,cpuacct");
  EXPECT_EQ(mounts.cpuacct, "/sys/fs/cgroup/cpu,cpuacct");
  EXPECT_EQ(mounts.memory, "/sys/fs/cgroup/memory");
  EXPECT_EQ(mounts.pids, "/sys/fs/cgroup/pids");
  EXPECT_TRUE(mounts.io.empty());
}

TEST(CgroupMounts, are_found_in_version_2) {
  const auto mounts = find_cgroup_mounts("cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime 0 0\n");
  EXPECT_EQ(mounts.version, CgroupVersion::v2);
  EXPECT_EQ(mounts.memory, "/sys/fs/cgroup");
}

TEST(CgroupMounts, missing_are_explained) {
  for (const char* text : {"", "proc /proc proc rw 0 0\n", "garbage", "cgroup /c cgroup rw,cpu 0 0\n"}) {
    try {
      find_cgroup_mounts(text);
      FAIL() << text;
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string{error.what()}.find("Run it as root"), std::string::npos);
    }
  }
}

TEST(CgroupStat, gives_the_number_behind_the_whole_key_only) {
  const char* text = "nr_periods 7\nnr_throttled 3\nthrottled_time 99\n";
  EXPECT_EQ(stat_value(text, "nr_throttled"), 3U);
  EXPECT_EQ(stat_value(text, "nr_period"), 0U);
  EXPECT_EQ(stat_value(text, "throttled_time"), 99U);
  EXPECT_EQ(stat_value("", "x"), 0U);
}

std::optional<CgroupMounts> writable_cgroups() {
  try {
    return detect_cgroups();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

TEST(Cgroup, is_removed_at_its_end_and_swept_once_its_run_is_dead) {
  const auto mounts = writable_cgroups();
  if (!mounts) {
    GTEST_SKIP() << "control groups are not writable here";
  }
  RunTag tag = own_run_tag();
  const std::string own = to_string(tag) + "-node";
  {
    Cgroup group{*mounts, own};
    group.limit_cpu(0.5);
    group.limit_memory(64_MiB);
    sweep_cgroups(*mounts);
    EXPECT_TRUE(std::filesystem::exists(mounts->cpu / own)) << "a living run's groups stay";
  }
  EXPECT_FALSE(std::filesystem::exists(mounts->cpu / own));

  tag.start_ticks += 1;  // a process that had this id before
  const auto left = mounts->cpu / (to_string(tag) + "-node");
  std::filesystem::create_directory(left);
  sweep_cgroups(*mounts);
  EXPECT_FALSE(std::filesystem::exists(left));
}

TEST(Cgroup, writes_the_quota_for_its_period) {
  const auto mounts = writable_cgroups();
  if (!mounts) {
    GTEST_SKIP() << "control groups are not writable here";
  }
  const std::string name = to_string(own_run_tag()) + "-quota";
  Cgroup group{*mounts, name};
  const auto limits = [&]() -> std::string {
    if (mounts->version == CgroupVersion::v2) {
      return *read_file(mounts->cpu / name / "cpu.max");
    }
    const std::string quota = *read_file(mounts->cpu / name / "cpu.cfs_quota_us");
    return quota.substr(0, quota.find('\n')) + " " + *read_file(mounts->cpu / name / "cpu.cfs_period_us");
  };
  group.limit_cpu(1.5);
  EXPECT_EQ(limits(), "7500 5000\n");
  group.limit_cpu(0.1);  // 0.5 ms in 5 ms is below the kernel's least quota of 1 ms: two periods in one
  EXPECT_EQ(limits(), "1000 10000\n");
}

// The files of version 2, as plain files: what is written and read where.
TEST(Cgroup, speaks_the_language_of_version_2) {
  const std::filesystem::path root = std::filesystem::temp_directory_path() / (to_string(own_run_tag()) + "-v2");
  std::filesystem::create_directory(root);
  const CgroupMounts mounts{.version = CgroupVersion::v2, .cpu = root, .cpuacct = root, .memory = root, .pids = root, .io = root};
  const auto put = [&](const char* file, const char* text) {
    open_file(root / "node" / file, O_WRONLY | O_CREAT | O_TRUNC);
    write_file(root / "node" / file, text);
  };
  {
    Cgroup group{mounts, "node"};
    EXPECT_EQ(group.process_files(), std::vector<std::filesystem::path>{root / "node" / "cgroup.procs"});
    put("cpu.max", "");
    put("memory.max", "");
    put("memory.swap.max", "");
    group.limit_cpu(0.75);
    group.limit_memory(1_MiB);
    EXPECT_EQ(read_file(root / "node" / "cpu.max"), "3750 5000");
    EXPECT_EQ(read_file(root / "node" / "memory.max"), "1048576");
    EXPECT_EQ(read_file(root / "node" / "memory.swap.max"), "0");
    put("pids.max", "");
    put("io.max", "");
    group.limit_processes(256);
    group.limit_disk({{.name = "vda", .number = "254:0"}}, BitRate::bits_per_second(400'000'000), std::nullopt);
    EXPECT_EQ(read_file(root / "node" / "pids.max"), "256");
    EXPECT_EQ(read_file(root / "node" / "io.max"), "254:0 rbps=50000000 wbps=max");
    EXPECT_EQ(group.process_files().size(), 1U) << "one hierarchy, one group";
    put("cpu.stat", "usage_usec 1500\nuser_usec 1000\nnr_periods 9\nnr_throttled 4\n");
    put("memory.events", "low 0\noom 2\noom_kill 1\n");
    put("memory.peak", "4096\n");
    EXPECT_EQ(group.cpu_usage().used, std::chrono::microseconds{1500});
    EXPECT_EQ(group.cpu_usage().throttled, 4U);
    EXPECT_EQ(group.out_of_memory_kills(), 1U);
    EXPECT_EQ(group.memory_peak(), 4096_B);
  }
  std::filesystem::remove_all(root);
}

TEST(Cgroup, says_which_limit_a_host_cannot_keep) {
  const std::filesystem::path root = std::filesystem::temp_directory_path() / (to_string(own_run_tag()) + "-none");
  std::filesystem::create_directory(root);
  {
    Cgroup group{{.version = CgroupVersion::v2, .cpu = root, .cpuacct = root, .memory = root}, "node"};
    EXPECT_THROW(group.limit_processes(256), std::runtime_error);
    EXPECT_THROW(group.limit_disk({}, std::nullopt, std::nullopt), std::runtime_error);
  }
  std::filesystem::remove_all(root);
}

TEST(Cgroup, throttles_disks_and_counts_processes_in_groups_of_their_own_in_version_1) {
  const auto mounts = writable_cgroups();
  if (!mounts || mounts->version != CgroupVersion::v1 || mounts->pids.empty() || mounts->io.empty() || disks().empty()) {
    GTEST_SKIP() << "no writable control groups of version 1 with pids and blkio, or no disk";
  }
  const std::string name = to_string(own_run_tag()) + "-limits";
  {
    Cgroup group{*mounts, name};
    group.limit_processes(99);
    group.limit_disk(disks(), BitRate::bits_per_second(80'000'000), BitRate::bits_per_second(8'000'000));
    EXPECT_EQ(read_file(mounts->pids / name / "pids.max"), "99\n");
    const std::string number = disks().front().number;
    EXPECT_EQ(read_file(mounts->io / name / "blkio.throttle.read_bps_device")->substr(0, number.size() + 9), number + " 10000000");
    EXPECT_EQ(read_file(mounts->io / name / "blkio.throttle.write_bps_device")->substr(0, number.size() + 8), number + " 1000000");
  }
  EXPECT_FALSE(std::filesystem::exists(mounts->pids / name));
  EXPECT_FALSE(std::filesystem::exists(mounts->io / name));
}

}  // namespace
}  // namespace continuo
