// A label as a camera would see it: text on a plate, then rotation, blur and noise.
#pragma once

#include <opencv2/core.hpp>
#include <string_view>

#include "render-labels/typeface.hh"
#include "units/rng.hh"

namespace continuo {

struct LabelStyle {
  int pixels;           // an em
  double fill;          // share of the plate's width that the text takes
  double height;        // the plate's height, in heights of the text
  cv::Scalar plate;     // blue, green, red
  cv::Scalar ink;
};
// 14 to 72 pixels an em, fill 0.7 to 0.9; three of four are dark on light.
LabelStyle draw_style(Rng& rng);

// 8 bits, blue green red. The plate is 160 to 640 pixels wide: the letters' size is changed if they do not fit that.
cv::Mat draw_label(std::string_view text, Typeface& typeface, LabelStyle style);

// Rotated by up to 5 degrees (the picture grows with the plate's colour), blurred with sigma 0.8 to 1.5.
cv::Mat take_askew(const cv::Mat& label, const cv::Scalar& plate, Rng& rng);

// Adds normal noise of this standard deviation to every channel of every pixel.
void add_noise(cv::Mat& image, double sigma, Rng& rng);

// The picture on a larger even surface of the same colour: `margin` pixels more on each side.
cv::Mat surround(const cv::Mat& label, const cv::Scalar& plate, int margin);

}  // namespace continuo
