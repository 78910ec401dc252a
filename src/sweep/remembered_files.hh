// Files that are read once, whoever asks for them how often.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "scenario/files.hh"

namespace continuo {

// Scenarios that differ in a value name the same packages and inputs: what was found the first time holds for all. For one thread.
class RememberedFiles final : public Files {
 public:
  explicit RememberedFiles(const Files& files) : files_{files} {}

  std::optional<std::string> read(const std::filesystem::path& path, Bytes limit) const override;
  std::vector<FoundFile> match(const std::filesystem::path& folder, const std::string& pattern, std::size_t count_max) const override;

 private:
  const Files& files_;
  mutable std::map<std::pair<std::string, std::int64_t>, std::optional<std::string>> texts_;
  mutable std::map<std::tuple<std::string, std::string, std::size_t>, std::vector<FoundFile>> found_;
};

}  // namespace continuo
