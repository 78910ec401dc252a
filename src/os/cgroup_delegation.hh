// The part of a version 2 hierarchy that an ordinary user may order: systemd gives it away with Delegate=yes.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace continuo {

// The group of the calling process, or the one above if the process has left that already, if it may make groups below it: the same
// however often it is asked. `own`: the text of /proc/self/cgroup.
std::optional<std::filesystem::path> delegated_cgroup(const std::filesystem::path& mount, std::string_view own);

// Moves the calling process to a group below, since a group that gives controllers to those below may hold no process itself.
void leave_for_group_below(const std::filesystem::path& delegated);

}  // namespace continuo
