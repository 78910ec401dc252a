// Reads /proc, /sys/class/net, the temp directory and the control groups.
#include "host_traces.hh"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "os/cgroup.hh"
#include "os/run_tag.hh"

namespace continuo {

namespace {

namespace fs = std::filesystem;

std::string link_at(const fs::path& link) {
  std::error_code gone;  // the process may have ended meanwhile; of a zombie nothing is there either
  return fs::read_symlink(link, gone).string();
}

// By device and inode: below a changed root the path of a node's program is not the one that we know.
bool runs_a_program_of_ours(const fs::path& process) {
  std::error_code gone;
  return std::ranges::any_of(std::array{"/bin/continuo", "/bin/continuo-init"}, [&](const char* name) {
    return fs::equivalent(process / "exe", std::string{CONTINUO_BINARY_DIR} + name, gone) && !gone;
  });
}

void look_at_processes(HostTraces& traces) {
  const std::string own = link_at("/proc/self/ns/net");
  for (const auto& entry : fs::directory_iterator{"/proc"}) {
    const std::string pid = entry.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string space = link_at(entry.path() / "ns/net");
    if (!space.empty()) traces.network_namespaces.insert(space);
    if (!runs_a_program_of_ours(entry.path())) continue;
    traces.processes.insert(pid + " " + link_at(entry.path() / "exe"));
    if (!space.empty() && space != own) traces.run_namespaces.insert(space);
  }
}

std::set<std::string> named_by_a_run(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator{folder}) {
    const std::string name = entry.path().filename();
    if (!name.starts_with("continuo")) continue;
    const auto tag = parse_run_tag(name);
    if (!tag || state_of(*tag) != RunState::alive) names.insert(entry.path());
  }
  return names;
}

}  // namespace

HostTraces HostTraces::look() {
  HostTraces traces;
  look_at_processes(traces);
  for (const auto& device : fs::directory_iterator{"/sys/class/net"}) {
    if (fs::exists(device.path() / "tun_flags")) traces.devices.insert(device.path().filename());
  }
  traces.folders = named_by_a_run(fs::temp_directory_path());
  if (fs::exists("/run/continuo")) traces.folders.merge(named_by_a_run("/run/continuo"));
  const CgroupMounts mounts = detect_cgroups();
  for (const auto& root : {mounts.cpu, mounts.cpuacct, mounts.memory}) traces.groups.merge(named_by_a_run(root));
  return traces;
}

std::vector<std::string> left_over(const HostTraces& before, const HostTraces& during, const HostTraces& after) {
  std::vector<std::string> left;
  for (const auto& space : during.run_namespaces) {
    if (after.network_namespaces.contains(space)) left.push_back("network namespace " + space);
  }
  const auto compare = [&](const std::string& kind, const std::set<std::string>& old, const std::set<std::string>& now) {
    for (const auto& name : now) {
      if (!old.contains(name)) left.push_back(kind + " " + name);
    }
  };
  compare("process", before.processes, after.processes);
  compare("device", before.devices, after.devices);
  compare("folder", before.folders, after.folders);
  compare("control group", before.groups, after.groups);
  return left;
}

}  // namespace continuo
