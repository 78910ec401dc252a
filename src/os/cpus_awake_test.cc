// What is asked of the kernel so that idle CPUs wake at once.
#include "os/cpus_awake.hh"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace continuo {
namespace {

TEST(CpusAwake, are_asked_for_by_a_latency_of_no_microseconds_in_binary) {
  const auto device = std::filesystem::temp_directory_path() / ("continuo-latency-test-" + std::to_string(::getpid()));
  std::ofstream{device};
  const FileDescriptor request = hold_cpus_awake(device);
  const auto written = read_file(device);
  std::filesystem::remove(device);
  EXPECT_TRUE(request.is_open());
  EXPECT_EQ(written, std::string(4, '\0'));
}

TEST(CpusAwake, are_not_held_where_the_kernel_has_no_such_device) {
  EXPECT_FALSE(hold_cpus_awake("/nowhere/cpu_dma_latency").is_open());
}

TEST(CpusAwake, are_not_held_by_a_device_that_takes_no_request) { EXPECT_FALSE(hold_cpus_awake("/dev/full").is_open()); }

}  // namespace
}  // namespace continuo
