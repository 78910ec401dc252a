// Anchors, suppression and letterbox, with values worked out by hand.
#include <cmath>

#include <gtest/gtest.h>

#include "node/pipeline/anchors.hh"
#include "node/pipeline/steps.hh"
#include "node/pipeline/suppression.hh"

namespace continuo {
namespace {

Finding box(float left, float top, float right, float bottom, float score) {
  Finding finding;
  finding.corners = corners_of({left, top}, {right, bottom});
  finding.score = score;
  return finding;
}

TEST(Anchors, lie_row_by_row_at_the_centres_of_the_cells_of_each_layer) {
  const AnchorScheme scheme{.size = 128, .layers = {{8, 2}, {16, 6}}, .keypoints = 6};
  const auto centres = anchor_centres(scheme);
  ASSERT_EQ(centres.size(), 896U);  // 16 * 16 * 2 + 8 * 8 * 6
  EXPECT_EQ(centres[0], (cv::Point2f{4, 4}));
  EXPECT_EQ(centres[1], (cv::Point2f{4, 4}));
  EXPECT_EQ(centres[2], (cv::Point2f{12, 4}));
  EXPECT_EQ(centres[32], (cv::Point2f{4, 12}));   // second row: after 16 cells of 2
  EXPECT_EQ(centres[512], (cv::Point2f{8, 8}));   // second layer
  EXPECT_EQ(centres[895], (cv::Point2f{120, 120}));
}

TEST(Anchors, carry_boxes_and_key_points_relative_to_their_centre) {
  const std::vector<cv::Point2f> centres{{4, 4}, {12, 4}};
  const std::vector<float> logits{-10.0F, 0.0F};  // scores 0.00005 and exactly 0.5
  const std::vector<float> values{0, 0, 0, 0, 0, 0, /*second*/ 2, 1, 10, 6, -1, 3};
  // The canvas is half the image, shifted by 4 columns: image = (canvas - (4, 0)) * 2.
  const CanvasPlacement placement{{0.5, 0.5}, {4, 0}};
  const auto findings = decode_anchors(centres, logits, values, 1, 0.5F, placement);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_FLOAT_EQ(findings[0].score, 0.5F);
  // Centre (14, 5), size 10 x 6: (9, 2) to (19, 8) on the canvas.
  EXPECT_EQ(findings[0].corners[0], (cv::Point2f{10, 4}));
  EXPECT_EQ(findings[0].corners[2], (cv::Point2f{30, 16}));
  // Key point: (12 - 1, 4 + 3) on the canvas.
  EXPECT_EQ(findings[0].keypoints.at(0), (cv::Point2f{14, 14}));
}

TEST(Overlap, is_intersection_over_union) {
  EXPECT_DOUBLE_EQ(overlap(box(0, 0, 10, 10, 1), box(0, 0, 10, 10, 1)), 1.0);
  EXPECT_DOUBLE_EQ(overlap(box(0, 0, 10, 10, 1), box(5, 0, 15, 10, 1)), 50.0 / 150.0);
  EXPECT_DOUBLE_EQ(overlap(box(0, 0, 10, 10, 1), box(20, 20, 30, 30, 1)), 0.0);
  EXPECT_DOUBLE_EQ(overlap(box(5, 5, 5, 5, 1), box(5, 5, 5, 5, 1)), 0.0);  // no area
}

TEST(Suppression, turns_overlapping_boxes_into_their_mean_weighted_by_score) {
  // Overlap 90 / 110. Left edge: (0.6 * 0 + 0.2 * 1) / 0.8 = 0.25.
  const auto kept = suppress_non_maxima({box(1, 0, 11, 10, 0.2F), box(0, 0, 10, 10, 0.6F), box(50, 50, 60, 60, 0.5F)}, 0.3);
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_FLOAT_EQ(kept[0].score, 0.6F);
  EXPECT_FLOAT_EQ(kept[0].corners[0].x, 0.25F);
  EXPECT_FLOAT_EQ(kept[0].corners[2].x, 10.25F);
  EXPECT_FLOAT_EQ(kept[1].score, 0.5F);
}

TEST(Suppression, keeps_boxes_that_overlap_too_little) {
  EXPECT_EQ(suppress_non_maxima({box(0, 0, 10, 10, 0.6F), box(6, 0, 16, 10, 0.5F)}, 0.3).size(), 2U);  // 40 / 160
  EXPECT_TRUE(suppress_non_maxima({}, 0.3).empty());
}

class CanvasSteps : public testing::Test {
 protected:
  PipelineState& run(const Step& step, const cv::Mat& image) {
    StepContext context{package_, {}, {}};
    state_.image = image;
    state_.canvas = image;
    EXPECT_FALSE(make_step(step, context)->run(state_));
    return state_;
  }

