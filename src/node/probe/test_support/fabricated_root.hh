// A folder that looks like a machine's root, made by a test and removed after it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace continuo {

class FabricatedRoot {
 public:
  FabricatedRoot() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::path{testing::TempDir()} / (std::string{"continuo-root-"} + test->test_suite_name() + test->name());
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~FabricatedRoot() { std::filesystem::remove_all(path_); }
  FabricatedRoot(const FabricatedRoot&) = delete;
  FabricatedRoot& operator=(const FabricatedRoot&) = delete;

  void file(const std::string& name, const std::string& text = "") const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream{path_ / name} << text;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace continuo
