// Every message survives the socket, and nothing else is taken for one.
#include "emulate/init/protocol.hh"

#include <gtest/gtest.h>

namespace continuo::init {
namespace {

TEST(InitProtocol, carries_every_field) {
  const Configure configure{.host_name = "edge-1", .address = 0x0a4d0001, .prefix_length = 16, .hosts = "a\nb\n",
                            .network = {.congestion_control = "reno", .slow_start_after_idle = false, .mtu = 9000},
                            .device = static_cast<std::int32_t>(Device::packet_socket),
                            .cores = {0, 5}};
  const auto configured = parse(serialise(configure));
  ASSERT_TRUE(configured);
  EXPECT_EQ(std::get<Configure>(*configured).host_name, "edge-1");
  EXPECT_EQ(std::get<Configure>(*configured).address, 0x0a4d0001U);
  EXPECT_EQ(std::get<Configure>(*configured).hosts, "a\nb\n");

  EXPECT_EQ(std::get<Configure>(*configured).network, configure.network);
  EXPECT_EQ(std::get<Configure>(*configured).device, configure.device);
  EXPECT_EQ(std::get<Configure>(*configured).cores, configure.cores);

  const auto ready = parse(serialise(Ready{.network = {.initial_window = 30}}));
  EXPECT_EQ(std::get<Ready>(*ready).network.initial_window, 30U);

  const Start start{.arguments = {"/bin/x", ""}, .environment = {"A=1"}, .process_files = {}};
  const auto started = parse(serialise(start));
  ASSERT_TRUE(started);
  EXPECT_EQ(std::get<Start>(*started).arguments, start.arguments);
  EXPECT_EQ(std::get<Start>(*started).environment, start.environment);

  const auto exited = parse(serialise(Exited{.pid = 7, .status = -1}));
  EXPECT_EQ(std::get<Exited>(*exited).status, -1);
}

TEST(InitProtocol, refuses_what_is_cut_short_or_too_long) {
  const std::string whole = serialise(Start{.arguments = {"a", "b"}, .environment = {}, .process_files = {"c"}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(parse(whole.substr(0, size))) << size;
  }
  EXPECT_FALSE(parse(whole + "x"));
  EXPECT_FALSE(parse("\x63"));
}

}  // namespace
}  // namespace continuo::init
