// The addresses of emulated nodes: 10.77.X.Y, all in one subnet, so that every node reaches every other directly.
#pragma once

#include <cstdint>
#include <string>

#include "os/netlink.hh"
#include "scenario/scenario.hh"

namespace continuo {

inline constexpr int emulated_prefix_length = 16;
inline constexpr std::uint16_t node_port = 8000;
// 256 blocks of 250 addresses, from .1 to .250: .0 and .255 look like a network's and a broadcast's.
inline constexpr std::size_t emulated_nodes_max = 256U * 250U;

Ipv4 address_of(NodeIndex node);
// fd77::a4d:1, beside it.
Ipv6 address6_of(NodeIndex node);
// "10.77.0.1:8000"
std::string endpoint_of(NodeIndex node);
// The text of /etc/hosts, by which nodes know each other's names.
std::string hosts_file(const Scenario& scenario);

}  // namespace continuo
