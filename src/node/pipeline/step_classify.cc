// softmax and top-k: a classifier's output into classes with labels.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "node/pipeline/network_output.hh"
#include "node/pipeline/steps.hh"

namespace continuo {

namespace {

class Softmax final : public PipelineStep {
 public:
  std::optional<Refusal> run(PipelineState& state) const override {
    const auto values = elements<float>(network_output(state.network_outputs));
    if (values.empty()) {
      throw RuntimeError("the model's output is empty");
    }
    const float largest = *std::ranges::max_element(values);
    std::vector<float> shares(values.size());
    std::ranges::transform(values, shares.begin(), [&](float value) { return std::exp(value - largest); });
    const float sum = std::accumulate(shares.begin(), shares.end(), 0.0F);
    std::ranges::transform(shares, shares.begin(), [&](float share) { return share / sum; });
    Tensor& output = state.network_outputs.front();
    output = make_tensor<float>(output.name, Datatype::fp32, output.shape, shares);
    return std::nullopt;
  }
};

class TopK final : public PipelineStep {
 public:
  TopK(int count, std::vector<std::string> labels) : count_{count}, labels_{std::move(labels)} {}

  std::optional<Refusal> run(PipelineState& state) const override {
    const Tensor& output = network_output(state.network_outputs);
    if (!labels_.empty()) {
      expect_elements(output, labels_.size());
    }
    const auto values = elements<float>(output);
    std::vector<int> order(values.size());
    std::iota(order.begin(), order.end(), 0);
    const auto value_of = [&](int index) { return values[static_cast<std::size_t>(index)]; };
    std::ranges::stable_sort(order, std::greater<>{}, value_of);
    order.resize(std::min(order.size(), static_cast<std::size_t>(count_)));
    state.findings.clear();
    for (const int index : order) {
      Finding finding;
      finding.score = value_of(index);
      finding.index = index;
      finding.text = labels_.empty() ? std::to_string(index) : labels_[static_cast<std::size_t>(index)];
      state.findings.push_back(std::move(finding));
    }
    return std::nullopt;
  }

 private:
  int count_;
  std::vector<std::string> labels_;
};

}  // namespace

std::unique_ptr<PipelineStep> make_softmax(StepOptions&, StepContext&) { return std::make_unique<Softmax>(); }

std::unique_ptr<PipelineStep> make_top_k(StepOptions& options, StepContext& context) {
  return std::make_unique<TopK>(options.integer("count", 5, 1, 1000), context.package.labels);
}

}  // namespace continuo
