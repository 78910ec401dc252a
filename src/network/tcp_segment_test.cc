#include "network/tcp_segment.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

TEST(TcpWireSize, adds_the_headers_of_each_segment) {
  const Bytes segment = tcp_segment(NetworkStack{});
  EXPECT_EQ(segment, 1448_B);
  EXPECT_EQ(tcp_wire_size(1_B, segment), 53_B);
  EXPECT_EQ(tcp_wire_size(1448_B, segment), 1500_B);
  EXPECT_EQ(tcp_wire_size(1449_B, segment), 1553_B);
}

}  // namespace
}  // namespace continuo
