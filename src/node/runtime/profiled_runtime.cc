// A model that takes time and nothing else.
#include "node/runtime/profiled_runtime.hh"

#include <algorithm>
#include <mutex>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "node/runtime/input_match.hh"
#include "node/runtime/model_description.hh"
#include "units/rng.hh"

namespace continuo {

namespace {

constexpr std::size_t tensors_max = 64;
constexpr std::size_t dimensions_max = 32;
constexpr std::int64_t output_elements_max = std::int64_t{1} << 24;

class Profiled final : public LoadedModel {
 public:
  Profiled(std::vector<TensorInfo> inputs, std::vector<TensorInfo> outputs, std::vector<Tensor> answer, Duration mean,
           Duration sd, Duration next, Rng rng, ThreadClock& clock)
      : inputs_{std::move(inputs)}, outputs_{std::move(outputs)}, answer_{std::move(answer)}, mean_{mean}, sd_{sd},
        next_share_{mean > Duration::zero() ? to_seconds(next) / to_seconds(mean) : 1.0}, rng_{rng}, clock_{clock} {}

  std::vector<TensorInfo> inputs() const override { return inputs_; }
  std::vector<TensorInfo> outputs() const override { return outputs_; }

  std::vector<Tensor> run(std::span<const Tensor> given) override {
    match_inputs(inputs_, given);
    clock_.wait(from_seconds(next_time()));
    return answer_;
  }

  std::vector<std::vector<Tensor>> run_together(std::span<const std::span<const Tensor>> requests) override {
    double seconds = 0.0;
    for (const auto& request : requests) {
      match_inputs(inputs_, request);
      seconds += next_time() * (seconds > 0.0 ? next_share_ : 1.0);
    }
    clock_.wait(from_seconds(seconds));
    return std::vector<std::vector<Tensor>>(requests.size(), answer_);
  }

 private:
  double next_time() { return std::max(0.0, to_seconds(mean_) + to_seconds(sd_) * next_deviate()); }

  double next_deviate() {
    const std::lock_guard lock{mutex_};
    return rng_.normal();
  }

  std::vector<TensorInfo> inputs_;
  std::vector<TensorInfo> outputs_;
  std::vector<Tensor> answer_;
  Duration mean_;
  Duration sd_;
  double next_share_;  // of its own time, what each further request of a batch takes
  std::mutex mutex_;  // of the random stream
  Rng rng_;
  ThreadClock& clock_;
};

LoadedModel::TensorInfo read_tensor(const boost::json::value& value, const std::filesystem::path& file) {
  if (!value.is_object()) {
    throw RuntimeError(fmt::format("{}: a tensor is an object with name, datatype and shape", file.string()));
  }
  const auto& object = value.as_object();
  LoadedModel::TensorInfo info{text_of(object, "name", file), datatype_of(object, file), {}};
  const auto* shape = object.if_contains("shape");
  if (shape == nullptr || !shape->is_array() || shape->as_array().size() > dimensions_max) {
    throw RuntimeError(fmt::format("{}: \"shape\" of '{}' must be a list of integers", file.string(), info.name));
  }
  for (const auto& size : shape->as_array()) {
    if (!size.is_int64() || size.as_int64() < -1) {
      throw RuntimeError(fmt::format("{}: \"shape\" of '{}' must be a list of integers", file.string(), info.name));
    }
    info.shape.push_back(size.as_int64());
  }
  return info;
}

std::vector<LoadedModel::TensorInfo> read_tensors(const boost::json::object& description, std::string_view key,
                                                  const std::filesystem::path& file) {
  const auto* list = description.if_contains(key);
  if (list == nullptr || !list->is_array() || list->as_array().size() > tensors_max) {
    throw RuntimeError(fmt::format("{}: \"{}\" must be a list of at most {} tensors", file.string(), key, tensors_max));
  }
  std::vector<LoadedModel::TensorInfo> tensors;
  for (const auto& value : list->as_array()) {
    tensors.push_back(read_tensor(value, file));
  }
  return tensors;
}

double read_fill(const boost::json::value& tensor, const std::filesystem::path& file) {
  const auto* fill = tensor.as_object().if_contains("fill");
  if (fill == nullptr) {
    return 0.0;
  }
  if (!fill->is_number()) {
    throw RuntimeError(fmt::format("{}: \"fill\" must be a number", file.string()));
  }
  return fill->to_number<double>();
}

Tensor filled(const LoadedModel::TensorInfo& info, double fill, const std::filesystem::path& file) {
  std::vector<std::int64_t> shape = info.shape;
  std::replace(shape.begin(), shape.end(), std::int64_t{-1}, std::int64_t{1});
  const auto count = element_count(shape);
  if (!count || *count > output_elements_max) {
    throw RuntimeError(fmt::format("{}: output '{}' has too many elements", file.string(), info.name));
  }
  const auto size = static_cast<std::size_t>(*count);
  if (info.datatype == Datatype::bytes) {
    return make_bytes_tensor(info.name, shape, std::vector<std::string>(size));
  }
  if (info.datatype == Datatype::fp32) {
    return make_tensor<float>(info.name, info.datatype, shape, std::vector<float>(size, static_cast<float>(fill)));
  }
  if (fill != 0.0) {
    throw RuntimeError(fmt::format("{}: \"fill\" works for FP32 outputs only", file.string()));
  }
  return {info.name, info.datatype, shape, std::vector<std::byte>(size * *element_size(info.datatype))};
}

}  // namespace

std::unique_ptr<LoadedModel> ProfiledRuntime::load(const std::filesystem::path& file, const LoadOptions&) {
  const auto description = read_model_description(file);
  if (text_of(description, "model", file) != "profiled") {
    throw RuntimeError(fmt::format("{}: \"model\" must be \"profiled\"", file.string()));
  }
  auto inputs = read_tensors(description, "inputs", file);
  auto outputs = read_tensors(description, "outputs", file);
  std::vector<Tensor> answer;
  for (std::size_t index = 0; index < outputs.size(); ++index) {
    answer.push_back(filled(outputs[index], read_fill(description.at("outputs").as_array()[index], file), file));
  }
  const Rng rng{seed_.derive(fmt::format("profiled/{}", loaded_++))};
  const Duration mean = milliseconds_of(description, "mean_ms", file);
  const Duration next = description.contains("mean_ms_next") ? milliseconds_of(description, "mean_ms_next", file) : mean;
  return std::make_unique<Profiled>(std::move(inputs), std::move(outputs), std::move(answer), mean,
                                    milliseconds_of(description, "sd_ms", file), next, rng, clock_);
}

}  // namespace continuo
