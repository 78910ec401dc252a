// decode-anchors and non-maximum-suppression: a single-shot detector's outputs into findings.
#include <fmt/format.h>

#include "node/pipeline/anchors.hh"
#include "node/pipeline/network_output.hh"
#include "node/pipeline/steps.hh"
#include "node/pipeline/suppression.hh"

namespace continuo {

namespace {

class DecodeAnchors final : public PipelineStep {
 public:
  DecodeAnchors(const AnchorScheme& scheme, std::vector<std::string> scores, std::vector<std::string> boxes,
                double score_min)
      : centres_{anchor_centres(scheme)}, keypoints_{scheme.keypoints}, scores_{std::move(scores)},
        boxes_{std::move(boxes)}, score_min_{static_cast<float>(score_min)} {}

  std::optional<Refusal> run(PipelineState& state) const override {
    const std::vector<float> logits = joined(state.network_outputs, scores_, centres_.size());
    const auto values_per_anchor = static_cast<std::size_t>(4 + 2 * keypoints_);
    const std::vector<float> values = joined(state.network_outputs, boxes_, centres_.size() * values_per_anchor);
    state.findings = decode_anchors(centres_, logits, values, keypoints_, score_min_, state.placement);
    return std::nullopt;
  }

 private:
  static std::vector<float> joined(std::span<const Tensor> outputs, std::span<const std::string> names,
                                   std::size_t expected) {
    std::vector<float> all;
    for (const std::string& name : names) {
      const auto part = elements<float>(network_output(outputs, name));
      all.insert(all.end(), part.begin(), part.end());
    }
    if (all.size() != expected) {
      throw RuntimeError(fmt::format("the model gives {} values where its anchors need {}", all.size(), expected));
    }
    return all;
  }

  std::vector<cv::Point2f> centres_;
  int keypoints_;
  std::vector<std::string> scores_;
  std::vector<std::string> boxes_;
  float score_min_;
};

class NonMaximumSuppression final : public PipelineStep {
 public:
  explicit NonMaximumSuppression(double overlap_min) : overlap_min_{overlap_min} {}

  std::optional<Refusal> run(PipelineState& state) const override {
    state.findings = suppress_non_maxima(std::move(state.findings), overlap_min_);
    return std::nullopt;
  }

 private:
  double overlap_min_;
};

}  // namespace

std::unique_ptr<PipelineStep> make_decode_anchors(StepOptions& options, StepContext&) {
  AnchorScheme scheme;
  scheme.size = options.integer("size", 128, 8, 2048);
  scheme.keypoints = options.integer("keypoints", 0, 0, 64);
  const std::vector<double> strides = options.numbers("strides", {8, 16});
  const std::vector<double> anchors = options.numbers("anchors", {2, 6});
  if (strides.size() != anchors.size()) {
    options.fail("anchors", "must have as many numbers as 'strides'");
  }
  for (std::size_t layer = 0; layer < strides.size(); ++layer) {
    if (!(strides[layer] >= 1 && strides[layer] <= scheme.size && anchors[layer] >= 1 && anchors[layer] <= 64)) {
      options.fail("strides", "must lie between 1 and the size, and 'anchors' between 1 and 64");
    }
    scheme.layers.push_back({static_cast<int>(strides[layer]), static_cast<int>(anchors[layer])});
  }
  auto scores = options.words("scores");
  auto boxes = options.words("boxes");
  return std::make_unique<DecodeAnchors>(scheme, std::move(scores), std::move(boxes),
                                         options.number("score_min", 0.5, 0.0, 1.0));
}

std::unique_ptr<PipelineStep> make_non_maximum_suppression(StepOptions& options, StepContext&) {
  return std::make_unique<NonMaximumSuppression>(options.number("overlap", 0.3, 0.01, 1.0));
}

}  // namespace continuo
