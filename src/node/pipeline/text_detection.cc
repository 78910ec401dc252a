// Contours, rectangles, their order, and the pieces of image that they hold.
#include "node/pipeline/text_detection.hh"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace continuo {

namespace {

// All in pixels. The first two are sides on the canvas, before and after growing; the last one a side in the image.
constexpr float side_min = 3.0F;
constexpr float grown_side_min = 5.0F;
constexpr float image_side_min = 3.0F;
constexpr std::size_t rectangles_max = 1000;
constexpr double quarter_turn_ratio = 1.5;

double mean_inside(const cv::Mat& probability, const cv::RotatedRect& rectangle) {
  std::array<cv::Point2f, 4> corners;
  rectangle.points(corners.data());
  const cv::Rect whole{0, 0, probability.cols, probability.rows};
  const cv::Rect around = cv::boundingRect(std::vector<cv::Point2f>(corners.begin(), corners.end())) & whole;
  if (around.empty()) {
    return 0.0;
  }
  std::array<cv::Point, 4> polygon;
  std::ranges::transform(corners, polygon.begin(), [&](cv::Point2f corner) {
    return cv::Point{static_cast<int>(corner.x) - around.x, static_cast<int>(corner.y) - around.y};
  });
  cv::Mat mask = cv::Mat::zeros(around.size(), CV_8UC1);
  cv::fillPoly(mask, std::vector{std::vector<cv::Point>(polygon.begin(), polygon.end())}, cv::Scalar{1});
  return cv::mean(probability(around), mask)[0];
}

cv::RotatedRect grown(cv::RotatedRect rectangle, double ratio) {
  const double width = rectangle.size.width;
  const double height = rectangle.size.height;
  const auto distance = static_cast<float>(width * height * ratio / (2 * (width + height)));
  rectangle.size.width += 2 * distance;
  rectangle.size.height += 2 * distance;
  return rectangle;
}

// The two leftmost corners, upper first, then the two others: top left, top right, bottom right, bottom left.
std::array<cv::Point2f, 4> ordered_corners(const cv::RotatedRect& rectangle) {
  std::array<cv::Point2f, 4> corners;
  rectangle.points(corners.data());
  std::ranges::sort(corners, {}, &cv::Point2f::x);
  const auto [left_top, left_bottom] = std::minmax(corners[0], corners[1], [](auto a, auto b) { return a.y < b.y; });
  const auto [right_top, right_bottom] = std::minmax(corners[2], corners[3], [](auto a, auto b) { return a.y < b.y; });
  return {left_top, right_top, right_bottom, left_bottom};
}

float distance(cv::Point2f one, cv::Point2f other) { return static_cast<float>(cv::norm(one - other)); }

float top_of(const Finding& finding) { return std::min(finding.corners[0].y, finding.corners[1].y); }
float height_of(const Finding& finding) {
  return std::max(finding.corners[2].y, finding.corners[3].y) - top_of(finding);
}
float middle_of(const Finding& finding) { return top_of(finding) + height_of(finding) / 2; }

bool is_on_line_of(const Finding& finding, const Finding& neighbour) {
  return std::abs(middle_of(finding) - middle_of(neighbour)) < std::min(height_of(finding), height_of(neighbour)) / 2;
}

}  // namespace

std::vector<Finding> detect_text(const cv::Mat& probability, const TextDetection& options,
                                 const CanvasPlacement& placement, cv::Size image_size) {
  CV_Assert(probability.type() == CV_32FC1);
  const cv::Mat mask = probability > options.pixel_min;
  std::vector<std::vector<cv::Point>> contours;
  cv::findContours(mask, contours, cv::RETR_LIST, cv::CHAIN_APPROX_SIMPLE);
  std::vector<Finding> findings;
  for (const auto& contour : contours) {
    const cv::RotatedRect rectangle = cv::minAreaRect(contour);
    if (std::min(rectangle.size.width, rectangle.size.height) < side_min) {
      continue;
    }
    const double score = mean_inside(probability, rectangle);
    const cv::RotatedRect larger = grown(rectangle, options.unclip);
    if (score < options.score_min || std::min(larger.size.width, larger.size.height) < grown_side_min) {
      continue;
    }
    Finding finding;
    finding.score = static_cast<float>(score);
    finding.corners = ordered_corners(larger);
    for (cv::Point2f& corner : finding.corners) {
      const cv::Point2f point = placement.to_image(corner.x, corner.y);
      corner = {std::clamp(point.x, 0.0F, static_cast<float>(image_size.width)),
                std::clamp(point.y, 0.0F, static_cast<float>(image_size.height))};
    }
    if (distance(finding.corners[0], finding.corners[1]) > image_side_min &&
        distance(finding.corners[0], finding.corners[3]) > image_side_min && findings.size() < rectangles_max) {
      findings.push_back(std::move(finding));
    }
  }
  sort_in_reading_order(findings);
  return findings;
}

void sort_in_reading_order(std::vector<Finding>& findings) {
  std::ranges::stable_sort(findings, {}, top_of);
  for (auto line = findings.begin(); line != findings.end();) {
    auto end = line + 1;
    while (end != findings.end() && is_on_line_of(*end, *(end - 1))) {
      ++end;
    }
    std::ranges::stable_sort(line, end, {}, [](const Finding& finding) { return finding.corners[0].x; });
    line = end;
  }
}

cv::Mat cut_out(const cv::Mat& image, const Finding& finding) {
  const auto& corners = finding.corners;
  const int width = std::max(1, static_cast<int>(std::max(distance(corners[0], corners[1]), distance(corners[3], corners[2]))));
  const int height = std::max(1, static_cast<int>(std::max(distance(corners[0], corners[3]), distance(corners[1], corners[2]))));
  const auto right = static_cast<float>(width);
  const auto bottom = static_cast<float>(height);
  const std::array<cv::Point2f, 4> target{{{0, 0}, {right, 0}, {right, bottom}, {0, bottom}}};
  const cv::Mat transform = cv::getPerspectiveTransform(corners.data(), target.data());
  cv::Mat piece;
  cv::warpPerspective(image, piece, transform, {width, height}, cv::INTER_CUBIC, cv::BORDER_REPLICATE);
  if (height >= quarter_turn_ratio * width) {
    cv::rotate(piece, piece, cv::ROTATE_90_COUNTERCLOCKWISE);
  }
  return piece;
}

}  // namespace continuo
