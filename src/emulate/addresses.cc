// One place that knows the numbering.
#include "emulate/addresses.hh"

#include <cassert>

#include "emulate/init/second_address.hh"

namespace continuo {

Ipv4 address_of(NodeIndex node) {
  assert(node < emulated_nodes_max);
  return Ipv4::of(10, 77, static_cast<std::uint32_t>(node / 250), static_cast<std::uint32_t>(node % 250 + 1));
}

Ipv6 address6_of(NodeIndex node) { return second_address_of(address_of(node)); }

std::string endpoint_of(NodeIndex node) { return to_string(address_of(node)) + ":" + std::to_string(node_port); }

std::string hosts_file(const Scenario& scenario) {
  std::string text = "127.0.0.1 localhost\n";
  for (NodeIndex node = 0; node < scenario.nodes.size(); ++node) {
    text += to_string(address_of(node)) + " " + scenario.nodes[node].name + "\n";
  }
  return text;
}

}  // namespace continuo
