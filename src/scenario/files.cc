#include "scenario/files.hh"

#include <glob.h>

#include <algorithm>
#include <fstream>
#include <system_error>

namespace continuo {

namespace {

struct Matches {
  glob_t found{};
  Matches() = default;
  Matches(const Matches&) = delete;
  Matches& operator=(const Matches&) = delete;
  ~Matches() { globfree(&found); }
};

// A folder's name is no pattern, whatever characters are in it.
std::string escaped(const std::string& path) {
  std::string result;
  for (const char letter : path) {
    if (letter == '*' || letter == '?' || letter == '[' || letter == '\\') result += '\\';
    result += letter;
  }
  return result;
}

}  // namespace

std::optional<std::string> DiskFiles::read(const std::filesystem::path& path, Bytes limit) const {
  std::error_code failure;
  if (!std::filesystem::is_regular_file(path, failure)) return std::nullopt;
  std::ifstream file{path, std::ios::binary};
  if (!file) return std::nullopt;
  const auto size = std::filesystem::file_size(path, failure);
  if (failure || size > static_cast<std::uintmax_t>(limit.count())) return std::nullopt;
  std::string content(static_cast<std::size_t>(size), '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) return std::nullopt;
  return content;
}

std::vector<FoundFile> DiskFiles::match(const std::filesystem::path& folder, const std::string& pattern,
                                        std::size_t count_max) const {
  Matches matches;
  const bool absolute = pattern.starts_with('/');
  const std::string whole =
      absolute || folder.empty() ? pattern : escaped(folder.lexically_normal().string()) + "/" + pattern;
  std::vector<FoundFile> files;
  if (glob(whole.c_str(), GLOB_NOSORT, nullptr, &matches.found) != 0) return files;
  for (std::size_t index = 0; index < matches.found.gl_pathc; ++index) {
    const std::filesystem::path path{matches.found.gl_pathv[index]};
    std::error_code failure;
    if (!std::filesystem::is_regular_file(path, failure)) continue;
    const auto size = std::filesystem::file_size(path, failure);
    if (!failure) files.push_back({path.lexically_normal(), Bytes::of(static_cast<std::int64_t>(size))});
  }
  std::sort(files.begin(), files.end(), [](const auto& one, const auto& other) { return one.path < other.path; });
  if (files.size() > count_max) files.erase(files.begin() + static_cast<std::ptrdiff_t>(count_max), files.end());
  return files;
}

std::string why_not_read(const std::filesystem::path& path, Bytes limit) {
  std::error_code failure;
  if (!std::filesystem::exists(path, failure)) return "there is no such file";
  if (std::filesystem::is_directory(path, failure)) return "it is a folder, not a file";
  const auto size = std::filesystem::file_size(path, failure);
  if (!failure && size > static_cast<std::uintmax_t>(limit.count())) return "the file is larger than " + std::to_string(limit.count() >> 20) + " MiB";
  return "cannot read the file";
}

}  // namespace continuo