  ServicePackage package_;
  RequestParameters parameters_;
  PipelineState state_{.inputs = {}, .parameters = parameters_};
};

TEST_F(CanvasSteps, letterbox_puts_a_wide_image_in_the_middle_and_black_around_it) {
  // 64 x 32 into 16 x 16: scale 1/4, so 16 x 8, with 4 black rows above and below.
  const auto& state = run({"letterbox", {{"size", 16.0}}}, cv::Mat(32, 64, CV_8UC3, cv::Scalar::all(200)));
  ASSERT_EQ(state.canvas.size(), (cv::Size{16, 16}));
  EXPECT_EQ(state.canvas.at<cv::Vec3b>(3, 8), (cv::Vec3b{0, 0, 0}));
  EXPECT_EQ(state.canvas.at<cv::Vec3b>(4, 8), (cv::Vec3b{200, 200, 200}));
  EXPECT_EQ(state.canvas.at<cv::Vec3b>(11, 8), (cv::Vec3b{200, 200, 200}));
  EXPECT_EQ(state.canvas.at<cv::Vec3b>(12, 8), (cv::Vec3b{0, 0, 0}));
  // The canvas's point (8, 8) is its centre, and so the image's.
  EXPECT_EQ(state.placement.to_image(8, 8), (cv::Point2f{32, 16}));
  EXPECT_EQ(state.placement.to_image(0, 4), (cv::Point2f{0, 0}));
}

TEST_F(CanvasSteps, letterbox_bears_an_image_of_one_row) {
  const auto& state = run({"letterbox", {{"size", 16.0}}}, cv::Mat(1, 16'000, CV_8UC3, cv::Scalar::all(9)));
  EXPECT_EQ(state.canvas.size(), (cv::Size{16, 16}));
}

TEST_F(CanvasSteps, resize_limits_the_longest_side_and_rounds_to_a_multiple) {
  const Step step{"resize", {{"longest", 960.0}, {"enlarge", false}, {"multiple", 32.0}}};
  EXPECT_EQ(run(step, cv::Mat(38, 191, CV_8UC3)).canvas.size(), (cv::Size{192, 32}));
  EXPECT_EQ(run(step, cv::Mat(107, 262, CV_8UC3)).canvas.size(), (cv::Size{256, 96}));
  EXPECT_EQ(run(step, cv::Mat(500, 741, CV_8UC3)).canvas.size(), (cv::Size{736, 512}));
  EXPECT_EQ(run(step, cv::Mat(1280, 1920, CV_8UC3)).canvas.size(), (cv::Size{960, 640}));
  EXPECT_EQ(run(step, cv::Mat(3, 9000, CV_8UC3)).canvas.size(), (cv::Size{960, 32}));
}

TEST_F(CanvasSteps, centre_crop_takes_the_middle) {
  cv::Mat image = cv::Mat::zeros(10, 20, CV_8UC3);
  image.at<cv::Vec3b>(3, 8) = {1, 2, 3};
  const auto& state = run({"centre-crop", {{"width", 4.0}, {"height", 4.0}}}, image);
  ASSERT_EQ(state.canvas.size(), (cv::Size{4, 4}));
  EXPECT_EQ(state.canvas.at<cv::Vec3b>(0, 0), (cv::Vec3b{1, 2, 3}));  // left (20 - 4) / 2 = 8, top (10 - 4) / 2 = 3
  EXPECT_EQ(state.placement.to_image(0, 0), (cv::Point2f{8, 3}));
}

}  // namespace
}  // namespace continuo
