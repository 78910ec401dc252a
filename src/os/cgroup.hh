// What bounds an emulated node, by control groups of version 1 or 2: CPU, memory, processes, disks.
//
// All groups stand directly below the visible root of their hierarchy, wherever the calling process itself sits: so the
// next start finds what a crashed one left.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/disk.hh"
#include "os/run_tag.hh"
#include "units/bit_rate.hh"
#include "units/bytes.hh"
#include "units/time.hh"

namespace continuo {

// none: nothing is bounded nor counted; every limit is taken and none is kept. For who knows that.
enum class CgroupVersion { none, v1, v2 };

// Where the controllers are mounted; the same folder in version 2. Without pids or io (blkio in version 1): empty.
struct CgroupMounts {
  CgroupVersion version = CgroupVersion::v2;
  std::filesystem::path cpu;
  std::filesystem::path cpuacct;
  std::filesystem::path memory;
  std::filesystem::path pids = {};
  std::filesystem::path io = {};
};

// From the text of /proc/mounts. Throws std::runtime_error that says what is missing and what to do.
CgroupMounts find_cgroup_mounts(std::string_view mounts);
// Reads /proc/mounts; version 2: where the root is not for us but our own group was delegated, below that; also makes the controllers available to groups below the root.
CgroupMounts detect_cgroups();

// Short, so that a job is slowed evenly: with the kernel's usual 100 ms, a job of 80 ms at quota 0.5 stalls a whole period.
inline constexpr Duration cgroup_period = std::chrono::milliseconds{5};

struct CpuUsage {
  Duration used{};             // CPU time, over all cores
  std::uint64_t periods = 0;   // in which something ran
  std::uint64_t throttled = 0; // of them, that ended throttled
};

// Mounts with which a Cgroup bounds nothing.
inline CgroupMounts no_cgroups() { return {.version = CgroupVersion::none, .cpu = {}, .cpuacct = {}, .memory = {}}; }

// One group, made at construction and removed at destruction; its processes must have ended by then.
class Cgroup {
 public:
  Cgroup(const CgroupMounts& mounts, const std::string& name);
  Cgroup(const Cgroup&) = delete;
  Cgroup& operator=(const Cgroup&) = delete;
  ~Cgroup();

  // In cores: 1.5 is one and a half seconds of CPU a second.
  void limit_cpu(double cores);
  void limit_memory(Bytes limit);
  // Threads count as processes. Throws std::runtime_error if there is no such controller.
  void limit_processes(int most);
  // On every disk of this host; nothing: unlimited. Version 1 throttles what is read, and what is written directly or with
  // synchronisation; version 2 also what the page cache writes back, where the file system takes part.
  void limit_disk(const std::vector<Disk>& disks, std::optional<BitRate> read, std::optional<BitRate> write);

  CpuUsage cpu_usage() const;
  // The most that was ever used; zero where the kernel does not tell.
  Bytes memory_peak() const;
  // Processes that the kernel killed because the limit was reached.
  std::uint64_t out_of_memory_kills() const;

  // A process joins by writing "0" to each of these.
  std::vector<std::filesystem::path> process_files() const;

 private:
  // The group in a further hierarchy: made when first needed.
  std::filesystem::path join(const std::filesystem::path& controller, const std::string& what);

  const std::filesystem::path& cpu() const { return folders_[0]; }
  const std::filesystem::path& cpuacct() const { return folders_[1]; }
  const std::filesystem::path& memory() const { return folders_[2]; }

  CgroupMounts mounts_;
  std::string name_;
  std::vector<std::filesystem::path> folders_;  // cpu, cpuacct, memory, then what was joined; may be the same
};

// Removes the empty groups of runs that have died; those of a run in another PID namespace once they are a minute old.
// Never fails. Returns how many it removed.
std::size_t sweep_cgroups(const CgroupMounts& mounts);

// The number behind a key of a "key value" file; 0 if it is not there.
std::uint64_t stat_value(std::string_view text, std::string_view key);

}  // namespace continuo
