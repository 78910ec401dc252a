// How a run names what it leaves in places that outlive a process (cgroups), so that the next start can sweep it.
//
//   continuo-PID-START-NAMESPACE-NODE
//
// START is the process's start time in clock ticks since boot and NAMESPACE the inode of its PID namespace: a process id
// alone is used again by others, and means something else in another container.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace continuo {

struct RunTag {
  pid_t pid = 0;
  std::uint64_t start_ticks = 0;
  std::uint64_t pid_namespace = 0;

  bool operator==(const RunTag&) const = default;
};

inline constexpr std::string_view run_tag_prefix = "continuo-";

// Of the calling process.
RunTag own_run_tag();
std::string to_string(const RunTag& tag);  // "continuo-PID-START-NAMESPACE"
// Of a name that begins with a tag; nothing: not ours.
std::optional<RunTag> parse_run_tag(std::string_view name);

enum class RunState { alive, dead, elsewhere };
// elsewhere: a process of another PID namespace, of which nothing can be known.
RunState state_of(const RunTag& tag);

// Field 22 of /proc/PID/stat; nothing: no such process, or not a stat line. The command name before it may hold anything.
std::optional<std::uint64_t> start_ticks_of(std::string_view stat);

}  // namespace continuo
