// The files that a scenario refers to: on disk, or in the memory of a test.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "units/bytes.hh"

namespace continuo {

struct FoundFile {
  std::filesystem::path path;
  Bytes size = Bytes::zero();
};

class Files {
 public:
  virtual ~Files() = default;
  // Nothing: there is no such file, it cannot be read, or it is larger than `limit`.
  virtual std::optional<std::string> read(const std::filesystem::path& path, Bytes limit) const = 0;
  // The regular files below `folder` that match a shell pattern (* ? [...]), sorted by path; at most `count_max`.
  virtual std::vector<FoundFile> match(const std::filesystem::path& folder, const std::string& pattern,
                                       std::size_t count_max) const = 0;
};

class DiskFiles final : public Files {
 public:
  std::optional<std::string> read(const std::filesystem::path& path, Bytes limit) const override;
  std::vector<FoundFile> match(const std::filesystem::path& folder, const std::string& pattern,
                               std::size_t count_max) const override;
};

// Why DiskFiles could not read it, for people: "there is no such file", "it is a folder", "the file is larger than 1 MiB", "cannot read the file".
std::string why_not_read(const std::filesystem::path& path, Bytes limit);

}  // namespace continuo
