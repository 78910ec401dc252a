// simple, identity and burn.
#include "node/runtime/builtin_runtime.hh"

#include <fmt/format.h>

#include "node/runtime/input_match.hh"
#include "node/runtime/model_description.hh"

namespace continuo {

namespace {

class Simple final : public LoadedModel {
 public:
  std::vector<TensorInfo> inputs() const override { return {info("INPUT0"), info("INPUT1")}; }
  std::vector<TensorInfo> outputs() const override { return {info("OUTPUT0"), info("OUTPUT1")}; }

  std::vector<Tensor> run(std::span<const Tensor> given) override {
    const std::vector<TensorInfo> expected = inputs();
    const auto matched = match_inputs(expected, given);
    if (matched[0]->shape != matched[1]->shape) {
      throw InputError("inputs 'INPUT0' and 'INPUT1' must have the same shape");
    }
    // Sums wrap around: unsigned arithmetic, as a client that compares in 32 bits expects.
    const auto left = elements<std::uint32_t>(*matched[0]);
    const auto right = elements<std::uint32_t>(*matched[1]);
    std::vector<std::uint32_t> sum(left.size());
    std::vector<std::uint32_t> difference(left.size());
    for (std::size_t index = 0; index < left.size(); ++index) {
      sum[index] = left[index] + right[index];
      difference[index] = left[index] - right[index];
    }
    return {make_tensor<std::uint32_t>("OUTPUT0", Datatype::int32, matched[0]->shape, sum),
            make_tensor<std::uint32_t>("OUTPUT1", Datatype::int32, matched[0]->shape, difference)};
  }

 private:
  static TensorInfo info(std::string name) { return {std::move(name), Datatype::int32, {-1, 16}}; }
};

class Identity final : public LoadedModel {
 public:
  explicit Identity(Datatype datatype) : datatype_{datatype} {}
  std::vector<TensorInfo> inputs() const override { return {{"INPUT0", datatype_, {-1}}}; }
  std::vector<TensorInfo> outputs() const override { return {{"OUTPUT0", datatype_, {-1}}}; }

  std::vector<Tensor> run(std::span<const Tensor> given) override {
    const std::vector<TensorInfo> expected = inputs();
    Tensor answer = *match_inputs(expected, given).front();
    answer.name = "OUTPUT0";
    return {std::move(answer)};
  }

 private:
  Datatype datatype_;
};

class Burn final : public LoadedModel {
 public:
  Burn(Duration cpu_time, ThreadClock& clock) : cpu_time_{cpu_time}, clock_{clock} {}
  std::vector<TensorInfo> inputs() const override { return identity_.inputs(); }
  std::vector<TensorInfo> outputs() const override { return identity_.outputs(); }

  std::vector<Tensor> run(std::span<const Tensor> given) override {
    std::vector<Tensor> answer = identity_.run(given);
    const Duration end = clock_.cpu_time() + cpu_time_;
    while (clock_.cpu_time() < end) {
    }
    return answer;
  }

 private:
  Identity identity_{Datatype::fp32};
  Duration cpu_time_;
  ThreadClock& clock_;
};

}  // namespace

std::unique_ptr<LoadedModel> BuiltinRuntime::load(const std::filesystem::path& file, const LoadOptions&) {
  const auto description = read_model_description(file);
  const std::string model = text_of(description, "model", file);
  if (model == "simple") {
    return std::make_unique<Simple>();
  }
  if (model == "identity") {
    return std::make_unique<Identity>(datatype_of(description, file));
  }
  if (model == "burn") {
    return std::make_unique<Burn>(milliseconds_of(description, "cpu_ms", file), clock_);
  }
  throw RuntimeError(fmt::format("{}: there is no built-in model '{}'; there are simple, identity and burn",
                                 file.string(), model));
}

}  // namespace continuo
