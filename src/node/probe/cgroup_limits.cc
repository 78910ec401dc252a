// Limits of control groups: see cgroup_limits.hh.
#include "node/probe/cgroup_limits.hh"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "os/file_descriptor.hh"

namespace continuo {

namespace {

namespace fs = std::filesystem;

// Where a controller is mounted, and this process's group in it.
struct Hierarchy {
  fs::path mount;
  fs::path group;  // relative
  bool version2 = false;
};

bool lists(const std::string& comma_separated, std::string_view name) {
  std::istringstream parts{comma_separated};
  for (std::string part; std::getline(parts, part, ',');) {
    if (part == name) {
      return true;
    }
  }
  return false;
}

// A line of /proc/self/cgroup: "4:cpu,cpuacct:/user.slice" in version 1, "0::/user.slice" in version 2.
std::optional<fs::path> group_of(const std::string& cgroup_file, std::string_view controller, bool version2) {
  std::istringstream lines{cgroup_file};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) {
      continue;
    }
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (version2 ? controllers.empty() : lists(controllers, controller)) {
      return fs::path{line.substr(second + 1)}.relative_path();
    }
  }
  return std::nullopt;
}

// A line of /proc/mounts: "cgroup /sys/fs/cgroup/cpu cgroup rw,cpu,cpuacct 0 0".
std::vector<Hierarchy> hierarchies(const fs::path& root, std::string_view controller) {
  const std::string groups = read_file(root / "proc/self/cgroup").value_or("");
  std::istringstream mounts{read_file(root / "proc/mounts").value_or("")};
  std::vector<Hierarchy> found;
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words{line};
    std::string device;
    std::string folder;
    std::string type;
    std::string options;
    words >> device >> folder >> type >> options;
    const bool version2 = type == "cgroup2";
    if (!version2 && (type != "cgroup" || !lists(options, controller))) {
      continue;
    }
    if (const auto group = group_of(groups, controller, version2)) {
      found.push_back({root / fs::path{folder}.relative_path(), *group, version2});
    }
  }
  return found;
}

// Calls `read` for the process's group and each group above it, up to the hierarchy's root.
void each_level(const Hierarchy& hierarchy, const std::function<void(const fs::path&)>& read) {
  read(hierarchy.mount);
  fs::path folder = hierarchy.mount;
  for (const fs::path& part : hierarchy.group) {
    if (part == "..") {
      return;  // a group outside what this namespace shows
    }
    folder /= part;
    read(folder);
  }
}

std::optional<std::int64_t> number(const fs::path& file) {
  const auto text = read_file(file, 64);
  std::int64_t value = 0;
  if (!text || !(std::istringstream{*text} >> value)) {
    return std::nullopt;
  }
  return value;
}

// In cores; nothing: this group limits nothing.
std::optional<double> cpu_limit(const fs::path& folder, bool version2) {
  std::optional<std::int64_t> quota;
  std::optional<std::int64_t> period;
  if (version2) {
    std::istringstream text{read_file(folder / "cpu.max", 64).value_or("max 100000")};
    std::int64_t first = 0;
    std::int64_t second = 0;
    if (text >> first >> second) {
      quota = first;
      period = second;
    }
  } else {
    quota = number(folder / "cpu.cfs_quota_us");
    period = number(folder / "cpu.cfs_period_us");
  }
  if (!quota || !period || *quota <= 0 || *period <= 0) {
    return std::nullopt;
  }
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

template <class T>
void lower(std::optional<T>& limit, const std::optional<T>& by) {
  if (by && (!limit || *by < *limit)) {
    limit = by;
  }
}

}  // namespace

CgroupLimits read_cgroup_limits(const fs::path& root) {
  CgroupLimits limits;
  for (const Hierarchy& hierarchy : hierarchies(root, "cpu")) {
    each_level(hierarchy, [&](const fs::path& folder) { lower(limits.cores, cpu_limit(folder, hierarchy.version2)); });
  }
  for (const Hierarchy& hierarchy : hierarchies(root, "memory")) {
    each_level(hierarchy, [&](const fs::path& folder) {
      // "max" in version 2 is no number; version 1 tells no limit as nearly 2^63.
      const auto bytes = number(folder / (hierarchy.version2 ? "memory.max" : "memory.limit_in_bytes"));
      if (bytes && *bytes > 0 && *bytes < std::int64_t{1} << 60) {
        lower(limits.memory, std::optional{Bytes::of(*bytes)});
      }
    });
  }
  return limits;
}

}  // namespace continuo
