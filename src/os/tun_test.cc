// What a device says of itself, as Linux 6.1 writes it.
#include "os/tun.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

const std::string devices =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n"
    "    lo:  100       1    0    2    0     0          0         0      100       1    0    3    0     0       0          0\n"
    "  eth0:5000      10    0    4    0     0          0         0     9000      20    0   17    0     0       0          0\n";

TEST(Tun, tells_how_many_packets_were_dropped_on_sending) {
  EXPECT_EQ(packets_dropped_on_sending(devices, "eth0"), 17U);
  EXPECT_EQ(packets_dropped_on_sending(devices, "lo"), 3U);
}

TEST(Tun, of_a_device_that_is_not_there_or_a_broken_line_nothing_was_dropped) {
  EXPECT_EQ(packets_dropped_on_sending(devices, "eth"), 0U);
  EXPECT_EQ(packets_dropped_on_sending("", "eth0"), 0U);
  EXPECT_EQ(packets_dropped_on_sending("eth0: 1 2 3", "eth0"), 0U);
  EXPECT_EQ(packets_dropped_on_sending(":::\n\n eth0", "eth0"), 0U);
}

}  // namespace
}  // namespace continuo
