// The limits that control groups put on this process: its own group's and those of every group above it, version 1 or 2.
#pragma once

#include <filesystem>
#include <optional>

#include "units/bytes.hh"

namespace continuo {

struct CgroupLimits {
  std::optional<double> cores;   // 1.5: one and a half seconds of CPU a second
  std::optional<Bytes> memory;
};

// Reads ROOT/proc/self/cgroup, ROOT/proc/mounts and the groups' files below ROOT. What cannot be read limits nothing.
CgroupLimits read_cgroup_limits(const std::filesystem::path& root);

}  // namespace continuo
