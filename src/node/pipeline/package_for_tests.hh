// The real packages of services/, their models and the example's photographs, where scripts/setup has put them.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "node/pipeline/image.hh"
#include "node/pipeline/pipeline.hh"
#include "node/runtime/runtime_table.hh"
#include "scenario/service_package_parse.hh"

namespace continuo::test {

inline std::string read_whole(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

inline ServicePackage load_package(const std::string& name) {
  const auto folder = std::filesystem::path{CONTINUO_SOURCE_DIR} / "services" / name;
  auto parsed = parse_manifest(read_whole(folder / "manifest.yaml"), folder);
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) {
    throw std::runtime_error(to_string(*errors));
  }
  return std::get<ServicePackage>(std::move(parsed));
}

class PackageTest : public testing::Test {
 protected:
  // Null, and the test skipped, if the runtime or a file of the variant is absent.
  std::unique_ptr<Pipeline> load(const ServicePackage& package, const std::string& variant_name) {
    const auto variant = std::ranges::find(package.variants, variant_name, &Variant::name);
    if (variant == package.variants.end()) {
      ADD_FAILURE() << package.name << " has no variant " << variant_name;
      return nullptr;
    }
    Runtime* runtime = table_.find(variant->runtime);
    if (runtime == nullptr) {
      skip(variant->runtime + " is absent");
      return nullptr;
    }
    for (const PackageFile& file : variant->files) {
      if (!std::filesystem::exists(package.folder / file.path)) {
        skip((package.folder / file.path).string() + " is absent: run scripts/setup");
        return nullptr;
      }
    }
    const auto resolve = [package, files = variant->files](const std::string& name) {
      return package.folder / std::ranges::find(files, name, &PackageFile::name)->path;
    };
    return std::make_unique<Pipeline>(package, *variant, *runtime, resolve, LoadOptions{});
  }

  // Empty, and the test skipped, if scripts/setup has not put it there.
  std::string photo(const std::string& name) {
    const auto file = std::filesystem::path{CONTINUO_SOURCE_DIR} / "examples/factory/photos" / name;
    std::string content = read_whole(file);
    if (content.empty()) {
      skip(file.string() + " is absent: run scripts/setup");
    }
    return content;
  }

  static void skip(const std::string& reason) { GTEST_SKIP() << reason; }

  SystemThreadClock clock_;
  RuntimeTable table_{{.onnxruntime_folders = {CONTINUO_SOURCE_DIR "/.deps/onnxruntime/lib"},
                       .module_folder = CONTINUO_BINARY_DIR "/bin"},
                      clock_};
};

inline Tensor image_input(const std::string& file) { return make_bytes_tensor("image", {1}, std::vector{file}); }

}  // namespace continuo::test
