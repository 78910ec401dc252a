// What the fuzz targets of scenarios share: a disk that is not there, and what is promised of errors.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/files.hh"
#include "scenario/scenario_error.hh"

namespace continuo {

inline void require(bool condition) {
  if (!condition) std::abort();
}

inline void check_errors(const std::vector<ScenarioError>& errors) {
  require(!errors.empty());
  for (const ScenarioError& error : errors) {
    require(!error.message.empty());
    require(error.line >= 0);
  }
  require(!to_string(errors).empty());
}

// A fuzzer does not get to see the disk. Every package is there, and what has no "none" in its name.
class NoDisk final : public Files {
 public:
  std::optional<std::string> read(const std::filesystem::path& path, Bytes) const override {
    if (path.string().find("none") != std::string::npos) return std::nullopt;
    if (path.extension() == ".trace") return std::string{"0\n5\n7\n"};
    if (path.extension() == ".delays") return std::string{"20\n31\n22.5\n"};
    return std::string{manifest};
  }
  std::vector<FoundFile> match(const std::filesystem::path&, const std::string& pattern, std::size_t) const override {
    if (pattern.find("none") != std::string::npos) return {};
    return {{"a.jpg", Bytes::of(5)}, {"a.jpg.expect.json", Bytes::of(7)}};
  }

 private:
  static constexpr std::string_view manifest = R"(name: faces
version: "1"
task: face-detection
licence: MIT
inputs: [{name: image, datatype: BYTES, shape: [1]}]
outputs: []
variants: [{name: one, runtime: builtin, memory: 1 MiB, service_time: 1 ms}]
sample: {path: a.jpg, sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, size: 10}
)";
};

}  // namespace continuo
