// Which of the block devices are disks.
#include "os/disk.hh"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace continuo {
namespace {

TEST(Disks, are_the_block_devices_that_hold_anything_and_not_in_memory) {
  const auto folder = std::filesystem::temp_directory_path() / ("continuo-disk-test-" + std::to_string(::getpid()));
  const auto device = [&](const char* name, const char* number, const char* size) {
    std::filesystem::create_directories(folder / name);
    std::ofstream{folder / name / "dev"} << number << "\n";
    std::ofstream{folder / name / "size"} << size << "\n";
  };
  device("vdb", "254:16", "1000");
  device("nvme0n1", "259:0", "2000");
  device("loop0", "7:0", "10");
  device("zram0", "253:0", "10");
  device("sr0", "11:0", "0");
  const auto found = disks(folder);
  std::filesystem::remove_all(folder);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "nvme0n1");
  EXPECT_EQ(found[0].number, "259:0");
  EXPECT_EQ(found[1].number, "254:16");
}

}  // namespace
}  // namespace continuo
