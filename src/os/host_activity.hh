// What the CPUs of this host have done, and which processes used them: for telling who else is at work here.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "units/time.hh"

namespace continuo {

// Since the host started, over the cores that this process may use: of a container those of its cpuset, so that neither a
// neighbour elsewhere weighs nor one on these cores is lost among many idle ones.
struct HostCpu {
  int cores = 0;
  Duration busy{};    // user, nice, system and interrupts
  Duration stolen{};  // a virtual machine only: wanted, and given to others by the hypervisor
};

struct ProcessCpu {
  std::string name;  // as the kernel has it: at most 15 letters
  pid_t parent = 0;
  Duration used{};
  Duration waited_for{};  // what children used that have ended and were waited for
};

// From the text of /proc/stat and of /proc/PID/stat, proc(5). Nothing: not such a text, or none of the cores is in it.
std::optional<HostCpu> parse_host_cpu(std::string_view text, const std::vector<int>& cores, std::int64_t ticks_per_second);
std::optional<ProcessCpu> parse_process_cpu(std::string_view text, std::int64_t ticks_per_second);

// Zeros, and no process, where /proc does not tell.
HostCpu host_cpu(const std::filesystem::path& proc = "/proc");
using ProcessTable = std::map<pid_t, ProcessCpu>;
ProcessTable running_processes(const std::filesystem::path& proc = "/proc");

// Of a process and all that descend from it, those that have ended and were waited for included.
Duration family_cpu(const ProcessTable& processes, pid_t eldest);

// CPU time of the calling process, all its threads.
Duration own_cpu_time();

}  // namespace continuo
