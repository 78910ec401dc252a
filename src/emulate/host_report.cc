// One function a subject; each says what is lost and the command that brings it back.
#include "emulate/host_report.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

namespace continuo {

namespace {

using State = HostFinding::State;

struct OptionalProgram {
  const char* name;
  const char* package;
  const char* cost;
};
constexpr std::array<OptionalProgram, 4> programs{{
    {"iperf3", "iperf3", "no comparison of the fabric with iperf3"},
    {"mosquitto", "mosquitto", "no `operating: [{run: mosquitto}]`"},
    {"prometheus", "prometheus", "no `operating: [{run: prometheus}]`"},
    {"tshark", "tshark", "captures of paths are written and cannot be shown here"},
}};

HostFinding judge_namespaces(const HostFacts& facts) {
  HostFinding finding{.subject = "namespaces"};
  if (facts.namespaces.works) {
    finding.found = facts.root ? "network, PID, mount, UTS and IPC; as root" : "network, PID, mount, UTS and IPC; in a user namespace";
    return finding;
  }
  finding.state = State::missing;
  finding.found = facts.namespaces.why;
  finding.cost = "no emulation";
  if (facts.root) {
    finding.remedy = "a container needs --privileged, or CAP_SYS_ADMIN and CAP_NET_ADMIN";
  } else if (facts.user_namespaces_max == 0) {
    finding.remedy = "sudo sysctl user.max_user_namespaces=10000; or run continuo as root";
  } else if (facts.apparmor_restricts.value_or(false)) {
    finding.remedy = "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0; or run continuo as root";
  } else if (!facts.unprivileged_clone.value_or(true)) {
    finding.remedy = "sudo sysctl kernel.unprivileged_userns_clone=1; or run continuo as root";
  } else {
    finding.remedy = "run continuo as root";
  }
  return finding;
}

HostFinding judge_user_namespace(const HostFacts& facts) {
  HostFinding finding{.subject = "user namespaces"};
  finding.found = facts.user_namespace.works ? "may be made" : facts.user_namespace.why;
  if (facts.user_namespaces_max) {
    finding.found += fmt::format(", at most {}", *facts.user_namespaces_max);
  }
  if (!facts.user_namespace.works) {
    finding.state = facts.root ? State::partial : State::missing;
    finding.cost = facts.root ? "ordinary users cannot emulate, root can" : "no emulation as this user";
    finding.remedy = "sudo sysctl user.max_user_namespaces=10000";
  }
  return finding;
}

HostFinding judge_device(const HostFacts& facts) {
  HostFinding finding{.subject = "network devices"};
  if (facts.tun.works) {
    finding.found = "/dev/net/tun";
    return finding;
  }
  finding.remedy = facts.root ? "modprobe tun; a container needs --device /dev/net/tun" : "sudo chmod 0666 /dev/net/tun";
  if (facts.packet_sockets.works) {
    finding.state = State::partial;
    finding.found = "packet sockets on veth pairs instead of /dev/net/tun (" + facts.tun.why + ")";
    finding.cost = "each packet costs more CPU, so that fast links carry less";
  } else {
    finding.state = State::missing;
    finding.found = facts.tun.why + "; " + facts.packet_sockets.why;
    finding.cost = "no emulation";
  }
  return finding;
}

HostFinding judge_cgroups(const HostFacts& facts) {
  HostFinding finding{.subject = "control groups"};
  constexpr const char* quota_cost =
      "CPU quotas and memory limits are not enforced: a run is invalid, or made with --no-quota";
  if (facts.cgroup_version == 0) {
    finding.state = State::missing;
    finding.found = "no cgroup v2 and not the cpu, cpuacct and memory controllers of v1";
    finding.cost = quota_cost;
    finding.remedy = "sudo mount -t cgroup2 none /sys/fs/cgroup";
    return finding;
  }
  finding.found = fmt::format("version {}: {}", facts.cgroup_version, fmt::join(facts.controllers, " "));
  const auto lacks = [&](const char* name) { return std::ranges::find(facts.controllers, name) == facts.controllers.end(); };
  if (lacks("cpu") || lacks("memory")) {
    finding.state = State::missing;
    finding.cost = quota_cost;
    finding.remedy = "mount the hierarchy that holds cpu and memory; a container needs --cgroupns=host -v /sys/fs/cgroup:/sys/fs/cgroup:rw";
  } else if (!facts.cgroups_writable) {
    finding.state = State::missing;
    finding.found += "; not writable for this user";
    finding.cost = quota_cost;
    finding.remedy = facts.root ? "a container needs --privileged -v /sys/fs/cgroup:/sys/fs/cgroup:rw --cgroupns=host"
                                : facts.cgroup_version == 2
                      ? "systemd-run --user --scope -p Delegate=yes continuo run ...; or run continuo as root"
                      : "run continuo as root";
  } else if (lacks("pids") || lacks("io")) {
    finding.state = State::partial;
    finding.cost = fmt::format("tiers with {} are refused", lacks("pids") && lacks("io") ? "`processes` or `disk`"
                                                            : lacks("pids")              ? "`processes`"
                                                                                         : "`disk`");
    finding.remedy = facts.cgroup_version == 1 ? "mount the pids and blkio hierarchies" : "";
  }
  return finding;
}

HostFinding judge_time(const HostFacts& facts) {
  HostFinding finding{.subject = "clock source", .found = facts.clock_source.empty() ? "not told" : facts.clock_source};
  const std::array exact{"tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "xen", "arch_sys_counter", "riscv_clocksource"};
  if (std::ranges::find(exact, facts.clock_source) == exact.end()) {
    finding.state = State::partial;
    finding.cost = "reading the clock is slow, which every packet pays";
    finding.remedy = "boot with clocksource=tsc if the processor has a steady one";
  }
  return finding;
}

// What makes packets leave when they are due.
HostFinding judge_promptness(const char* subject, bool allowed, std::string late_when, std::string remedy) {
  if (allowed) return {.subject = subject, .found = "may be had"};
  return {.subject = subject,
          .state = State::partial,
          .found = "not allowed",
          .cost = fmt::format("packets may leave late {}; such a run is found out and invalid", late_when),
          .remedy = std::move(remedy)};
}

HostFinding judge_real_time(const HostFacts& facts) {
  return judge_promptness("real-time priority", facts.real_time, "while the host is busy",
                          "run continuo as root, or add to /etc/security/limits.conf: USER - rtprio 1");
}

HostFinding judge_cpus_awake(const HostFacts& facts) {
  return judge_promptness("CPUs kept awake", facts.cpus_awake, "while the host is idle, for its CPUs sleep and wake late",
                          facts.root ? "a container needs --device /dev/cpu_dma_latency"
                                     : "run continuo as root, or: sudo chmod 0666 /dev/cpu_dma_latency");
}

HostFinding judge_congestion_control(const HostFacts& facts) {
  HostFinding finding{.subject = "congestion control", .found = fmt::format("{}", fmt::join(facts.congestion_controls, " "))};
  if (std::ranges::find(facts.congestion_controls, "cubic") == facts.congestion_controls.end()) {
    finding.state = State::partial;
    finding.cost = "no cubic, the default of scenarios: name another in `network: {congestion: ...}`";
    finding.remedy = "sudo modprobe tcp_cubic";
  }
  return finding;
}

HostFinding judge_descriptors(const HostFacts& facts) {
  // Three a node and its processes, and some of the program's own.
  constexpr unsigned long enough = 4096;
  HostFinding finding{.subject = "open files", .found = fmt::format("at most {}", facts.descriptors_max)};
  if (facts.descriptors_max < enough) {
    finding.state = State::partial;
    finding.cost = fmt::format("some {} nodes at most", facts.descriptors_max / 8);
    finding.remedy = "ulimit -Hn 65536 as root before continuo";
  }
  return finding;
}

}  // namespace

const char* to_string(HostFinding::State state) {
  switch (state) {
    case State::full: return "ok";
    case State::partial: return "partial";
    case State::missing: return "missing";
  }
  return "";
}

const std::vector<std::string>& optional_programs() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& program : programs) all.emplace_back(program.name);
    return all;
  }();
  return names;
}

