#include "render-labels/label_image.hh"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace continuo {

namespace {

constexpr int width_min = 160;
constexpr int width_max = 640;
constexpr int em_min = 14;
constexpr int em_max = 72;
constexpr double tilt_max_degrees = 5.0;

double between(double low, double high, Rng& rng) { return low + (high - low) * rng.uniform(); }

// A grey with a tint: three channels that differ by at most 30.
cv::Scalar draw_colour(double low, double high, Rng& rng) {
  const double grey = between(low, high, rng);
  cv::Scalar colour;
  for (int channel = 0; channel < 3; ++channel) {
    colour[channel] = std::clamp(grey + between(-15.0, 15.0, rng), 0.0, 255.0);
  }
  return colour;
}

}  // namespace

LabelStyle draw_style(Rng& rng) {
  LabelStyle style{};
  style.pixels = em_min + static_cast<int>(rng.below(em_max - em_min + 1));
  style.fill = between(0.7, 0.9, rng);
  style.height = between(1.6, 2.4, rng);
  const cv::Scalar light = draw_colour(180.0, 245.0, rng);
  const cv::Scalar dark = draw_colour(10.0, 70.0, rng);
  const bool dark_on_light = rng.below(4) != 0;
  style.plate = dark_on_light ? light : dark;
  style.ink = dark_on_light ? dark : light;
  return style;
}

cv::Mat draw_label(std::string_view text, Typeface& typeface, LabelStyle style) {
  cv::Mat coverage = typeface.draw(text, style.pixels);
  const double width = coverage.cols / style.fill;
  if (width < width_min || width > width_max) {
    const double factor = (width < width_min ? width_min : width_max) / width;
    style.pixels = std::clamp(static_cast<int>(style.pixels * factor), em_min, em_max);
    coverage = typeface.draw(text, style.pixels);
  }
  const int columns = std::clamp(static_cast<int>(coverage.cols / style.fill), width_min, width_max);
  const int rows = static_cast<int>(coverage.rows * style.height);
  cv::Mat image{rows, columns, CV_8UC3, style.plate};
  const int left = (columns - coverage.cols) / 2;
  const int top = (rows - coverage.rows) / 2;
  for (int y = 0; y < coverage.rows; ++y) {
    for (int x = 0; x < coverage.cols; ++x) {
      if (left + x < 0 || left + x >= columns) continue;
      const double ink = coverage.at<std::uint8_t>(y, x) / 255.0;
      auto& pixel = image.at<cv::Vec3b>(top + y, left + x);
      for (int channel = 0; channel < 3; ++channel) {
        pixel[channel] = static_cast<std::uint8_t>(
            std::lround(ink * style.ink[channel] + (1.0 - ink) * style.plate[channel]));
      }
    }
  }
  return image;
}

cv::Mat take_askew(const cv::Mat& label, const cv::Scalar& plate, Rng& rng) {
  const double degrees = between(-tilt_max_degrees, tilt_max_degrees, rng);
  const double sigma = between(0.8, 1.5, rng);
  const double radians = degrees * CV_PI / 180.0;
  const int columns = static_cast<int>(label.cols * std::cos(radians) + label.rows * std::abs(std::sin(radians)));
  const int rows = static_cast<int>(label.rows * std::cos(radians) + label.cols * std::abs(std::sin(radians)));
  cv::Mat turn = cv::getRotationMatrix2D(cv::Point2f(0.5F * static_cast<float>(label.cols),
                                                     0.5F * static_cast<float>(label.rows)), degrees, 1.0);
  turn.at<double>(0, 2) += 0.5 * (columns - label.cols);
  turn.at<double>(1, 2) += 0.5 * (rows - label.rows);
  cv::Mat turned;
  cv::warpAffine(label, turned, turn, cv::Size{columns, rows}, cv::INTER_LINEAR, cv::BORDER_CONSTANT, plate);
  cv::GaussianBlur(turned, turned, cv::Size{}, sigma);
  return turned;
}

void add_noise(cv::Mat& image, double sigma, Rng& rng) {
  for (int y = 0; y < image.rows; ++y) {
    for (int x = 0; x < image.cols * image.channels(); ++x) {
      auto& value = image.ptr<std::uint8_t>(y)[x];
      value = cv::saturate_cast<std::uint8_t>(value + sigma * rng.normal());
    }
  }
}

cv::Mat surround(const cv::Mat& label, const cv::Scalar& plate, int margin) {
  cv::Mat image;
  cv::copyMakeBorder(label, image, margin, margin, margin, margin, cv::BORDER_CONSTANT, plate);
  return image;
}

}  // namespace continuo
