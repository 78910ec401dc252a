// decode: the bytes of a JPEG or PNG file into an image.
#include <algorithm>

#include <fmt/format.h>

#include "node/pipeline/image.hh"
#include "node/pipeline/steps.hh"

namespace continuo {

namespace {

class Decode final : public PipelineStep {
 public:
  Decode(std::string input, const ImageLimits& limits) : input_{std::move(input)}, limits_{limits} {}

  std::optional<Refusal> run(PipelineState& state) const override {
    // The pipeline has checked that the input is there with one element.
    const Tensor& tensor = *std::ranges::find(state.inputs, input_, &Tensor::name);
    const auto files = bytes_elements(tensor).value();
    auto decoded = decode_image(std::as_bytes(std::span{files.front()}), limits_);
    if (const auto* error = std::get_if<std::string>(&decoded)) {
      return Refusal{400, fmt::format("input '{}': {}", input_, *error)};
    }
    state.image = std::get<cv::Mat>(std::move(decoded));
    state.canvas = state.image;
    return std::nullopt;
  }

 private:
  std::string input_;
  ImageLimits limits_;
};

}  // namespace

std::unique_ptr<PipelineStep> make_decode(StepOptions& options, StepContext& context) {
  const auto takes_image = [](const TensorContract& input) {
    return input.datatype == "BYTES" && input.shape == std::vector<std::int64_t>{1};
  };
  const auto first = std::ranges::find_if(context.package.inputs, takes_image);
  const std::string input = options.text("input", first == context.package.inputs.end() ? "image" : first->name);
  const auto chosen = std::ranges::find(context.package.inputs, input, &TensorContract::name);
  if (chosen == context.package.inputs.end() || !takes_image(*chosen)) {
    options.fail("input", fmt::format("names '{}', which is no BYTES input of shape [1]", input));
  }
  ImageLimits limits;
  limits.pixels_max = static_cast<std::int64_t>(options.number("megapixels", 50, 0.001, 50) * 1e6);
  return std::make_unique<Decode>(input, limits);
}

}  // namespace continuo
