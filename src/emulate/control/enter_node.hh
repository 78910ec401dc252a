// Programs of a person who looks around in a node of a running emulation.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "os/file_descriptor.hh"

namespace continuo {

struct NodeEntrance {
  FileDescriptor first_process;                      // of the node, as pidfd_open(2) gives it
  std::vector<std::filesystem::path> process_files;  // of the control groups to join
};

// Runs the program with this process's standard streams in the namespaces and the control groups of the node and waits for its
// end; its exit status, 128 + signal if it was killed, 127 if it cannot be run. It ends with the node. The calling process must
// have one thread, and can do little else afterwards: it is in the node's namespaces then.
int run_in_node(const NodeEntrance& entrance, const std::vector<std::string>& arguments);

}  // namespace continuo
