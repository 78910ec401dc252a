// Network interfaces of the calling thread's network namespace, set up through rtnetlink.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

namespace continuo {

// An IPv4 address in host byte order.
struct Ipv4 {
  std::uint32_t value = 0;

  auto operator<=>(const Ipv4&) const = default;
  static constexpr Ipv4 of(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
    return {(a << 24) | (b << 16) | (c << 8) | d};
  }
};
std::string to_string(Ipv4 address);

// What TCP connections that use a route go by.
struct RouteMetrics {
  std::string congestion_control;    // empty: the namespace's
  std::uint32_t initial_window = 0;  // segments; 0: the kernel's own

  friend bool operator==(const RouteMetrics&, const RouteMetrics&) = default;
};

// In network byte order.
struct Ipv6 {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Ipv6&) const = default;
};
std::string to_string(const Ipv6& address);

// One rtnetlink socket. Every call waits for the kernel's acknowledgement and throws std::system_error with what was tried.
class Netlink {
 public:
  Netlink();
  ~Netlink();
  Netlink(const Netlink&) = delete;
  Netlink& operator=(const Netlink&) = delete;

  void set_up(const std::string& interface);
  // Two Ethernet devices, what is sent by one arrives at the other.
  void add_veth(const std::string& one, const std::string& other);
  // Frames are sent to the device's own hardware address, without asking anybody.
  void set_no_arp(const std::string& interface);
  void set_hardware_address(const std::string& interface, const std::array<std::uint8_t, 6>& address);
  void set_mtu(const std::string& interface, std::uint32_t bytes);
  void add_address(const std::string& interface, Ipv4 address, int prefix_length);
  // Without a route to its subnet: add_route() makes it.
  void add_address(const std::string& interface, const Ipv6& address, int prefix_length);
  // To a destination reached directly through the interface.
  void add_route(const std::string& interface, Ipv4 destination, int prefix_length);
  void add_route(const std::string& interface, const Ipv6& destination, int prefix_length, const RouteMetrics& metrics);
  // Of the route to the interface's own subnet, which exists once it has its address and is up.
  void set_route_metrics(const std::string& interface, Ipv4 address, int prefix_length, const RouteMetrics& metrics);

  std::uint32_t mtu(const std::string& interface);
  // Of the route that leads to a destination.
  RouteMetrics route_metrics(Ipv4 destination);
  RouteMetrics route_metrics(const Ipv6& destination);

 private:
  struct Socket;
  std::unique_ptr<Socket> socket_;
};

}  // namespace continuo
