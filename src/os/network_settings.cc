// Kernel Documentation/networking/ip-sysctl.rst, and RTA_METRICS of rtnetlink(7).
#include "os/network_settings.hh"

#include <algorithm>
#include <sstream>

#include "os/file_descriptor.hh"

namespace continuo {

namespace {

constexpr const char* folder = "/proc/sys/net/ipv4/";

// Least, default and most of a socket's buffer; the default never exceeds the most.
struct BufferSizes {
  std::uint32_t least = 4096;
  std::uint32_t usual = 0;
  std::uint32_t most = 0;
};
constexpr std::uint32_t receive_usual = 131072;  // Linux's own
constexpr std::uint32_t send_usual = 16384;

void write_buffer(const std::string& name, std::uint32_t usual, std::uint32_t most) {
  const BufferSizes sizes{.usual = std::min(usual, most), .most = most};
  write_file(folder + name,
             std::to_string(sizes.least) + " " + std::to_string(sizes.usual) + " " + std::to_string(sizes.most));
}

std::uint32_t read_buffer(const std::string& name) {
  BufferSizes sizes;
  std::istringstream text{read_file(folder + name).value_or("")};
  text >> sizes.least >> sizes.usual >> sizes.most;
  return sizes.most;
}

// An address of the subnet that is not the device's own: what is sent there follows the device's route.
Ipv4 neighbour_of(Ipv4 address) { return Ipv4{(address.value & 0xffU) > 1 ? address.value - 1 : address.value + 1}; }

}  // namespace

std::string to_string(const NetworkSettings& settings) {
  return settings.congestion_control + ", initial window " + std::to_string(settings.initial_window) + ", slow start after idle " +
         (settings.slow_start_after_idle ? "on" : "off") + ", receive buffer " + std::to_string(settings.receive_buffer_max) +
         ", send buffer " + std::to_string(settings.send_buffer_max) + ", MTU " + std::to_string(settings.mtu);
}

void apply(const NetworkSettings& settings, const std::string& device, Ipv4 address, int prefix_length, Netlink& netlink) {
  write_buffer("tcp_rmem", receive_usual, settings.receive_buffer_max);
  write_buffer("tcp_wmem", send_usual, settings.send_buffer_max);
  write_file(std::string{folder} + "tcp_slow_start_after_idle", settings.slow_start_after_idle ? "1" : "0");
  netlink.set_mtu(device, settings.mtu);
  netlink.set_route_metrics(device, address, prefix_length,
                            {.congestion_control = settings.congestion_control, .initial_window = settings.initial_window});
}

NetworkSettings read_back(const std::string& device, Ipv4 address, Netlink& netlink) {
  const RouteMetrics metrics = netlink.route_metrics(neighbour_of(address));
  const auto idle = read_file(std::string{folder} + "tcp_slow_start_after_idle");
  return {.congestion_control = metrics.congestion_control,
          .initial_window = metrics.initial_window,
          .slow_start_after_idle = idle && idle->starts_with('1'),
          .receive_buffer_max = read_buffer("tcp_rmem"),
          .send_buffer_max = read_buffer("tcp_wmem"),
          .mtu = netlink.mtu(device)};
}

std::vector<std::string> congestion_controls() {
  std::istringstream text{read_file(std::string{folder} + "tcp_available_congestion_control").value_or("")};
  std::vector<std::string> names;
  for (std::string name; text >> name;) {
    names.push_back(name);
  }
  return names;
}

}  // namespace continuo
