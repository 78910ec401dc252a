// What a run puts on the host, so that a test can tell whether it has all gone again.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace continuo {

struct HostTraces {
  std::set<std::string> network_namespaces;  // that any process of the host is in
  std::set<std::string> run_namespaces;      // of them, those of this build's processes, other than the test's own
  std::set<std::string> processes;           // of this build's continuo and continuo-init: "PID EXECUTABLE"
  std::set<std::string> devices;             // TUN devices that the host sees
  std::set<std::string> folders;             // in the temp directory, named by a run
  std::set<std::string> groups;              // control groups named by a run

  // Folders and groups of runs that are still alive are not among them: they are somebody else's.
  static HostTraces look();
};

// What is there after a run and was not before it; the namespaces that were seen `during` it count wherever they are left.
std::vector<std::string> left_over(const HostTraces& before, const HostTraces& during, const HostTraces& after);

}  // namespace continuo
