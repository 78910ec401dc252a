// What this machine has that inference can use: cores and the share of them that it may use, memory, instruction sets,
// accelerators. Read from /proc, /sys and /dev under a root that a test, or a scenario's node, can replace.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "units/bytes.hh"
#include "wire/capability.hh"

namespace continuo {

struct ProbeOptions {
  std::filesystem::path host_root = "/";
  // Instead of what is found:
  std::optional<int> cores;
  std::optional<double> quota;  // share of each core, (0, 1]
  std::optional<Bytes> memory;
};

struct Hardware {
  int cores = 1;
  double quota = 1.0;
  Bytes memory = Bytes::zero();
  std::string architecture;
  std::string cpu_model;  // as the kernel calls it; empty: it does not
  std::vector<std::string> isa;
  std::vector<std::string> accelerators;
};

// A CPU limit of 1.5 cores is told as two cores at a quota of 0.75: as many cores as can be busy at once, and their share.
// Never throws for what cannot be read: a machine without it is told.
Hardware probe_hardware(const ProbeOptions& options);

// Writes the hardware into a node's capability document.
void describe(const Hardware& hardware, Capability& capability);

}  // namespace continuo
