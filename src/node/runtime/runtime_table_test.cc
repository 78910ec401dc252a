#include "node/runtime/runtime_table.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include "node/runtime/fake_thread_clock.hh"
#include "node/runtime/onnx_model_for_tests.hh"
#include "node/runtime/onnx_runtime.hh"
#include "node/runtime/shared_library.hh"

namespace continuo {
namespace {

using testing::HasSubstr;

TEST(RuntimeTable, always_has_the_runtimes_that_need_no_library) {
  test::FakeThreadClock clock;
  const RuntimeTable table{{.module_folder = "/nonexistent"}, clock};
  EXPECT_NE(table.find("builtin"), nullptr);
  EXPECT_NE(table.find("profiled"), nullptr);
  EXPECT_EQ(table.find("tensorrt"), nullptr);
}

TEST(RuntimeTable, says_why_a_runtime_is_absent) {
  test::FakeThreadClock clock;
  const RuntimeTable table{{.onnxruntime_library = "/nonexistent/libonnxruntime.so.1", .module_folder = "/nonexistent"},
                           clock};
  const auto list = table.availability();
  ASSERT_EQ(list.size(), 4U);
  EXPECT_EQ(list[0].name, "onnxruntime");
  EXPECT_FALSE(list[0].available);
  EXPECT_THAT(list[0].reason, HasSubstr("libonnxruntime.so.1"));
  EXPECT_EQ(list[1].name, "opencv");
  EXPECT_FALSE(list[1].available);
  EXPECT_THAT(list[1].reason, HasSubstr("/nonexistent/continuo_runtime_opencv.so"));
}

TEST(RuntimeTable, lacks_opencv_where_the_library_that_the_module_needs_is_absent) {
  test::FakeThreadClock clock;
  const auto folder = std::filesystem::path{testing::TempDir()} / ("module_without_library-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  test::write_file(folder / "continuo_runtime_opencv.so", std::string{"\0libc.so.6\0libopencv_dnn.so.999\0libm", 36});
  const auto opencv = [&] { return RuntimeTable{{.module_folder = folder}, clock}.availability().at(1); };
  EXPECT_FALSE(opencv().available);
  EXPECT_EQ(opencv().reason, "there is no libopencv_dnn.so.999 on this machine");
  test::write_file(folder / "libopencv_dnn.so.999", "");
  EXPECT_TRUE(opencv().available);
  std::filesystem::remove_all(folder);
}

TEST(RuntimeTable, lacks_what_the_node_is_said_not_to_have) {
  test::FakeThreadClock clock;
  const RuntimeTable table{{.module_folder = "/nonexistent", .only = {{"profiled"}}}, clock};
  EXPECT_EQ(table.find("builtin"), nullptr);
  EXPECT_NE(table.find("profiled"), nullptr);
  EXPECT_EQ(table.availability()[2].reason, "this node is said not to have it");
}

TEST(RuntimeTable, refuses_a_name_that_it_does_not_know) {
  test::FakeThreadClock clock;
  EXPECT_THROW(RuntimeTable({.module_folder = "", .only = {{"onnx"}}}, clock), RuntimeError);
}

TEST(RuntimeTable, knows_no_version_before_a_library_is_loaded) {
  test::FakeThreadClock clock;
  const RuntimeTable table{{.module_folder = CONTINUO_BINARY_DIR "/bin"}, clock};
  EXPECT_EQ(table.availability()[0].version, "");
  EXPECT_EQ(table.availability()[1].version, "");
}

TEST(OnnxRuntime, says_that_a_library_is_not_the_one_expected) {
  OnnxRuntime runtime{"libm.so.6"};
  try {
    runtime.load("/nonexistent.onnx", {});
    FAIL();
  } catch (const RuntimeError& error) {
    EXPECT_THAT(error.what(), HasSubstr("libm.so.6 has no OrtGetApiBase"));
  }
}

TEST(LinkerCache, gives_the_path_of_a_library_and_nothing_for_an_unknown_one) {
  const auto cache = test::write_file(std::filesystem::path{testing::TempDir()} / ("ld.so.cache-" + std::to_string(::getpid())),
                                      std::string{"glibc-ld.so.cache1.1\0\0libx.so.1\0/usr/lib/libx.so.1\0/opt/liby.so\0", 64});
  EXPECT_EQ(in_linker_cache("libx.so.1", cache), std::filesystem::path{"/usr/lib/libx.so.1"});
  EXPECT_EQ(in_linker_cache("liby.so", cache), std::filesystem::path{"/opt/liby.so"});
  EXPECT_FALSE(in_linker_cache("libz.so", cache));
  EXPECT_FALSE(in_linker_cache("libx.so.1", "/nonexistent"));
}

}  // namespace
}  // namespace continuo
