// The program's side of the OpenCV module.
#include "node/runtime/opencv_runtime.hh"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <mutex>

#include <fmt/format.h>

#include "node/runtime/input_match.hh"
#include "node/runtime/stacked.hh"
#include "node/runtime/onnx_signature.hh"
#include "node/runtime/opencv_module.hh"
#include "node/runtime/shared_library.hh"

namespace continuo {

namespace {

constexpr std::uintmax_t model_size_max = std::uintmax_t{1} << 31;  // the limit of a protocol buffer
using ErrorText = std::array<char, 512>;

OnnxSignature read_signature(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error || size > model_size_max) {
    throw RuntimeError(fmt::format("cannot read the model file {}", file.string()));
  }
  std::ifstream stream{file, std::ios::binary};
  const std::vector<char> content{std::istreambuf_iterator<char>{stream}, {}};
  auto signature = read_onnx_signature(std::as_bytes(std::span{content}));
  if (!signature) {
    throw RuntimeError(fmt::format("{} is no ONNX model", file.string()));
  }
  const auto is_fp32 = [](const auto& tensor) { return tensor.datatype == Datatype::fp32; };
  if (!std::ranges::all_of(signature->inputs, is_fp32) || !std::ranges::all_of(signature->outputs, is_fp32)) {
    throw RuntimeError(fmt::format("{}: OpenCV serves models of FP32 inputs and outputs only", file.string()));
  }
  return std::move(*signature);
}

// Networks of one file. One network runs one request at a time; more are loaded when more run at once.
class NetworkPool {
 public:
  // Loads the first. Throws RuntimeError.
  NetworkPool(const ContinuoOpencvModule& module, std::filesystem::path file, int threads)
      : module_{module}, file_{std::move(file)}, threads_{threads} {
    give_back(load());
  }
  ~NetworkPool() {
    for (void* net : free_) module_.unload(net);
  }
  NetworkPool(const NetworkPool&) = delete;
  NetworkPool& operator=(const NetworkPool&) = delete;

  // A network that nobody else uses until it is given back. Throws RuntimeError.
  void* take() {
    {
      const std::lock_guard lock{mutex_};
      if (!free_.empty()) {
        void* net = free_.back();
        free_.pop_back();
        return net;
      }
    }
    return load();
  }
  void give_back(void* net) {
    const std::lock_guard lock{mutex_};
    free_.push_back(net);
  }

 private:
  void* load() const {
    ErrorText error{};
    void* net = module_.load(file_.c_str(), threads_, error.data(), error.size());
    if (net == nullptr) {
      throw RuntimeError(fmt::format("OpenCV cannot load {}: {}", file_.string(), error.data()));
    }
    return net;
  }

  const ContinuoOpencvModule& module_;
  const std::filesystem::path file_;
  const int threads_;
  std::mutex mutex_;
  std::vector<void*> free_;
};

class OpencvModel final : public LoadedModel {
 public:
  OpencvModel(const ContinuoOpencvModule& module, OnnxSignature signature, std::unique_ptr<NetworkPool> networks)
      : module_{module}, signature_{std::move(signature)}, networks_{std::move(networks)} {
    for (const TensorInfo& output : signature_.outputs) {
      output_names_.push_back(output.name.c_str());
    }
  }

  std::vector<TensorInfo> inputs() const override { return signature_.inputs; }
  std::vector<TensorInfo> outputs() const override { return signature_.outputs; }

  std::vector<std::vector<Tensor>> run_together(std::span<const std::span<const Tensor>> requests) override {
    return run_stacked(*this, requests);
  }

  std::vector<Tensor> run(std::span<const Tensor> given) override {
    std::vector<ContinuoOpencvTensor> views;
    for (const Tensor* tensor : match_inputs(signature_.inputs, given)) {
      views.push_back({tensor->name.c_str(), tensor->shape.data(), tensor->shape.size(), elements<float>(*tensor).data()});
    }
    std::vector<Tensor> answer;
    ErrorText error{};
    void* net = networks_->take();
    const bool ran = module_.run(net, views.data(), views.size(), output_names_.data(), output_names_.size(), &keep, &answer,
                     error.data(), error.size());
    networks_->give_back(net);
    if (!ran) {
      throw RuntimeError(fmt::format("OpenCV: {}", error.data()));
    }
    return answer;
  }

 private:
  static void keep(void* context, const ContinuoOpencvTensor* output) {
    std::vector<std::int64_t> shape(output->shape, output->shape + output->dimensions);
    const auto count = static_cast<std::size_t>(element_count(shape).value());
    static_cast<std::vector<Tensor>*>(context)->push_back(
        make_tensor<float>(output->name, Datatype::fp32, std::move(shape), std::span{output->data, count}));
  }

  const ContinuoOpencvModule& module_;
  OnnxSignature signature_;
  std::vector<const char*> output_names_;
  std::unique_ptr<NetworkPool> networks_;
};

}  // namespace

std::string OpencvRuntime::version() const { return module_ == nullptr ? std::string{} : module_->version(); }

std::unique_ptr<LoadedModel> OpencvRuntime::load(const std::filesystem::path& file, const LoadOptions& options) {
  OnnxSignature signature = read_signature(file);
  if (module_ == nullptr) {
    const SharedLibrary library{module_file_};
    module_ = library.function<const ContinuoOpencvModule*()>("continuo_runtime_opencv")();
  }
  auto networks = std::make_unique<NetworkPool>(*module_, file, std::max(1, options.threads));
  return std::make_unique<OpencvModel>(*module_, std::move(signature), std::move(networks));
}

}  // namespace continuo
