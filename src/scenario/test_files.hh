// Files below src/scenario/testdata/, named relative to it. For tests.
#pragma once

#include "scenario/files.hh"

namespace continuo {

class TestdataFiles final : public Files {
 public:
  static std::filesystem::path root() { return std::filesystem::path{CONTINUO_SOURCE_DIR} / "src/scenario/testdata"; }

  std::optional<std::string> read(const std::filesystem::path& path, Bytes limit) const override {
    return disk_.read(root() / path, limit);
  }
  std::vector<FoundFile> match(const std::filesystem::path& folder, const std::string& pattern,
                               std::size_t count_max) const override {
    auto found = disk_.match(root() / folder, pattern, count_max);
    for (FoundFile& file : found) file.path = file.path.lexically_relative(root());
    return found;
  }

 private:
  DiskFiles disk_;
};

}  // namespace continuo
