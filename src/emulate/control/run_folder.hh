// Where a running emulation can be found: a folder of its own, seen by its user only, with the socket that it listens on.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string_view>
#include <vector>

namespace continuo {

// Who `user` of this user namespace is outside of it, by the text of /proc/self/uid_map.
uid_t user_outside(std::string_view uid_map, uid_t user);
// The folder of all emulations of a user. `runtime_folder`: XDG_RUNTIME_DIR, or empty.
std::filesystem::path run_folder_root(uid_t user, const std::filesystem::path& runtime_folder);

// Made when constructed, gone when destroyed. Sweeps what dead runs have left first. Throws std::runtime_error if `root` is
// somebody else's, or open to others.
class RunFolder {
 public:
  explicit RunFolder(const std::filesystem::path& root);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  std::filesystem::path socket() const { return folder_ / "control"; }

 private:
  std::filesystem::path folder_;
};

struct RunningEmulation {
  pid_t pid = 0;
  std::filesystem::path socket;
};
// By process id. Of a root that is not there: none.
std::vector<RunningEmulation> running_emulations(const std::filesystem::path& root);

}  // namespace continuo
