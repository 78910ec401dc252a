// Files of the cgroup file systems: kernel Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst.
#include "os/cgroup.hh"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <sstream>
#include <stdexcept>

#include "os/cgroup_delegation.hh"
#include "os/error.hh"
#include "os/file_descriptor.hh"

namespace continuo {

namespace {

constexpr std::string_view advice =
    " Emulation gives every node its CPU quota and memory limit through control groups. Run it as root on the host, or in a "
    "container started with: --privileged -v /sys/fs/cgroup:/sys/fs/cgroup:rw --cgroupns=host";

bool has_option(std::string_view options, std::string_view wanted) {
  while (!options.empty()) {
    const auto comma = options.find(',');
    if (options.substr(0, comma) == wanted) {
      return true;
    }
    options = comma == std::string_view::npos ? std::string_view{} : options.substr(comma + 1);
  }
  return false;
}

std::uint64_t read_number(const std::filesystem::path& path) {
  const std::string text = read_file(path).value_or("0");
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The kernel frees a killed process's place in its group a moment after the process was reaped.
bool remove_group(const std::filesystem::path& folder) {
  constexpr int attempts = 200;
  constexpr int pause_ms = 1;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    if (::rmdir(folder.c_str()) == 0 || errno == ENOENT) {
      return true;
    }
    if (errno != EBUSY) {
      return false;
    }
    ::poll(nullptr, 0, pause_ms);
  }
  return false;
}

void enable_controllers(const std::filesystem::path& root) {
  try {
    write_file(root / "cgroup.subtree_control", "+cpu +memory");
  } catch (const std::system_error& error) {
    throw std::runtime_error(std::string{error.what()} +
                             ": the cpu and memory controllers cannot be given to groups below it." + std::string{advice});
  }
}

// Version 2: pids and io are there if the kernel and whoever delegated this folder offer them.
void drop_missing_controllers(CgroupMounts& mounts) {
  for (const auto& [controller, name] : {std::pair{&mounts.pids, "pids"}, std::pair{&mounts.io, "io"}}) {
    try {
      write_file(*controller / "cgroup.subtree_control", std::string{"+"} + name);
    } catch (const std::system_error&) {
      controller->clear();
    }
  }
}

// A rate as the throttle counts it: bytes a second.
std::string bytes_a_second(BitRate rate) { return std::to_string(std::max<std::int64_t>(1, rate.bits_per_second() / 8)); }

}  // namespace

std::uint64_t stat_value(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const auto line_end = text.find('\n');
    const std::string_view line = text.substr(0, line_end);
    if (line.starts_with(key) && line.size() > key.size() && line[key.size()] == ' ') {
      std::uint64_t value = 0;
      std::from_chars(line.data() + key.size() + 1, line.data() + line.size(), value);
      return value;
    }
    text = line_end == std::string_view::npos ? std::string_view{} : text.substr(line_end + 1);
  }
  return 0;
}

CgroupMounts find_cgroup_mounts(std::string_view mounts) {
  CgroupMounts one{.version = CgroupVersion::v1, .cpu = {}, .cpuacct = {}, .memory = {}};
  std::filesystem::path two;
  std::istringstream lines{std::string{mounts}};
  std::string device, where, type, options, rest;
  while (lines >> device >> where >> type >> options && std::getline(lines, rest)) {
    if (type == "cgroup") {
      if (has_option(options, "cpu")) {
        one.cpu = where;
      }
      if (has_option(options, "cpuacct")) {
        one.cpuacct = where;
      }
      if (has_option(options, "memory")) {
        one.memory = where;
      }
      if (has_option(options, "pids")) {
        one.pids = where;
      }
      if (has_option(options, "blkio")) {
        one.io = where;
      }
    } else if (type == "cgroup2" && two.empty()) {
      two = where;
    }
  }
  if (!one.cpu.empty() && !one.cpuacct.empty() && !one.memory.empty()) {
    return one;
  }
  if (two.empty() || !one.cpu.empty()) {
    throw std::runtime_error("no usable cgroup file system: neither cgroup v2 nor the cpu, cpuacct and memory controllers of "
                             "v1 are mounted (see /proc/mounts)." + std::string{advice});
  }
  return {.version = CgroupVersion::v2, .cpu = two, .cpuacct = two, .memory = two, .pids = two, .io = two};
}

