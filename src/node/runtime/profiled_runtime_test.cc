#include "node/runtime/profiled_runtime.hh"

#include <cmath>

#include <gtest/gtest.h>

#include <unistd.h>

#include "node/runtime/builtin_runtime.hh"
#include "node/runtime/fake_thread_clock.hh"
#include "node/runtime/onnx_model_for_tests.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

std::filesystem::path describe(const std::string& name, const std::string& json) {
  return test::write_file(std::filesystem::path{testing::TempDir()} / (std::to_string(::getpid()) + name), json);
}

std::filesystem::path profile(const std::string& mean, const std::string& sd) {
  return describe("profile.json", R"({"model": "profiled", "mean_ms": )" + mean + R"(, "sd_ms": )" + sd + R"(,
    "inputs": [{"name": "INPUT0", "datatype": "FP32", "shape": [-1]}],
    "outputs": [{"name": "OUTPUT0", "datatype": "FP32", "shape": [-1, 2], "fill": 0.5}]})");
}

Tensor input() { return make_tensor<float>("INPUT0", Datatype::fp32, {1}, std::vector{1.0F}); }

TEST(ProfiledRuntime, waits_for_the_mean_where_the_deviation_is_zero) {
  test::FakeThreadClock clock;
  ProfiledRuntime runtime{Seed{1}, clock};
  const auto answer = runtime.load(profile("12", "0"), {})->run(std::vector{input()});
  EXPECT_EQ(clock.waits, std::vector<Duration>{12ms});
  EXPECT_EQ(answer.at(0).shape, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(elements<float>(answer[0])[1], 0.5F);
}

TEST(ProfiledRuntime, draws_service_times_of_the_stated_mean_and_deviation) {
  test::FakeThreadClock clock;
  ProfiledRuntime runtime{Seed{1}, clock};
  const auto model = runtime.load(profile("10", "2"), {});
  constexpr int count = 10'000;
  for (int request = 0; request < count; ++request) {
    model->run(std::vector{input()});
  }
  double sum = 0;
  double squares = 0;
  for (const Duration wait : clock.waits) {
    sum += to_milliseconds(wait);
    squares += to_milliseconds(wait) * to_milliseconds(wait);
  }
  const double mean = sum / count;
  EXPECT_NEAR(mean, 10.0, 0.1);  // five standard errors: 5 * 2 / sqrt(10000)
  EXPECT_NEAR(std::sqrt(squares / count - mean * mean), 2.0, 0.1);
}

TEST(ProfiledRuntime, gives_the_same_times_for_the_same_seed_and_others_for_each_model) {
  test::FakeThreadClock clock;
  ProfiledRuntime first{Seed{7}, clock};
  ProfiledRuntime second{Seed{7}, clock};
  first.load(profile("10", "2"), {})->run(std::vector{input()});
  second.load(profile("10", "2"), {})->run(std::vector{input()});
  second.load(profile("10", "2"), {})->run(std::vector{input()});
  EXPECT_EQ(clock.waits.at(0), clock.waits.at(1));
  EXPECT_NE(clock.waits.at(1), clock.waits.at(2));
}

TEST(ProfiledRuntime, never_waits_for_less_than_nothing) {
  test::FakeThreadClock clock;
  ProfiledRuntime runtime{Seed{1}, clock};
  const auto model = runtime.load(profile("0", "5"), {});
  for (int request = 0; request < 100; ++request) {
    model->run(std::vector{input()});
  }
  for (const Duration wait : clock.waits) {
    EXPECT_GE(wait, 0ns);
  }
}

TEST(ProfiledRuntime, refuses_a_profile_that_makes_no_sense) {
  test::FakeThreadClock clock;
  ProfiledRuntime runtime{Seed{1}, clock};
  EXPECT_THROW(runtime.load(profile("-1", "0"), {}), RuntimeError);
  EXPECT_THROW(runtime.load(profile("\"12 ms\"", "0"), {}), RuntimeError);
  EXPECT_THROW(runtime.load(describe("huge.json", R"({"model": "profiled", "mean_ms": 1, "sd_ms": 0, "inputs": [],
    "outputs": [{"name": "o", "datatype": "FP32", "shape": [1000000000]}]})"), {}), RuntimeError);
}

TEST(BuiltinRuntime, burns_the_stated_cpu_time_of_its_thread) {
  test::FakeThreadClock clock;
  BuiltinRuntime runtime{clock};
  const auto model = runtime.load(describe("burn.json", R"({"model": "burn", "cpu_ms": 20})"), {});
  const Duration before = clock.cpu_time();
  model->run(std::vector{input()});
  // One look of 1 ms to start, 20 looks until 20 ms are used, and this one.
  EXPECT_EQ(clock.cpu_time() - before, 22ms);
}

TEST(BuiltinRuntime, answers_a_burn_with_as_many_elements_as_it_is_told) {
  test::FakeThreadClock clock;
  BuiltinRuntime runtime{clock};
  const std::vector<float> given{1, 2, 3};
  const std::vector inputs{make_tensor<float>("INPUT0", Datatype::fp32, {3}, given)};
  const auto two = runtime.load(describe("burn-two.json", R"({"model": "burn", "cpu_ms": 1, "answer": 2})"), {});
  EXPECT_EQ(two->run(inputs).front().shape, (std::vector<std::int64_t>{2}));
  const Tensor answer = two->run(inputs).front();
  EXPECT_EQ(elements<float>(answer)[1], 2.0F);
  const auto nine = runtime.load(describe("burn-nine.json", R"({"model": "burn", "cpu_ms": 1, "answer": 9})"), {});
  EXPECT_EQ(nine->run(inputs).front().shape, (std::vector<std::int64_t>{3})) << "there are no more";
  EXPECT_THROW(runtime.load(describe("burn-none.json", R"({"model": "burn", "cpu_ms": 1, "answer": 0})"), {}), RuntimeError);
}

}  // namespace
}  // namespace continuo
