// Idle CPUs that wake at once.
#pragma once

#include <filesystem>

#include "os/file_descriptor.hh"

namespace continuo {

// While the descriptor is open, idle CPUs of this host wait for work with their eyes open instead of sleeping: they use power, and what is
// due at a time is done then (PM QoS, Documentation/power/pm_qos_interface.rst). docs/decisions/0007-emulated-nodes.md has what that brings.
// Nothing is open where the user may not ask, or the kernel does not know the device.
FileDescriptor hold_cpus_awake(const std::filesystem::path& device = "/dev/cpu_dma_latency");

}  // namespace continuo
