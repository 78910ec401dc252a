// What this host offers to an emulation, found out by trying. Nothing is left behind and nothing is changed.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace continuo {

// The result of trying something: `why` says what the kernel answered; empty: it worked.
struct Attempt {
  bool works = false;
  std::string why;
};

struct HostFacts {
  std::string kernel;  // "6.1.0-13-amd64"
  bool root = false;   // CAP_SYS_ADMIN where it counts: makes namespaces without a user namespace
  Attempt user_namespace;
  Attempt namespaces;      // network, PID, mount, UTS, IPC; as this user, in a user namespace if not root
  Attempt tun;             // a device made through /dev/net/tun in such a network namespace
  Attempt packet_sockets;  // a veth pair and an AF_PACKET socket there
  int cgroup_version = 0;  // 0: none is mounted
  bool cgroups_writable = false;
  std::vector<std::string> controllers;  // of cpu, memory, pids, io: those that are there
  int cores = 0;
  bool real_time = false;      // may have SCHED_FIFO
  bool cpus_awake = false;     // may keep idle CPUs from sleeping (os/cpus_awake.hh)
  std::string clock_source;    // "tsc"
  std::optional<long> user_namespaces_max;            // user.max_user_namespaces
  std::optional<bool> apparmor_restricts;             // kernel.apparmor_restrict_unprivileged_userns
  std::optional<bool> unprivileged_clone;             // kernel.unprivileged_userns_clone, of Debian's kernels
  std::vector<std::string> congestion_controls;
  unsigned long descriptors_max = 0;  // hard limit
  std::map<std::string, std::string> programs;  // by name; empty: not found
};

HostFacts look_at_host(const std::vector<std::string>& programs);

// The folder of the first of these names in PATH and the folders where Debian puts daemons; empty: none.
std::string find_program(const std::string& name);

}  // namespace continuo
