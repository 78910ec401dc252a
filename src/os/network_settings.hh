// The settings of the TCP/IP stack of one network namespace, made and read back.
//
// Congestion control and initial window stand in the metrics of the device's route: a namespace may not choose by sysctl an
// algorithm that the host's tcp_allowed_congestion_control leaves out, and the window has no sysctl. The others are sysctls
// of the namespace. net.core.rmem_max and wmem_max are the host's alone; they bound only programs that set SO_RCVBUF and
// SO_SNDBUF themselves, not TCP's own tuning.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "os/netlink.hh"

namespace continuo {

struct NetworkSettings {
  std::string congestion_control = "cubic";
  std::uint32_t initial_window = 10;  // segments
  bool slow_start_after_idle = true;
  std::uint32_t receive_buffer_max = 6U << 20;  // bytes
  std::uint32_t send_buffer_max = 4U << 20;
  std::uint32_t mtu = 1500;

  friend bool operator==(const NetworkSettings&, const NetworkSettings&) = default;
};
// "cubic, initial window 10, ..."
std::string to_string(const NetworkSettings& settings);

// For the device of the calling thread's network namespace, which has the address and is up. Throws std::system_error with
// what the kernel did not take.
void apply(const NetworkSettings& settings, const std::string& device, Ipv4 address, int prefix_length, Netlink& netlink);
// What holds now, from the kernel.
NetworkSettings read_back(const std::string& device, Ipv4 address, Netlink& netlink);

// The algorithms that this kernel has loaded.
std::vector<std::string> congestion_controls();

}  // namespace continuo
