// Tries in a child process what an emulation does, and reads /proc and /sys for the rest.
#include "os/host_facts.hh"

#include <linux/capability.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <sstream>

#include "os/affinity.hh"
#include "os/cgroup.hh"
#include "os/cgroup_delegation.hh"
#include "os/cpus_awake.hh"
#include "os/error.hh"
#include "os/file_descriptor.hh"
#include "os/network_settings.hh"
#include "os/packet_device.hh"
#include "os/privileges.hh"
#include "os/timer.hh"
#include "os/tun.hh"
#include "os/user_namespace.hh"

namespace continuo {

namespace {

constexpr int node_namespaces = CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC;

// In a child of its own, which ends with it.
Attempt attempt(const std::function<void()>& what) {
  Pipe pipe = make_pipe();
  const pid_t child = check("fork", ::fork());
  if (child == 0) {
    std::string why;
    try {
      what();
    } catch (const std::exception& error) {
      why = error.what();
    }
    [[maybe_unused]] const auto told = ::write(pipe.writer.get(), why.data(), why.size());
    ::_exit(why.empty() ? 0 : 1);
  }
  pipe.writer.reset();
  std::string why(512, '\0');
  const auto size = retry_interrupted([&] { return ::read(pipe.reader.get(), why.data(), why.size()); });
  why.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  int status = 0;
  retry_interrupted([&] { return ::waitpid(child, &status, 0); });
  const bool works = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return {.works = works, .why = works || !why.empty() ? why : "the attempt was killed"};
}

void enter_namespaces(bool root) {
  if (!root) {
    enter_user_namespace();
  }
  check("make network, PID, mount, UTS and IPC namespaces", ::unshare(node_namespaces));
}

std::optional<long> number_in(const char* path) {
  const auto text = read_file(path);
  return text ? std::optional{std::strtol(text->c_str(), nullptr, 10)} : std::nullopt;
}

std::optional<bool> flag_in(const char* path) {
  const auto number = number_in(path);
  return number ? std::optional{*number != 0} : std::nullopt;
}

std::string word_in(const char* path) {
  std::istringstream text{read_file(path).value_or("")};
  std::string word;
  text >> word;
  return word;
}

void look_at_cgroups(HostFacts& facts) {
  try {
    const CgroupMounts mounts = find_cgroup_mounts(read_file("/proc/mounts").value_or(""));
    facts.cgroup_version = mounts.version == CgroupVersion::v1 ? 1 : 2;
    if (mounts.version == CgroupVersion::v2) {
      const auto delegated = delegated_cgroup(mounts.cpu, read_file("/proc/self/cgroup").value_or(""));
      facts.cgroups_writable = delegated.has_value();
      std::istringstream offered{read_file(delegated.value_or(mounts.cpu) / "cgroup.controllers").value_or("")};
      for (std::string name; offered >> name;) {
        if (name == "cpu" || name == "memory" || name == "pids" || name == "io") {
          facts.controllers.push_back(name);
        }
      }
    } else {
      facts.controllers = {"cpu", "memory"};
      if (!mounts.pids.empty()) {
        facts.controllers.emplace_back("pids");
      }
      if (!mounts.io.empty()) {
        facts.controllers.emplace_back("io");
      }
    }
    facts.cgroups_writable = facts.cgroups_writable ||
                             (::access(mounts.cpu.c_str(), W_OK) == 0 && ::access(mounts.memory.c_str(), W_OK) == 0);
  } catch (const std::runtime_error&) {
    facts.cgroup_version = 0;
  }
}

}  // namespace

std::string find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders{std::string{path == nullptr ? "" : path} + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"};
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (!folder.empty() && ::access((folder + "/" + name).c_str(), X_OK) == 0) {
      return folder + "/" + name;
    }
  }
  return "";
}

HostFacts look_at_host(const std::vector<std::string>& programs) {
  HostFacts facts;
  utsname names{};
  check("uname", ::uname(&names));
  facts.kernel = names.release;
  facts.root = has_capability(CAP_SYS_ADMIN);
  facts.user_namespace = attempt([] { enter_user_namespace(); });
  facts.namespaces = attempt([&] { enter_namespaces(facts.root); });
  facts.tun = attempt([&] {
    enter_namespaces(facts.root);
    open_tun("eth0");
  });
  facts.packet_sockets = attempt([&] {
    enter_namespaces(facts.root);
    open_packet_device("eth0");
  });
  look_at_cgroups(facts);
  facts.cores = static_cast<int>(usable_core_numbers().size());
  facts.real_time = attempt([] {
                      if (!make_this_thread_exact()) {
                        throw std::runtime_error("no real-time priority");
                      }
                    }).works;
  facts.cpus_awake = hold_cpus_awake().is_open();
  facts.clock_source = word_in("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  facts.user_namespaces_max = number_in("/proc/sys/user/max_user_namespaces");
  facts.apparmor_restricts = flag_in("/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
  facts.unprivileged_clone = flag_in("/proc/sys/kernel/unprivileged_userns_clone");
  facts.congestion_controls = congestion_controls();
  rlimit descriptors{};
  check("getrlimit", ::getrlimit(RLIMIT_NOFILE, &descriptors));
  facts.descriptors_max = descriptors.rlim_max;
  for (const std::string& program : programs) {
    facts.programs[program] = find_program(program);
  }
  return facts;
}

}  // namespace continuo
