// Weighted non-maximum suppression.
#include "node/pipeline/suppression.hh"

#include <algorithm>

namespace continuo {

namespace {

Finding weighted_mean(const std::vector<Finding>& cluster) {
  Finding mean = cluster.front();
  float weight = 0.0F;
  mean.corners.fill({0.0F, 0.0F});
  std::ranges::fill(mean.keypoints, cv::Point2f{0.0F, 0.0F});
  for (const Finding& finding : cluster) {
    weight += finding.score;
    for (std::size_t corner = 0; corner < mean.corners.size(); ++corner) {
      mean.corners[corner] += finding.score * finding.corners[corner];
    }
    for (std::size_t point = 0; point < mean.keypoints.size(); ++point) {
      mean.keypoints[point] += finding.score * finding.keypoints[point];
    }
  }
  for (cv::Point2f& corner : mean.corners) {
    corner /= weight;
  }
  for (cv::Point2f& point : mean.keypoints) {
    point /= weight;
  }
  return mean;
}

}  // namespace

double overlap(const Finding& one, const Finding& other) {
  const auto area = [](cv::Point2f from, cv::Point2f to) {
    return static_cast<double>(std::max(0.0F, to.x - from.x)) * static_cast<double>(std::max(0.0F, to.y - from.y));
  };
  const cv::Point2f from{std::max(one.corners[0].x, other.corners[0].x), std::max(one.corners[0].y, other.corners[0].y)};
  const cv::Point2f to{std::min(one.corners[2].x, other.corners[2].x), std::min(one.corners[2].y, other.corners[2].y)};
  const double shared = area(from, to);
  const double whole = area(one.corners[0], one.corners[2]) + area(other.corners[0], other.corners[2]) - shared;
  return whole > 0 ? shared / whole : 0.0;
}

std::vector<Finding> suppress_non_maxima(std::vector<Finding> findings, double overlap_min) {
  std::ranges::stable_sort(findings, std::greater<>{}, &Finding::score);
  std::vector<Finding> kept;
  while (!findings.empty()) {
    std::vector<Finding> cluster{findings.front()};
    std::vector<Finding> rest;
    for (std::size_t index = 1; index < findings.size(); ++index) {
      auto& target = overlap(findings.front(), findings[index]) >= overlap_min ? cluster : rest;
      target.push_back(std::move(findings[index]));
    }
    kept.push_back(weighted_mean(cluster));
    findings = std::move(rest);
  }
  return kept;
}

}  // namespace continuo
