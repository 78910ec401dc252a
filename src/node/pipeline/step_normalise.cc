// normalise and infer: pixels into a network's input, and the network itself.
#include <fmt/format.h>

#include "node/pipeline/image_tensor.hh"
#include "node/pipeline/steps.hh"

namespace continuo {

namespace {

class Normalise final : public PipelineStep {
 public:
  explicit Normalise(const Normalisation& normalisation) : normalisation_{normalisation} {}

  std::optional<Refusal> run(PipelineState& state) const override {
    state.network_input = image_tensor("", state.canvas, normalisation_);
    return std::nullopt;
  }

 private:
  Normalisation normalisation_;
};

class Infer final : public PipelineStep {
 public:
  Infer(LoadedModel& model, std::string input) : model_{model}, input_{std::move(input)} {}

  std::optional<Refusal> run(PipelineState& state) const override {
    state.network_input.name = input_;
    state.network_outputs = model_.run(std::span{&state.network_input, 1});
    return std::nullopt;
  }

 private:
  LoadedModel& model_;
  std::string input_;
};

std::array<double, 3> per_channel(StepOptions& options, std::string_view name, double otherwise) {
  const std::vector<double> values = options.numbers(name, {otherwise});
  if (values.size() == 1) {
    return {values[0], values[0], values[0]};
  }
  if (values.size() != 3) {
    options.fail(name, "must be one number or three");
  }
  return {values[0], values[1], values[2]};
}

}  // namespace

std::unique_ptr<PipelineStep> make_normalise(StepOptions& options, StepContext&) {
  static constexpr std::array<std::string_view, 2> layouts{"nchw", "nhwc"};
  static constexpr std::array<std::string_view, 2> orders{"rgb", "bgr"};
  Normalisation normalisation;
  normalisation.layout = options.choice("layout", layouts) == 0 ? TensorLayout::nchw : TensorLayout::nhwc;
  normalisation.order = options.choice("order", orders) == 0 ? ChannelOrder::rgb : ChannelOrder::bgr;
  normalisation.divisor = options.number("divide", 255.0, 1e-6, 1e6);
  normalisation.mean = per_channel(options, "mean", 0.0);
  normalisation.deviation = per_channel(options, "deviation", 1.0);
  for (const double deviation : normalisation.deviation) {
    if (!(deviation > 0)) {
      options.fail("deviation", "must be above zero");
    }
  }
  return std::make_unique<Normalise>(normalisation);
}

std::unique_ptr<PipelineStep> make_infer(StepOptions& options, StepContext& context) {
  const std::string file = options.text("file", "model");
  LoadedModel& model = context.model(file);
  const auto inputs = model.inputs();
  if (inputs.size() != 1) {
    options.fail("file", fmt::format("names a model with {} inputs; this step serves models with one", inputs.size()));
  }
  return std::make_unique<Infer>(model, inputs.front().name);
}

}  // namespace continuo
