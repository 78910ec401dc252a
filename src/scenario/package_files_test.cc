#include "scenario/package_files.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <fstream>

#include "scenario/digest.hh"

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PackageFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path{::testing::TempDir()} / ("package_files-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    std::ofstream{folder_ / "model"} << "weights";
  }

  Scenario with_file(std::string sha256, Bytes size, std::string path = "model") const {
    Service service;
    service.package.folder = folder_;
    Variant variant;
    variant.files.push_back({.name = "model", .path = std::move(path), .sha256 = std::move(sha256), .size = size});
    service.package.variants = {variant, variant};
    Scenario scenario;
    scenario.services.push_back(service);
    return scenario;
  }

  std::filesystem::path folder_;
};

TEST_F(PackageFiles, that_are_as_stated_are_no_problem) {
  EXPECT_THAT(package_file_problems(with_file(sha256_hex("weights"), 7_B)), IsEmpty());
}

TEST_F(PackageFiles, that_are_absent_shortened_or_changed_are_told_once_each) {
  EXPECT_THAT(package_file_problems(with_file(sha256_hex("weights"), 7_B, "gone")), ElementsAre(HasSubstr("gone: absent")));
  EXPECT_THAT(package_file_problems(with_file(sha256_hex("weights"), 8_B)),
              ElementsAre(HasSubstr("has 7 bytes, the manifest says 8")));
  EXPECT_THAT(package_file_problems(with_file(sha256_hex("Weights"), 7_B)), ElementsAre(HasSubstr("SHA-256")));
}

}  // namespace
}  // namespace continuo
