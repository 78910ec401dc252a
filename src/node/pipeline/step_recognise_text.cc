// classify-direction and recognise-text: each piece of image turned upright, then read.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "node/pipeline/ctc.hh"
#include "node/pipeline/image_tensor.hh"
#include "node/pipeline/network_output.hh"
#include "node/pipeline/steps.hh"

namespace continuo {

namespace {

// Both networks take lines of this height; (x / 255 - 0.5) / 0.5, BGR.
constexpr int line_height = 48;
constexpr Normalisation line_normalisation{
    .layout = TensorLayout::nchw, .order = ChannelOrder::bgr, .mean = {0.5, 0.5, 0.5}, .deviation = {0.5, 0.5, 0.5}};

Tensor line_tensor(const std::string& name, const cv::Mat& piece, int width_min, int width_max) {
  const double ratio = static_cast<double>(piece.cols) / piece.rows;
  const int width = std::clamp(static_cast<int>(std::ceil(line_height * ratio)), 1, width_max);
  cv::Mat line;
  cv::resize(piece, line, {width, line_height}, 0, 0, cv::INTER_LINEAR);
  return image_tensor(name, line, line_normalisation, width_min);
}

class ClassifyDirection final : public PipelineStep {
 public:
  ClassifyDirection(LoadedModel& model, double turn_above) : model_{model}, turn_above_{static_cast<float>(turn_above)} {}

  std::optional<Refusal> run(PipelineState& state) const override {
    for (Finding& finding : state.findings) {
      const Tensor input = line_tensor(model_.inputs().front().name, finding.crop, width, width);
      const auto outputs = model_.run(std::span{&input, 1});
      const Tensor& output = network_output(outputs);
      expect_elements(output, 2);  // upright, upside down
      if (elements<float>(output)[1] > turn_above_) {
        cv::rotate(finding.crop, finding.crop, cv::ROTATE_180);
        finding.turned = true;
      }
    }
    return std::nullopt;
  }

 private:
  static constexpr int width = 192;
  LoadedModel& model_;
  float turn_above_;
};

// 99 % of lines that are read the right way up have a confidence of at least 0.9.
constexpr float surely_read = 0.9F;

struct Recognition {
  double score_min = 0.5;
  int width_min = 320;
  int width_max = 3200;  // bounds memory and time: a longer line is squeezed
};

class RecogniseText final : public PipelineStep {
 public:
  RecogniseText(LoadedModel& model, CharacterSet characters, const Recognition& options)
      : model_{model}, characters_{std::move(characters)}, options_{options} {}

  std::optional<Refusal> run(PipelineState& state) const override {
    for (Finding& finding : state.findings) {
      DecodedText decoded = read(finding.crop);
      if (finding.turned && decoded.confidence < surely_read) {
        // The direction is judged from a line squeezed into a fixed width, and long lines mislead it.
        cv::Mat as_found;
        cv::rotate(finding.crop, as_found, cv::ROTATE_180);
        DecodedText other = read(as_found);
        decoded = other.confidence > decoded.confidence ? std::move(other) : std::move(decoded);
      }
      finding.text = std::move(decoded.text);
      finding.score = decoded.confidence;
    }
    std::erase_if(state.findings, [&](const Finding& finding) {
      return finding.text.empty() || finding.score < static_cast<float>(options_.score_min);
    });
    return std::nullopt;
  }

 private:
  DecodedText read(const cv::Mat& line) const {
    const Tensor input = line_tensor(model_.inputs().front().name, line, options_.width_min, options_.width_max);
    const auto outputs = model_.run(std::span{&input, 1});
    const Tensor& output = network_output(outputs);
    if (output.shape.empty() || output.shape.back() != static_cast<std::int64_t>(characters_.class_count())) {
      throw RuntimeError(
          fmt::format("the dictionary makes {} classes; the model has another number", characters_.class_count()));
    }
    return decode_ctc(elements<float>(output), characters_);
  }

  LoadedModel& model_;
  CharacterSet characters_;
  Recognition options_;
};

LoadedModel& model_with_one_input(StepOptions& options, StepContext& context, std::string_view otherwise) {
  LoadedModel& model = context.model(options.text("file", otherwise));
  if (model.inputs().size() != 1) {
    options.fail("file", "names a model that has not exactly one input");
  }
  return model;
}

}  // namespace

std::unique_ptr<PipelineStep> make_classify_direction(StepOptions& options, StepContext& context) {
  LoadedModel& model = model_with_one_input(options, context, "classify");
  return std::make_unique<ClassifyDirection>(model, options.number("turn_above", 0.9, 0.5, 1.0));
}

std::unique_ptr<PipelineStep> make_recognise_text(StepOptions& options, StepContext& context) {
  static constexpr std::array<std::string_view, 2> sets{"one-byte", "all"};
  LoadedModel& model = model_with_one_input(options, context, "recognise");
  const auto allow = options.choice("characters", sets) == 0 ? CharacterSet::Allow::one_byte_characters
                                                             : CharacterSet::Allow::every_character;
  const std::string dictionary = options.text("dictionary", "dictionary");
  Recognition recognition;
  recognition.score_min = options.number("score_min", recognition.score_min, 0.0, 1.0);
  recognition.width_min = options.integer("width_min", recognition.width_min, 8, recognition.width_max);
  return std::make_unique<RecogniseText>(model, CharacterSet{context.file(dictionary), allow}, recognition);
}

}  // namespace continuo
