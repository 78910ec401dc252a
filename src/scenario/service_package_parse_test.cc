#include "scenario/service_package_parse.hh"

#include <gtest/gtest.h>

#include "scenario/digest.hh"
#include "scenario/test_files.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

TEST(ParseManifest, reads_every_key) {
  const auto text = TestdataFiles{}.read("packages/face/manifest.yaml", Bytes::mebibytes(1));
  ASSERT_TRUE(text.has_value());
  const auto parsed = parse_manifest(*text, "packages/face");
  ASSERT_TRUE(std::holds_alternative<ServicePackage>(parsed))
      << to_string(std::get<std::vector<ScenarioError>>(parsed));
  const auto& package = std::get<ServicePackage>(parsed);
  EXPECT_EQ(package.name, "face-detect");
  EXPECT_EQ(package.task, "face-detection");
  EXPECT_EQ(package.folder, "packages/face");
  ASSERT_EQ(package.outputs.size(), 2U);
  EXPECT_EQ(package.outputs[0].shape, (std::vector<std::int64_t>{-1, 4}));
  ASSERT_EQ(package.steps.size(), 4U);
  EXPECT_EQ(package.steps[0].kind, "decode");
  EXPECT_TRUE(package.steps[0].options.empty());
  EXPECT_EQ(package.steps[1].kind, "letterbox");
  EXPECT_EQ(package.steps[1].options.at("size"), StepOption{128.0});
  EXPECT_EQ(package.steps[1].options.at("fill"), StepOption{std::string{"black"}});
  EXPECT_EQ(package.steps[3].options.at("weighted"), StepOption{true});
  ASSERT_EQ(package.variants.size(), 2U);
  const Variant& variant = package.variants[0];
  EXPECT_EQ(variant.memory, 60_MiB);
  EXPECT_EQ(variant.service_time, 5ms);
  EXPECT_EQ(variant.service_time_sd, 1ms);
  EXPECT_EQ(variant.service_time_next, 2ms);
  EXPECT_EQ(variant.accuracy, 0.9);
  ASSERT_EQ(variant.files.size(), 1U);
  EXPECT_EQ(variant.files[0].name, "detect");
  EXPECT_EQ(variant.files[0].path, "models/detect.onnx");
  EXPECT_EQ(variant.files[0].size, Bytes::of(421'875));
  ASSERT_TRUE(package.sample.has_value());
  EXPECT_EQ(package.sample->size, 65_kB);
  EXPECT_EQ(package.response_size, 400_B);
  EXPECT_EQ(package.digest, sha256_hex(*text));
}

TEST(ParseManifest, keeps_files_inside_the_package) {
  for (const char* path : {"/etc/passwd", "../secret", "a/../../secret"}) {
    const auto parsed = parse_manifest(std::string{"sample: {path: "} + path + "}", "p");
    ASSERT_TRUE(std::holds_alternative<std::vector<ScenarioError>>(parsed));
    EXPECT_NE(to_string(std::get<std::vector<ScenarioError>>(parsed)).find("leads out of the package"), std::string::npos) << path;
  }
}

}  // namespace
}  // namespace continuo
