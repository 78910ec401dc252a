// From a map of text probability to rectangles of text (differentiable binarisation, arXiv:1911.08947, as PP-OCR uses it).
#pragma once

#include <vector>

#include <opencv2/core.hpp>

#include "node/pipeline/step.hh"

namespace continuo {

struct TextDetection {
  double pixel_min = 0.3;   // a pixel is text above this
  double score_min = 0.5;   // mean probability inside a rectangle
  double unclip = 1.5;      // how far a rectangle grows: area * unclip / perimeter on each side
};

// `probability`: CV_32FC1, the canvas of `placement`. Rectangles in pixels of an image of `image_size`, clipped to it.
std::vector<Finding> detect_text(const cv::Mat& probability, const TextDetection& options,
                                 const CanvasPlacement& placement, cv::Size image_size);

// Lines from top to bottom, each from left to right.
void sort_in_reading_order(std::vector<Finding>& findings);

// What a rectangle holds, upright: as wide as its longer horizontal edge, turned a quarter if it is much higher than wide.
cv::Mat cut_out(const cv::Mat& image, const Finding& finding);

}  // namespace continuo
