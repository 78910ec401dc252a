// For tests: a package on disk, with two variants and a sample, as a user would write it.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "scenario/digest.hh"

namespace continuo::test {

// A folder that goes when its owner goes.
class Folder {
 public:
  explicit Folder(const std::string& name)
      : path{std::filesystem::temp_directory_path() / ("continuo_" + name + "_" + std::to_string(::getpid()))} {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path path;
};

inline void write_file(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream{path, std::ios::binary} << content;
}

constexpr std::string_view plain_model = "the plain model";
constexpr std::string_view small_model = "the small model";
constexpr std::string_view sample_input = "a sample";

// Service NAME: input `text` BYTES [1], output `length` INT32 [-1]. Returns the digest of the manifest.
inline std::string write_package(const std::filesystem::path& folder, const std::string& name) {
  const auto file = [](std::string_view path, std::string_view content) {
    return "{path: " + std::string{path} + ", sha256: " + sha256_hex(content) +
           ", size: " + std::to_string(content.size()) + "}";
  };
  const std::string manifest =
      "name: " + name + "\nversion: \"3\"\ntask: measuring\nlicence: Apache-2.0\n" +
      "inputs:\n  - {name: text, datatype: BYTES, shape: [1]}\n" +
      "outputs:\n  - {name: length, datatype: INT32, shape: [-1]}\n" + "variants:\n" +
      "  - {name: plain, runtime: builtin, format: builtin, memory: 1 MiB, service_time: 2 ms,\n" +
      "     files: {model: " + file("models/plain", plain_model) + "}}\n" +
      "  - {name: small, runtime: builtin, format: builtin, memory: 1 MiB, service_time: 1 ms,\n" +
      "     files: {model: " + file("models/small", small_model) + "}}\n" +
      "sample: " + file("sample.txt", sample_input) + "\n";
  write_file(folder / "manifest.yaml", manifest);
  write_file(folder / "models/plain", plain_model);
  write_file(folder / "models/small", small_model);
  write_file(folder / "sample.txt", sample_input);
  return sha256_hex(manifest);
}

}  // namespace continuo::test
