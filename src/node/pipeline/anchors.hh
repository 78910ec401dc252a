// The anchors of a single-shot detector, and boxes relative to them (BlazeFace, arXiv:1907.05047).
#pragma once

#include <span>
#include <vector>

#include "node/pipeline/step.hh"

namespace continuo {

struct AnchorLayer {
  int stride = 8;           // pixels of the network's input from cell to cell
  int anchors_per_cell = 2;
};

struct AnchorScheme {
  int size = 128;  // side of the network's square input
  std::vector<AnchorLayer> layers;
  int keypoints = 6;
};

// Centres in pixels of the network's input, in the order of the outputs: layer, row, column, anchor of the cell.
std::vector<cv::Point2f> anchor_centres(const AnchorScheme& scheme);

// Findings of at least `score_min`. `logits`: one for each anchor. `values`: for each anchor dx, dy, width, height and
// dx, dy of each key point, in pixels of the network's input, relative to the anchor's centre. y grows downwards.
std::vector<Finding> decode_anchors(std::span<const cv::Point2f> centres, std::span<const float> logits,
                                    std::span<const float> values, int keypoints, float score_min,
                                    const CanvasPlacement& placement);

// A finding between two corners, sides parallel to the axes.
std::array<cv::Point2f, 4> corners_of(cv::Point2f top_left, cv::Point2f bottom_right);

}  // namespace continuo