HostReport judge_host(const HostFacts& facts) {
  HostReport report;
  report.can_emulate = facts.namespaces.works && (facts.tun.works || facts.packet_sockets.works);
  report.findings = {judge_namespaces(facts), judge_user_namespace(facts), judge_device(facts), judge_cgroups(facts)};
  report.findings.push_back({.subject = "cores",
                             .found = fmt::format("{}; the quotas of all nodes together may not exceed them", facts.cores)});
  report.findings.push_back(judge_real_time(facts));
  report.findings.push_back(judge_cpus_awake(facts));
  report.findings.push_back(judge_time(facts));
  report.findings.push_back(judge_congestion_control(facts));
  report.findings.push_back(judge_descriptors(facts));
  report.findings.push_back({.subject = "kernel", .found = facts.kernel});
  for (const OptionalProgram& program : programs) {
    const auto found = facts.programs.find(program.name);
    if (found == facts.programs.end()) continue;
    HostFinding finding{.subject = program.name, .found = found->second};
    if (finding.found.empty()) {
      finding.state = State::partial;
      finding.found = "not installed (optional)";
      finding.cost = program.cost;
      finding.remedy = fmt::format("sudo apt-get install --no-install-recommends {}", program.package);
    }
    report.findings.push_back(std::move(finding));
  }
  return report;
}

std::string to_text(const HostReport& report) {
  std::string text;
  for (const HostFinding& finding : report.findings) {
    text += fmt::format("{:<8} {:<19} {}\n", to_string(finding.state), finding.subject, finding.found);
    if (!finding.cost.empty()) text += fmt::format("{:<28} costs: {}\n", "", finding.cost);
    if (!finding.remedy.empty()) text += fmt::format("{:<28} mend:  {}\n", "", finding.remedy);
  }
  text += report.can_emulate ? "Emulation can run here.\n" : "Emulation cannot run here; `continuo run --at model` can.\n";
  return text;
}

std::string to_json(const HostReport& report) {
  boost::json::array findings;
  for (const HostFinding& finding : report.findings) {
    findings.push_back(boost::json::object{{"subject", finding.subject},
                                           {"state", to_string(finding.state)},
                                           {"found", finding.found},
                                           {"cost", finding.cost},
                                           {"remedy", finding.remedy}});
  }
  return boost::json::serialize(boost::json::object{{"can_emulate", report.can_emulate}, {"findings", std::move(findings)}}) + "\n";
}

}  // namespace continuo
