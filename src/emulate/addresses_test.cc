// The numbering of emulated nodes.
#include "emulate/addresses.hh"

#include <gtest/gtest.h>

#include <set>

namespace continuo {
namespace {

TEST(Addresses, count_up_and_skip_what_looks_like_a_network_or_a_broadcast) {
  EXPECT_EQ(to_string(address_of(0)), "10.77.0.1");
  EXPECT_EQ(to_string(address_of(249)), "10.77.0.250");
  EXPECT_EQ(to_string(address_of(250)), "10.77.1.1");
  EXPECT_EQ(endpoint_of(3), "10.77.0.4:8000");
  EXPECT_EQ(to_string(address6_of(0)), "fd77::a4d:1");
}

TEST(Addresses, are_all_different) {
  std::set<Ipv4> seen;
  for (NodeIndex node = 0; node < 2000; ++node) {
    EXPECT_TRUE(seen.insert(address_of(node)).second);
  }
}

TEST(HostsFile, names_every_node) {
  Scenario scenario;
  scenario.nodes = {{.name = "cloud-1", .tier = 0}, {.name = "edge-1", .tier = 1}};
  EXPECT_EQ(hosts_file(scenario), "127.0.0.1 localhost\n10.77.0.1 cloud-1\n10.77.0.2 edge-1\n");
}

}  // namespace
}  // namespace continuo