CgroupMounts detect_cgroups() {
  CgroupMounts mounts = find_cgroup_mounts(read_file("/proc/mounts").value_or(""));
  if (mounts.version == CgroupVersion::v2 && ::access(mounts.cpu.c_str(), W_OK) != 0) {
    if (const auto own = delegated_cgroup(mounts.cpu, read_file("/proc/self/cgroup").value_or(""))) {
      leave_for_group_below(*own);
      mounts.cpu = mounts.cpuacct = mounts.memory = mounts.pids = mounts.io = *own;
    }
  }
  for (const auto& folder : {mounts.cpu, mounts.cpuacct, mounts.memory}) {
    if (::access(folder.c_str(), W_OK) != 0) {
      throw std::runtime_error("cannot make control groups: " + folder.string() + " is not writable (" +
                               std::system_category().message(errno) + ")." + std::string{advice});
    }
  }
  if (mounts.version == CgroupVersion::v2) {
    enable_controllers(mounts.cpu);
    drop_missing_controllers(mounts);
  }
  return mounts;
}

Cgroup::Cgroup(const CgroupMounts& mounts, const std::string& name)
    : mounts_{mounts}, name_{name} {
  if (mounts.version == CgroupVersion::none) {
    return;
  }
  folders_ = {mounts.cpu / name, mounts.cpuacct / name, mounts.memory / name};
  for (const auto& folder : folders_) {
    if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
      const int error = errno;
      for (const auto& made : folders_) {
        ::rmdir(made.c_str());
      }
      throw_system_error("make the control group " + folder.string(), error);
    }
  }
}

Cgroup::~Cgroup() {
  for (const auto& folder : folders_) {
    remove_group(folder);  // what stays is swept at the next start
  }
}

void Cgroup::limit_cpu(double cores) {
  if (mounts_.version == CgroupVersion::none) {
    return;
  }
  const auto period = std::chrono::duration_cast<std::chrono::microseconds>(cgroup_period).count();
  // The kernel takes no quota below 1 ms: that needs a longer period.
  const double least_periods = std::ceil(1000.0 / (cores * static_cast<double>(period)));
  const auto used_period = period * std::max<std::int64_t>(1, static_cast<std::int64_t>(least_periods));
  const auto quota = static_cast<std::int64_t>(cores * static_cast<double>(used_period) + 0.5);
  if (mounts_.version == CgroupVersion::v1) {
    write_file(cpu() / "cpu.cfs_period_us", std::to_string(used_period));
    write_file(cpu() / "cpu.cfs_quota_us", std::to_string(quota));
  } else {
    write_file(cpu() / "cpu.max", std::to_string(quota) + " " + std::to_string(used_period));
  }
}

void Cgroup::limit_memory(Bytes limit) {
  if (mounts_.version == CgroupVersion::none) {
    return;
  }
  write_file(memory() / (mounts_.version == CgroupVersion::v1 ? "memory.limit_in_bytes" : "memory.max"),
             std::to_string(limit.count()));
  if (mounts_.version == CgroupVersion::v2 && ::access((memory() / "memory.swap.max").c_str(), W_OK) == 0) {
    write_file(memory() / "memory.swap.max", "0");  // a node that swaps is slow in a way that nobody asked for
  }
}

std::filesystem::path Cgroup::join(const std::filesystem::path& controller, const std::string& what) {
  if (controller.empty()) {
    throw std::runtime_error("this host has no control groups for " + what);
  }
  const std::filesystem::path folder = controller / name_;
  if (std::find(folders_.begin(), folders_.end(), folder) == folders_.end()) {
    if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
      throw_system_error("make the control group " + folder.string());
    }
    folders_.push_back(folder);
  }
  return folder;
}

