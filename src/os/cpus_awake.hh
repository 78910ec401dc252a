// Idle CPUs that wake at once.
#pragma once

#include <filesystem>

#include "os/file_descriptor.hh"

namespace continuo {

// Linux's request about how long a CPU may take to wake (PM QoS, Documentation/power/pm_qos_interface.rst).
inline constexpr const char* cpu_latency_device = "/dev/cpu_dma_latency";

// While the descriptor is open, idle CPUs of this host wait for work with their eyes open instead of sleeping: they use power, and what is
// due at a time is done then. In an idle virtual machine a CPU that sleeps has been given away, and comes back late: of 500 us sleeps
// at real-time priority the 99th percentile came 0.4 to 1.1 ms late, and so held 0.06 to 0.3 (Linux 6.18 on KVM, two CPUs, six pairs of runs, interleaved).
// Nothing is open where the user may not ask, or the kernel does not know the device.
FileDescriptor hold_cpus_awake(const std::filesystem::path& device = cpu_latency_device);

}  // namespace continuo
