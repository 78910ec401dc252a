// OpenCV's DNN part as a runtime. It lives in a module of its own, loaded when a variant first needs it.
//
// OpenCV knows neither names nor shapes of a model's inputs, so they are read from the ONNX file. FP32 models only.
#pragma once

#include <memory>

#include "node/runtime/runtime.hh"

struct ContinuoOpencvModule;

namespace continuo {

class OpencvRuntime final : public Runtime {
 public:
  // The module file continuo_runtime_opencv.so; it is opened by the first load().
  explicit OpencvRuntime(std::filesystem::path module) : module_file_{std::move(module)} {}

  std::string name() const override { return "opencv"; }
  std::string version() const override;
  std::unique_ptr<LoadedModel> load(const std::filesystem::path& file, const LoadOptions& options) override;

  static constexpr const char* module_name = "continuo_runtime_opencv.so";

 private:
  std::filesystem::path module_file_;
  const ContinuoOpencvModule* module_ = nullptr;  // lives as long as the process
};

}  // namespace continuo