void Cgroup::limit_processes(int most) {
  write_file(join(mounts_.pids, "the number of processes") / "pids.max", std::to_string(most));
}

void Cgroup::limit_disk(const std::vector<Disk>& disks, std::optional<BitRate> read, std::optional<BitRate> write) {
  const std::filesystem::path folder = join(mounts_.io, "disk throughput");
  for (const Disk& disk : disks) {
    if (mounts_.version == CgroupVersion::v1) {
      if (read) {
        write_file(folder / "blkio.throttle.read_bps_device", disk.number + " " + bytes_a_second(*read));
      }
      if (write) {
        write_file(folder / "blkio.throttle.write_bps_device", disk.number + " " + bytes_a_second(*write));
      }
    } else {
      write_file(folder / "io.max", disk.number + " rbps=" + (read ? bytes_a_second(*read) : "max") +
                                        " wbps=" + (write ? bytes_a_second(*write) : "max"));
    }
  }
}

CpuUsage Cgroup::cpu_usage() const {
  if (mounts_.version == CgroupVersion::none) {
    return {};
  }
  const std::string stat = read_file(cpu() / "cpu.stat").value_or("");
  CpuUsage usage{.used = {}, .periods = stat_value(stat, "nr_periods"), .throttled = stat_value(stat, "nr_throttled")};
  if (mounts_.version == CgroupVersion::v1) {
    usage.used = Duration{static_cast<std::int64_t>(read_number(cpuacct() / "cpuacct.usage"))};
  } else {
    usage.used = std::chrono::microseconds{stat_value(stat, "usage_usec")};
  }
  return usage;
}

Bytes Cgroup::memory_peak() const {
  if (mounts_.version == CgroupVersion::none) {
    return Bytes::zero();
  }
  return Bytes::of(static_cast<std::int64_t>(
      read_number(memory() / (mounts_.version == CgroupVersion::v1 ? "memory.max_usage_in_bytes" : "memory.peak"))));
}

std::uint64_t Cgroup::out_of_memory_kills() const {
  if (mounts_.version == CgroupVersion::none) {
    return 0;
  }
  const auto file = memory() / (mounts_.version == CgroupVersion::v1 ? "memory.oom_control" : "memory.events");
  return stat_value(read_file(file).value_or(""), "oom_kill");
}

std::vector<std::filesystem::path> Cgroup::process_files() const {
  std::vector<std::filesystem::path> files;
  for (const auto& folder : folders_) {
    if (std::find(files.begin(), files.end(), folder / "cgroup.procs") == files.end()) {
      files.push_back(folder / "cgroup.procs");
    }
  }
  return files;
}

std::size_t sweep_cgroups(const CgroupMounts& mounts) {
  constexpr std::time_t old_enough_s = 60;
  std::size_t removed = 0;
  for (const auto& root : {mounts.cpu, mounts.cpuacct, mounts.memory, mounts.pids, mounts.io}) {
    std::error_code ignored;
    std::vector<std::filesystem::path> candidates;
    for (const auto& entry : std::filesystem::directory_iterator{root, ignored}) {
      const auto tag = parse_run_tag(entry.path().filename().string());
      if (!tag) {
        continue;
      }
      struct stat status{};
      const bool old = ::stat(entry.path().c_str(), &status) == 0 && std::time(nullptr) - status.st_mtime > old_enough_s;
      const RunState state = state_of(*tag);
      if (state == RunState::dead || (state == RunState::elsewhere && old)) {
        candidates.push_back(entry.path());
      }
    }
    for (const auto& folder : candidates) {
      removed += ::rmdir(folder.c_str()) == 0 ? 1 : 0;  // one that still holds a process stays
    }
  }
  return removed;
}

}  // namespace continuo
