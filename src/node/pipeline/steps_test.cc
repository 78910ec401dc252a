// Steps as a manifest states them: good options work, bad ones are told by name.
#include "node/pipeline/steps.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/pipeline/image_tensor.hh"

namespace continuo {
namespace {

using testing::HasSubstr;

std::string error_of(const Step& step) {
  ServicePackage package;
  package.outputs = {{"score", "FP32", {-1}}};
  StepContext context{package, [](const std::string&) -> LoadedModel& { throw PackageError("no such file"); },
                      [](const std::string&) -> std::filesystem::path { throw PackageError("no such file"); }};
  try {
    make_step(step, context);
  } catch (const PackageError& error) {
    return error.what();
  }
  return "none";
}

TEST(Steps, refuse_kinds_and_options_that_do_not_exist) {
  EXPECT_THAT(error_of({"blur", {}}), HasSubstr("there is no step 'blur'; there are decode, letterbox"));
  EXPECT_THAT(error_of({"letterbox", {{"size", 128.0}, {"colour", 0.0}}}), HasSubstr("letterbox has no option 'colour'"));
  EXPECT_THAT(error_of({"crop", {{"size", 1.0}}}), HasSubstr("it has none"));
}

TEST(Steps, refuse_values_out_of_range_and_of_the_wrong_type) {
  EXPECT_THAT(error_of({"letterbox", {}}), HasSubstr("'size' is missing"));
  EXPECT_THAT(error_of({"letterbox", {{"size", 0.0}}}), HasSubstr("between 1 and 4096"));
  EXPECT_THAT(error_of({"letterbox", {{"size", 12.5}}}), HasSubstr("whole number"));
  EXPECT_THAT(error_of({"letterbox", {{"size", std::string{"big"}}}}), HasSubstr("must be a number"));
  EXPECT_THAT(error_of({"normalise", {{"layout", std::string{"hwc"}}}}), HasSubstr("must be one of nchw, nhwc"));
  EXPECT_THAT(error_of({"normalise", {{"mean", std::string{"1 2"}}}}), HasSubstr("one number or three"));
  EXPECT_THAT(error_of({"normalise", {{"mean", std::string{"1 2 x"}}}}), HasSubstr("numbers with spaces"));
  EXPECT_THAT(error_of({"normalise", {{"deviation", 0.0}}}), HasSubstr("above zero"));
  EXPECT_THAT(error_of({"resize", {{"longest", 10.0}, {"enlarge", 1.0}}}), HasSubstr("true or false"));
  EXPECT_THAT(error_of({"detect-text", {{"unclip", 9.0}}}), HasSubstr("between 0.5 and 4"));
}

TEST(Steps, refuse_outputs_that_do_not_fit_the_contract) {
  EXPECT_EQ(error_of({"output", {}}), "none");
  EXPECT_THAT(error_of({"output", {{"score", std::string{"box"}}}}), HasSubstr("datatype FP32 and shape [-1,4]"));
  EXPECT_THAT(error_of({"output", {{"score", std::string{"colour"}}}}), HasSubstr("one of box, corners, score"));
  EXPECT_THAT(error_of({"output", {{"scores", std::string{"score"}}}}), HasSubstr("no option 'scores'"));
}

TEST(ImageTensor, lays_out_channels_in_the_order_of_the_network) {
  cv::Mat image(1, 2, CV_8UC3);
  image.at<cv::Vec3b>(0, 0) = {0, 51, 255};  // blue, green, red
  image.at<cv::Vec3b>(0, 1) = {255, 0, 0};
  const auto values = [&](const Normalisation& normalisation, int width_min = 0) {
    const Tensor tensor = image_tensor("x", image, normalisation, width_min);
    const auto view = elements<float>(tensor);
    return std::vector<float>(view.begin(), view.end());
  };
  EXPECT_EQ(values({.layout = TensorLayout::nhwc, .order = ChannelOrder::rgb}),
            (std::vector<float>{1.0F, 0.2F, 0.0F, 0.0F, 0.0F, 1.0F}));
  EXPECT_EQ(values({.layout = TensorLayout::nchw, .order = ChannelOrder::bgr}),
            (std::vector<float>{0.0F, 1.0F, 0.2F, 0.0F, 1.0F, 0.0F}));
  // (x / 255 - 0.5) / 0.5, and zeros to the right after normalisation.
  EXPECT_EQ(values({.layout = TensorLayout::nchw, .order = ChannelOrder::bgr, .mean = {0.5, 0.5, 0.5},
                    .deviation = {0.5, 0.5, 0.5}}, 3),
            (std::vector<float>{-1.0F, 1.0F, 0.0F, -0.6F, -1.0F, 0.0F, 1.0F, -1.0F, 0.0F}));
}

TEST(Classifier, softmax_and_top_k_name_the_likeliest_classes) {
  ServicePackage package;
  package.labels = {"cat", "dog", "cow"};
  StepContext context{package, {}, {}};
  const RequestParameters parameters;
  PipelineState state{.inputs = {}, .parameters = parameters};
  // Differences of ln 2 and ln 4: shares 1/7, 4/7, 2/7.
  state.network_outputs = {
      make_tensor<float>("logits", Datatype::fp32, {1, 3}, std::vector{0.0F, 1.3862944F, 0.6931472F})};
  make_step({"softmax", {}}, context)->run(state);
  make_step({"top-k", {{"count", 2.0}}}, context)->run(state);
  ASSERT_EQ(state.findings.size(), 2U);
  EXPECT_EQ(state.findings[0].text, "dog");
  EXPECT_NEAR(state.findings[0].score, 4.0 / 7, 1e-6);
  EXPECT_EQ(state.findings[1].text, "cow");
  EXPECT_EQ(state.findings[1].index, 2);
}

TEST(Output, does_not_answer_with_another_number_of_key_points_than_the_manifest_says) {
  ServicePackage package;
  package.outputs = {{"keypoint", "FP32", {-1, 2, 2}}};
  StepContext context{package, {}, {}};
  const auto step = make_step({"output", {}}, context);
  const RequestParameters parameters;
  PipelineState state{.inputs = {}, .parameters = parameters};
  state.findings.resize(1);
  state.findings[0].keypoints = {{1.0F, 2.0F}, {3.0F, 4.0F}};
  step->run(state);
  EXPECT_EQ(state.outputs.at(0).shape, (std::vector<std::int64_t>{1, 2, 2}));
  state.findings[0].keypoints.pop_back();
  EXPECT_THROW(step->run(state), RuntimeError);
}

}  // namespace
}  // namespace continuo
