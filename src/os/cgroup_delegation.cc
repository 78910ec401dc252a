// Kernel Documentation/admin-guide/cgroup-v2.rst, "Delegation" and "No Internal Process Constraint".
#include "os/cgroup_delegation.hh"

#include <sys/stat.h>
#include <unistd.h>

#include "os/error.hh"
#include "os/file_descriptor.hh"

namespace continuo {

namespace {

constexpr const char* own_group = "continuo-itself";

bool can_be_ordered(const std::filesystem::path& group) {
  for (const char* file : {"", "cgroup.procs", "cgroup.subtree_control"}) {
    if (::access((group / file).c_str(), W_OK) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<std::filesystem::path> delegated_cgroup(const std::filesystem::path& mount, std::string_view own) {
  constexpr std::string_view version_2 = "0::/";
  const auto line = own.starts_with(version_2) ? 0 : own.find("\n0::/") == std::string_view::npos ? own.npos : own.find("\n0::/") + 1;
  if (line == own.npos) {
    return std::nullopt;
  }
  own.remove_prefix(line + version_2.size());
  const std::filesystem::path folder = mount / own.substr(0, own.find('\n'));
  if (folder.filename() == own_group && can_be_ordered(folder.parent_path())) {
    return folder.parent_path();  // which this process, or the one that started it, has left before
  }
  return can_be_ordered(folder) ? std::optional{folder} : std::nullopt;
}

void leave_for_group_below(const std::filesystem::path& delegated) {
  const std::filesystem::path below = delegated / own_group;
  if (::mkdir(below.c_str(), 0755) != 0 && errno != EEXIST) {
    throw_system_error("make the control group " + below.string());
  }
  write_file(below / "cgroup.procs", "0");
}

}  // namespace continuo
