// user_namespaces(7): one id mapped needs no helper with set-user-id.
#include "os/user_namespace.hh"

#include <sched.h>
#include <unistd.h>

#include <cstdint>
#include <sstream>
#include <string>

#include "os/error.hh"
#include "os/file_descriptor.hh"

namespace continuo {

void enter_user_namespace() {
  const std::string user = std::to_string(::geteuid());
  const std::string group = std::to_string(::getegid());
  check("make a user namespace", ::unshare(CLONE_NEWUSER));
  write_file("/proc/self/setgroups", "deny");  // else the map of groups is refused
  write_file("/proc/self/uid_map", "0 " + user + " 1");
  write_file("/proc/self/gid_map", "0 " + group + " 1");
}

bool is_initial_user_namespace() {
  // The initial one maps all ids to themselves.
  std::istringstream map{read_file("/proc/self/uid_map").value_or("")};
  std::uint64_t inside = 1, outside = 1, count = 0;
  map >> inside >> outside >> count;
  return inside == 0 && outside == 0 && count == 0xffffffffU;
}

}  // namespace continuo
