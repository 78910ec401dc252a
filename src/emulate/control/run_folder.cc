#include "emulate/control/run_folder.hh"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <stdexcept>
#include <string>

#include "os/error.hh"
#include "os/run_tag.hh"

namespace continuo {

namespace {

void make_private(const std::filesystem::path& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    throw_system_error("make the folder " + folder.string());
  }
  struct stat found {};
  check("look at " + folder.string(), ::lstat(folder.c_str(), &found));
  if (!S_ISDIR(found.st_mode) || found.st_uid != ::geteuid() || (found.st_mode & 077) != 0) {
    throw std::runtime_error(folder.string() + " is no folder that only its user can read: remove it, or give it mode 0700");
  }
}

void sweep(const std::filesystem::path& root) {
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator{root, gone}) {
    const auto tag = parse_run_tag(entry.path().filename().string());
    if (tag && state_of(*tag) == RunState::dead) {
      std::filesystem::remove_all(entry.path(), gone);
    }
  }
}

}  // namespace

uid_t user_outside(std::string_view uid_map, uid_t user) {
  std::istringstream lines{std::string{uid_map}};
  std::uint64_t inside = 0;
  std::uint64_t outside = 0;
  std::uint64_t count = 0;
  while (lines >> inside >> outside >> count) {
    if (user >= inside && user - inside < count) {
      return static_cast<uid_t>(outside + (user - inside));
    }
  }
  return user;
}

std::filesystem::path run_folder_root(uid_t user, const std::filesystem::path& runtime_folder) {
  if (user == 0) {
    return "/run/continuo";
  }
  if (!runtime_folder.empty()) {
    return runtime_folder / "continuo";
  }
  return "/tmp/continuo-" + std::to_string(user);
}

RunFolder::RunFolder(const std::filesystem::path& root) : folder_{root / to_string(own_run_tag())} {
  make_private(root);
  sweep(root);
  try {
    make_private(folder_);
  } catch (const std::system_error&) {
    make_private(root);  // another run has just ended, and taken the empty root with it
    make_private(folder_);
  }
}

RunFolder::~RunFolder() {
  std::error_code gone;
  std::filesystem::remove_all(folder_, gone);
  std::filesystem::remove(folder_.parent_path(), gone);  // if no other run is there
}

std::vector<RunningEmulation> running_emulations(const std::filesystem::path& root) {
  std::vector<RunningEmulation> found;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator{root, gone}) {
    const auto tag = parse_run_tag(entry.path().filename().string());
    if (tag && state_of(*tag) == RunState::alive && std::filesystem::exists(entry.path() / "control", gone)) {
      found.push_back({.pid = tag->pid, .socket = entry.path() / "control"});
    }
  }
  std::ranges::sort(found, {}, &RunningEmulation::pid);
  return found;
}

}  // namespace continuo
