// simple, identity and burn.
#include "node/runtime/builtin_runtime.hh"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

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
  // The answer has the first `answer_max` elements of the input; nothing: all of them.
  // `next`: what each further request of a batch takes.
  Burn(Duration cpu_time, Duration next, std::optional<std::size_t> answer_max, ThreadClock& clock)
      : cpu_time_{cpu_time}, next_{next}, answer_max_{answer_max}, clock_{clock} {}
  std::vector<TensorInfo> inputs() const override { return identity_.inputs(); }
  std::vector<TensorInfo> outputs() const override { return identity_.outputs(); }

  std::vector<Tensor> run(std::span<const Tensor> given) override {
    std::vector<Tensor> answer = answer_of(given);
    burn(cpu_time_);
    return answer;
  }

  std::vector<std::vector<Tensor>> run_together(std::span<const std::span<const Tensor>> requests) override {
    std::vector<std::vector<Tensor>> answers;
    for (const auto& request : requests) answers.push_back(answer_of(request));
    if (!answers.empty()) burn(cpu_time_ + static_cast<std::int64_t>(answers.size() - 1) * next_);
    return answers;
  }

 private:
  std::vector<Tensor> answer_of(std::span<const Tensor> given) {
    std::vector<Tensor> answer = identity_.run(given);
    if (answer_max_) shorten(answer.front());
    return answer;
  }

  void burn(Duration cpu_time) {
    const Duration end = clock_.cpu_time() + cpu_time;
    while (clock_.cpu_time() < end) {
    }
  }

  void shorten(Tensor& answer) const {
    const std::span<const float> all = elements<float>(answer);
    const std::vector<float> kept(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), *answer_max_)));
    answer = make_tensor<float>("OUTPUT0", Datatype::fp32, {static_cast<std::int64_t>(kept.size())}, kept);
  }

  Identity identity_{Datatype::fp32};
  Duration cpu_time_;
  Duration next_;
  std::optional<std::size_t> answer_max_;
  ThreadClock& clock_;
};

std::optional<std::size_t> answer_max_of(const boost::json::object& description, const std::filesystem::path& file) {
  constexpr std::int64_t elements_max = 1'000'000;
  const auto* value = description.if_contains("answer");
  if (value == nullptr) return std::nullopt;
  if (!value->is_int64() || value->as_int64() < 1 || value->as_int64() > elements_max) {
    throw RuntimeError(fmt::format("{}: \"answer\" must be a number of elements from 1 to {}", file.string(), elements_max));
  }
  return static_cast<std::size_t>(value->as_int64());
}

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
    const Duration alone = milliseconds_of(description, "cpu_ms", file);
    const Duration next = description.contains("cpu_ms_next") ? milliseconds_of(description, "cpu_ms_next", file) : alone;
    return std::make_unique<Burn>(alone, next, answer_max_of(description, file), clock_);
  }
  throw RuntimeError(fmt::format("{}: there is no built-in model '{}'; there are simple, identity and burn",
                                 file.string(), model));
}

}  // namespace continuo
