// Anchors and what lies around them.
#include "node/pipeline/anchors.hh"

#include <cmath>

namespace continuo {

std::vector<cv::Point2f> anchor_centres(const AnchorScheme& scheme) {
  std::vector<cv::Point2f> centres;
  for (const AnchorLayer& layer : scheme.layers) {
    const int cells = scheme.size / layer.stride;
    for (int row = 0; row < cells; ++row) {
      for (int column = 0; column < cells; ++column) {
        const cv::Point2f centre{(static_cast<float>(column) + 0.5F) * static_cast<float>(layer.stride),
                                 (static_cast<float>(row) + 0.5F) * static_cast<float>(layer.stride)};
        centres.insert(centres.end(), static_cast<std::size_t>(layer.anchors_per_cell), centre);
      }
    }
  }
  return centres;
}

std::array<cv::Point2f, 4> corners_of(cv::Point2f top_left, cv::Point2f bottom_right) {
  return {top_left, cv::Point2f{bottom_right.x, top_left.y}, bottom_right, cv::Point2f{top_left.x, bottom_right.y}};
}

std::vector<Finding> decode_anchors(std::span<const cv::Point2f> centres, std::span<const float> logits,
                                    std::span<const float> values, int keypoints, float score_min,
                                    const CanvasPlacement& placement) {
  const auto values_per_anchor = static_cast<std::size_t>(4 + 2 * keypoints);
  CV_Assert(logits.size() == centres.size() && values.size() == centres.size() * values_per_anchor);
  std::vector<Finding> findings;
  for (std::size_t anchor = 0; anchor < centres.size(); ++anchor) {
    const float score = 1.0F / (1.0F + std::exp(-logits[anchor]));
    if (!(score >= score_min)) {
      continue;
    }
    const auto raw = values.subspan(anchor * values_per_anchor, values_per_anchor);
    const cv::Point2f centre = centres[anchor] + cv::Point2f{raw[0], raw[1]};
    Finding finding;
    finding.score = score;
    finding.corners = corners_of(placement.to_image(centre.x - raw[2] / 2, centre.y - raw[3] / 2),
                                 placement.to_image(centre.x + raw[2] / 2, centre.y + raw[3] / 2));
    for (std::size_t point = 4; point < values_per_anchor; point += 2) {
      finding.keypoints.push_back(placement.to_image(centres[anchor].x + raw[point], centres[anchor].y + raw[point + 1]));
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace continuo
