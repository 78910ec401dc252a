// The real program measuring service times.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include "calibration/profiles_json.hh"
#include "emulate/test_support/small_network.hh"
#include "program.hh"

namespace continuo {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;

const std::string burn = fs::path{CONTINUO_SOURCE_DIR} / "services/burn";

// What the program writes beside its output goes into a folder of the test's own.
class Profiling : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_emulation(); !why.empty()) GTEST_SKIP() << why;
  }
  Profiling() {
    fs::create_directories(folder_.path() / "tmp");
    ::setenv("TMPDIR", (folder_.path() / "tmp").c_str(), 1);
  }
  ~Profiling() override { ::unsetenv("TMPDIR"); }
  bool nothing_is_left() const { return fs::is_empty(folder_.path() / "tmp"); }

  TemporaryFolder folder_;
  const std::string file_ = folder_.path() / "profiles.json";
};

TEST_F(Profiling, extends_its_file_and_replaces_what_it_measures_again) {
  const std::vector<std::string> half{"profile", burn, "--quota", "0.5", "-o", file_};
  const Finished first = StartedProgram{half}.wait();
  if (first.status == 3) GTEST_SKIP() << "this host did not give its CPU: " << first.errors;
  ASSERT_EQ(first.status, 0) << first.errors;
  ServiceProfiles kept = parse_profiles(read_text(file_));
  ASSERT_THAT(kept.profiles, SizeIs(1));
  EXPECT_EQ(kept.profiles[0].samples, 30U);
  // 20 ms of CPU time at half a core; what is done within one period of the quota is done at full speed.
  EXPECT_GT(kept.profiles[0].mean, std::chrono::milliseconds{20});
  EXPECT_LT(kept.profiles[0].mean, std::chrono::milliseconds{60});

  kept.profiles[0].samples = 7;
  ServiceProfile of_another = kept.profiles[0];
  of_another.package = "another";
  keep(kept, of_another);
  write_text(file_, serialise(kept));
  const Finished again = StartedProgram{half}.wait();
  if (again.status == 3) GTEST_SKIP() << "this host did not give its CPU: " << again.errors;
  ASSERT_EQ(again.status, 0) << again.errors;
  const ServiceProfiles extended = parse_profiles(read_text(file_));
  ASSERT_THAT(extended.profiles, SizeIs(2));
  EXPECT_EQ(extended.profiles[0].samples, 7U);
  EXPECT_EQ(extended.profiles[1].package, "burn");
  EXPECT_EQ(extended.profiles[1].samples, 30U);
  EXPECT_TRUE(nothing_is_left());
}

TEST_F(Profiling, ends_in_good_order_when_it_is_interrupted) {
  StartedProgram program{{"profile", burn, "--quota", "0.25", "-o", file_}};
  ASSERT_TRUE(program.wait_for("[1/1]"));
  program.signal(SIGINT);
  const Finished interrupted = program.wait();
  EXPECT_EQ(interrupted.status, 130) << interrupted.errors;
  EXPECT_FALSE(fs::exists(file_));
  EXPECT_TRUE(nothing_is_left());
}

}  // namespace
}  // namespace continuo
