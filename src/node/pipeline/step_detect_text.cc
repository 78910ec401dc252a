// detect-text and crop: where text is, and the pieces of image that hold it.
#include <fmt/format.h>

#include "node/pipeline/network_output.hh"
#include "node/pipeline/steps.hh"
#include "node/pipeline/text_detection.hh"

namespace continuo {

namespace {

constexpr double unclip_min = 0.5;
constexpr double unclip_max = 4.0;

class DetectText final : public PipelineStep {
 public:
  explicit DetectText(const TextDetection& options) : options_{options} {}

  std::optional<Refusal> run(PipelineState& state) const override {
    TextDetection options = options_;
    const auto unclip = number_parameter(state.parameters, "unclip", options.unclip, unclip_min, unclip_max);
    if (const auto* refusal = std::get_if<Refusal>(&unclip)) {
      return *refusal;
    }
    options.unclip = std::get<double>(unclip);
    const Tensor& output = network_output(state.network_outputs);
    const cv::Size size = state.canvas.size();
    expect_elements(output, static_cast<std::size_t>(size.area()));
    // The map is only read; OpenCV wants a pointer to mutable data.
    const cv::Mat probability(size, CV_32FC1, const_cast<float*>(elements<float>(output).data()));
    state.findings = detect_text(probability, options, state.placement, state.image.size());
    return std::nullopt;
  }

 private:
  TextDetection options_;
};

class Crop final : public PipelineStep {
 public:
  std::optional<Refusal> run(PipelineState& state) const override {
    for (Finding& finding : state.findings) {
      finding.crop = cut_out(state.image, finding);
    }
    return std::nullopt;
  }
};

}  // namespace

std::unique_ptr<PipelineStep> make_detect_text(StepOptions& options, StepContext&) {
  TextDetection detection;
  detection.pixel_min = options.number("pixel_min", detection.pixel_min, 0.0, 1.0);
  detection.score_min = options.number("score_min", detection.score_min, 0.0, 1.0);
  detection.unclip = options.number("unclip", detection.unclip, unclip_min, unclip_max);
  return std::make_unique<DetectText>(detection);
}

std::unique_ptr<PipelineStep> make_crop(StepOptions&, StepContext&) { return std::make_unique<Crop>(); }

}  // namespace continuo
