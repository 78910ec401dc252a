// ONNX Runtime, loaded at run time, so that one program starts on machines with and without it.
//
// Any library from API version 14 on is used: the headers may be newer than the library of the system.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "node/runtime/runtime.hh"

namespace continuo {

class OnnxRuntime final : public Runtime {
 public:
  // The library file; it is opened by the first load().
  explicit OnnxRuntime(std::filesystem::path library) : library_file_{std::move(library)} {}
  ~OnnxRuntime() override;

  std::string name() const override { return "onnxruntime"; }
  std::string version() const override;
  std::unique_ptr<LoadedModel> load(const std::filesystem::path& file, const LoadOptions& options) override;

  struct Library;

 private:
  std::filesystem::path library_file_;
  std::shared_ptr<Library> library_;  // shared with the models: the environment must outlive every session
};

// Where ONNX Runtime is, without loading it: `explicit_path` if not empty, else the system's library, else the first of
// `folders` that has one. Nothing: absent.
std::optional<std::filesystem::path> find_onnx_runtime(const std::filesystem::path& explicit_path,
                                                       std::span<const std::filesystem::path> folders);

}  // namespace continuo
