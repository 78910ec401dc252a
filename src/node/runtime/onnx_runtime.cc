// ONNX Runtime by dlopen: sessions on the CPU, with as many threads as the node's quota gives.
#include "node/runtime/onnx_runtime.hh"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "node/runtime/input_match.hh"
#include "node/runtime/onnx_tensor.hh"
#include "node/runtime/stacked.hh"
#include "node/runtime/shared_library.hh"

namespace continuo {

namespace {

constexpr const char* library_name = "libonnxruntime.so.1";
// Every function that is called here is at least as old as this.
constexpr std::uint32_t api_version_min = 14;

// "1.29.0" -> 29: the API version is the minor version. Asking for one that the library lacks makes it complain on stderr.
std::uint32_t api_version_of(std::string_view version) {
  std::uint32_t minor = 0;
  const std::size_t dot = version.find('.');
  if (version.substr(0, dot) == "1" && dot != std::string_view::npos) {
    std::from_chars(version.data() + dot + 1, version.data() + version.size(), minor);
  }
  return minor;
}

}  // namespace

// The loaded library and its environment.
struct OnnxRuntime::Library {
  explicit Library(const std::filesystem::path& file)
      : library{file}, base{library.function<const OrtApiBase*()>("OrtGetApiBase")()}, version{base->GetVersionString()} {
    const std::uint32_t offered = std::min<std::uint32_t>(api_version_of(version), ORT_API_VERSION);
    const OrtApi* api = offered < api_version_min ? nullptr : base->GetApi(offered);
    if (api == nullptr) {
      throw RuntimeError(fmt::format("{} is ONNX Runtime {}; version 1.{} or a later 1.x is needed", file.string(), version,
                                     api_version_min));
    }
    Ort::InitApi(api);  // the C++ wrapper keeps one table of functions for the process
    environment.emplace(ORT_LOGGING_LEVEL_FATAL, "continuo");
  }

  SharedLibrary library;
  const OrtApiBase* base;
  std::string version;
  std::optional<Ort::Env> environment;
};

namespace {

Ort::Session open_session(OnnxRuntime::Library& library, const std::filesystem::path& file, const LoadOptions& options) {
  Ort::SessionOptions session;
  session.SetIntraOpNumThreads(std::max(1, options.threads));
  session.SetInterOpNumThreads(1);
  // A thread that spins while it waits eats the quota of the node's other threads.
  session.AddConfigEntry("session.intra_op.allow_spinning", "0");
  session.AddConfigEntry("session.inter_op.allow_spinning", "0");
  session.SetGraphOptimizationLevel(GraphOptimizationLevel::ORT_ENABLE_ALL);
  return Ort::Session{*library.environment, file.c_str(), session};
}

class OnnxModel final : public LoadedModel {
 public:
  OnnxModel(std::shared_ptr<OnnxRuntime::Library> library, const std::filesystem::path& file, const LoadOptions& options)
      : library_{std::move(library)}, session_{open_session(*library_, file, options)},
        memory_{Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault)} {
    Ort::AllocatorWithDefaultOptions allocator;
    for (std::size_t index = 0; index < session_.GetInputCount(); ++index) {
      inputs_.push_back(describe(session_.GetInputNameAllocated(index, allocator).get(), session_.GetInputTypeInfo(index)));
    }
    for (std::size_t index = 0; index < session_.GetOutputCount(); ++index) {
      outputs_.push_back(
          describe(session_.GetOutputNameAllocated(index, allocator).get(), session_.GetOutputTypeInfo(index)));
    }
  }

  std::vector<TensorInfo> inputs() const override { return inputs_; }
  std::vector<TensorInfo> outputs() const override { return outputs_; }

  std::vector<std::vector<Tensor>> run_together(std::span<const std::span<const Tensor>> requests) override {
    return run_stacked(*this, requests);
  }

  std::vector<Tensor> run(std::span<const Tensor> given) override {
    const auto matched = match_inputs(inputs_, given);
    try {
      return run_matched(matched);
    } catch (const Ort::Exception& error) {
      throw RuntimeError(fmt::format("ONNX Runtime: {}", error.what()));
    }
  }

 private:
  static TensorInfo describe(std::string name, const Ort::TypeInfo& type) {
    if (type.GetONNXType() != ONNX_TYPE_TENSOR) {
      throw RuntimeError(fmt::format("'{}' is no tensor, which cannot be served", name));
    }
    const auto information = type.GetTensorTypeAndShapeInfo();
    const Datatype datatype = datatype_of(information.GetElementType(), name);
    return {std::move(name), datatype, information.GetShape()};
  }

  std::vector<Tensor> run_matched(std::span<const Tensor* const> matched) {
    std::vector<const char*> input_names;
    std::vector<Ort::Value> input_values;
    for (const Tensor* tensor : matched) {
      input_names.push_back(tensor->name.c_str());
      input_values.push_back(to_onnx(*tensor, memory_));
    }
    std::vector<const char*> output_names;
    for (const TensorInfo& output : outputs_) {
      output_names.push_back(output.name.c_str());
    }
    const auto values = session_.Run(Ort::RunOptions{nullptr}, input_names.data(), input_values.data(),
                                     input_values.size(), output_names.data(), output_names.size());
    std::vector<Tensor> answer;
    for (std::size_t index = 0; index < values.size(); ++index) {
      answer.push_back(from_onnx(values[index], outputs_[index].name));
    }
    return answer;
  }

  std::shared_ptr<OnnxRuntime::Library> library_;
  Ort::Session session_;
  Ort::MemoryInfo memory_;
  std::vector<TensorInfo> inputs_;
  std::vector<TensorInfo> outputs_;
};

}  // namespace

OnnxRuntime::~OnnxRuntime() = default;

std::string OnnxRuntime::version() const { return library_ ? library_->version : std::string{}; }

std::unique_ptr<LoadedModel> OnnxRuntime::load(const std::filesystem::path& file, const LoadOptions& options) {
  if (!library_) {
    library_ = std::make_shared<Library>(library_file_);
  }
  try {
    return std::make_unique<OnnxModel>(library_, file, options);
  } catch (const Ort::Exception& error) {
    throw RuntimeError(fmt::format("ONNX Runtime cannot load {}: {}", file.string(), error.what()));
  }
}

std::optional<std::filesystem::path> find_onnx_runtime(const std::filesystem::path& explicit_path,
                                                       std::span<const std::filesystem::path> folders) {
  std::error_code ignored;
  if (!explicit_path.empty()) {
    return std::filesystem::exists(explicit_path, ignored) ? std::optional{explicit_path} : std::nullopt;
  }
  if (auto system = in_linker_cache(library_name); system && std::filesystem::exists(*system, ignored)) {
    return system;
  }
  for (const std::filesystem::path& folder : folders) {
    if (std::filesystem::exists(folder / library_name, ignored)) {
      return folder / library_name;
    }
  }
  return std::nullopt;
}

}  // namespace continuo

#ifdef __SANITIZE_ADDRESS__
// The library forgets 14 bytes when it starts, once for a process.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libonnxruntime\n"; }
#endif
