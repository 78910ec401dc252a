// The bytes of a capture file, as its format has them.
#include "emulate/fabric/packet_capture.hh"

#include <gtest/gtest.h>
#include <unistd.h>

#include "emulate/test_support/packets.hh"
#include "os/file_descriptor.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

struct TemporaryFile {
  std::filesystem::path path = std::filesystem::path{::testing::TempDir()} / ("capture-" + std::to_string(::getpid()));
  ~TemporaryFile() { std::filesystem::remove(path); }
};

TEST(PacketCapture, writes_a_pcap_file_of_raw_IP_with_nanoseconds) {
  TemporaryFile file;
  const auto [header, bytes] = super_packet4(Ipv4::of(10, 77, 0, 2), 2, 1000);
  {
    PacketCapture capture{file.path};
    capture.add(scenario_start + 2s + 7ns, {.header = header, .head = bytes});
    EXPECT_EQ(capture.lost(), 0U);
  }
  const std::string text = read_file(file.path).value();
  ASSERT_EQ(text.size(), 24U + 16U + 46U);
  EXPECT_EQ(text.substr(0, 4), "\x4d\x3c\xb2\xa1");           // little-endian, nanoseconds
  EXPECT_EQ(text.substr(20, 4), std::string("\x65\0\0\0", 4));  // LINKTYPE_RAW
  EXPECT_EQ(text.substr(24, 4), std::string("\2\0\0\0", 4));    // seconds
  EXPECT_EQ(text.substr(28, 4), std::string("\7\0\0\0", 4));    // nanoseconds
  EXPECT_EQ(text.substr(32, 4), std::string("\x2e\0\0\0", 4));  // 46 bytes kept
  EXPECT_EQ(text.substr(36, 4), std::string("\x2e\0\0\0", 4));  // of 46
  EXPECT_EQ(text[40], 0x45);
  // The checksum of TCP is there: all of it, summed, gives ffff (the pseudo-header is in no packet; it is left out of the test
  // packet too, whose field holds 0 in its place).
  EXPECT_NE(text.substr(40 + 36, 2), std::string(2, '\0'));
}

TEST(PacketCapture, says_where_it_cannot_write) {
  EXPECT_THROW(PacketCapture{"/no/such/folder/file.pcap"}, std::system_error);
}

TEST(PacketCapture, says_that_it_lacks_what_a_full_disk_did_not_take) {
  TemporaryFile file;
  const auto [header, bytes] = super_packet4(Ipv4::of(10, 77, 0, 2), 2, 1000);
  PacketCapture good{file.path};
  good.add(scenario_start, {.header = header, .head = bytes});
  EXPECT_TRUE(good.is_complete());
  PacketCapture full{"/dev/full"};
  full.add(scenario_start, {.header = header, .head = bytes});
  EXPECT_FALSE(full.is_complete());
  EXPECT_FALSE(full.is_complete()) << "nor later";
}

}  // namespace
}  // namespace continuo
