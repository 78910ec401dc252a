// Finding lines of text in a map, their order, and decoding of characters, with values worked out by hand.
#include "node/pipeline/ctc.hh"

#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include <unistd.h>

#include "node/pipeline/anchors.hh"
#include "node/pipeline/text_detection.hh"

namespace continuo {
namespace {

CharacterSet characters(const std::string& dictionary, CharacterSet::Allow allow) {
  const auto file = std::filesystem::path{testing::TempDir()} / ("dictionary-" + std::to_string(::getpid()));
  std::ofstream{file, std::ios::binary} << dictionary;
  return {file, allow};
}

// Steps that are sure of one class each: its probability is 0.9 and that of all others 0.02.
std::vector<float> steps(const std::vector<std::size_t>& classes, std::size_t class_count) {
  std::vector<float> probabilities(classes.size() * class_count, 0.02F);
  for (std::size_t step = 0; step < classes.size(); ++step) {
    probabilities[step * class_count + classes[step]] = 0.9F;
  }
  return probabilities;
}

TEST(CharacterSet, is_the_blank_the_lines_and_a_space_with_no_newline_at_the_end_of_the_file) {
  const auto set = characters("a\nb\nc", CharacterSet::Allow::every_character);
  ASSERT_EQ(set.class_count(), 5U);
  EXPECT_EQ(set.character(1), "a");
  EXPECT_EQ(set.character(3), "c");
  EXPECT_EQ(set.character(4), " ");
  EXPECT_EQ(characters("a\nb\nc\n", CharacterSet::Allow::every_character).class_count(), 5U);
}

TEST(Ctc, skips_blanks_and_repeats_but_keeps_doubles_across_a_blank) {
  const auto set = characters("a\nb\nc", CharacterSet::Allow::every_character);
  // blank a a blank a b b blank space c
  const auto decoded = decode_ctc(steps({0, 1, 1, 0, 1, 2, 2, 0, 4, 3}, 5), set);
  EXPECT_EQ(decoded.text, "aab c");
  EXPECT_FLOAT_EQ(decoded.confidence, 0.9F);
}

TEST(Ctc, chooses_among_one_byte_characters_only_if_told_so) {
  const std::string dictionary = "(\n\xEF\xBC\x88";  // "(" and the full-width one
  auto probabilities = steps({2}, 4);
  probabilities[1] = 0.5F;
  EXPECT_EQ(decode_ctc(probabilities, characters(dictionary, CharacterSet::Allow::every_character)).text, "\xEF\xBC\x88");
  const auto decoded = decode_ctc(probabilities, characters(dictionary, CharacterSet::Allow::one_byte_characters));
  EXPECT_EQ(decoded.text, "(");
  EXPECT_FLOAT_EQ(decoded.confidence, 0.5F);
}

TEST(Ctc, has_no_confidence_in_no_text) {
  const auto set = characters("a", CharacterSet::Allow::every_character);
  EXPECT_EQ(decode_ctc(steps({0, 0}, 3), set).confidence, 0.0F);
  EXPECT_EQ(decode_ctc({}, set).text, "");
}

TEST(DetectText, grows_a_rectangle_by_area_times_unclip_over_perimeter_on_each_side) {
  cv::Mat probability = cv::Mat::zeros(64, 160, CV_32FC1);
  // The outline through the centres of its outermost pixels is 100 x 20.
  probability(cv::Rect{20, 20, 101, 21}).setTo(0.9F);
  // The canvas is half the image.
  const CanvasPlacement placement{{0.5, 0.5}, {0, 0}};
  const auto findings = detect_text(probability, {.unclip = 1.2}, placement, {320, 128});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_NEAR(findings[0].score, 0.9, 1e-6);
  // 100 * 20 * 1.2 / 240 = 10: from (10, 10) to (130, 50) on the canvas.
  EXPECT_NEAR(findings[0].corners[0].x, 20, 0.01);
  EXPECT_NEAR(findings[0].corners[0].y, 20, 0.01);
  EXPECT_NEAR(findings[0].corners[2].x, 260, 0.01);
  EXPECT_NEAR(findings[0].corners[2].y, 100, 0.01);
}

TEST(DetectText, drops_what_is_thin_or_unlikely_and_clips_to_the_image) {
  cv::Mat probability = cv::Mat::zeros(64, 160, CV_32FC1);
  probability(cv::Rect{0, 0, 60, 20}).setTo(0.8F);     // grows over the border
  probability(cv::Rect{80, 10, 60, 2}).setTo(0.9F);    // one pixel between its outermost centres
  probability(cv::Rect{80, 30, 60, 20}).setTo(0.45F);  // above 0.3, below 0.5
  const auto findings = detect_text(probability, {}, {}, {160, 64});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].corners[0], (cv::Point2f{0, 0}));
}

TEST(ReadingOrder, goes_line_by_line_and_from_left_to_right) {
  const auto at = [](float left, float top, const char* name) {
    Finding finding;
    finding.corners = corners_of({left, top}, {left + 50, top + 20});
    finding.text = name;
    return finding;
  };
  // The second line slants: its right part starts 6 pixels higher, less than half of the height.
  std::vector<Finding> findings{at(100, 34, "d"), at(0, 40, "c"), at(100, 0, "b"), at(0, 4, "a"), at(0, 80, "e")};
  sort_in_reading_order(findings);
  std::string order;
  for (const Finding& finding : findings) {
    order += finding.text;
  }
  EXPECT_EQ(order, "abcde");
}

TEST(CutOut, gives_the_piece_upright) {
  cv::Mat image = cv::Mat::zeros(100, 100, CV_8UC3);
  image(cv::Rect{20, 30, 20, 10}).setTo(cv::Scalar::all(255));
  Finding finding;
  finding.corners = corners_of({10, 30}, {50, 40});
  const cv::Mat piece = cut_out(image, finding);
  ASSERT_EQ(piece.size(), (cv::Size{40, 10}));
  EXPECT_EQ(piece.at<cv::Vec3b>(5, 5)[0], 0);
  EXPECT_EQ(piece.at<cv::Vec3b>(5, 20)[0], 255);
}

TEST(CutOut, turns_a_high_piece_on_its_side) {
  Finding finding;
  finding.corners = corners_of({10, 10}, {20, 60});
  EXPECT_EQ(cut_out(cv::Mat::zeros(100, 100, CV_8UC3), finding).size(), (cv::Size{50, 10}));
}

}  // namespace
}  // namespace continuo
