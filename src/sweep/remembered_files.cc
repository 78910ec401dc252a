#include "sweep/remembered_files.hh"

namespace continuo {

std::optional<std::string> RememberedFiles::read(const std::filesystem::path& path, Bytes limit) const {
  const auto [known, is_new] = texts_.try_emplace({path.string(), limit.count()});
  if (is_new) known->second = files_.read(path, limit);
  return known->second;
}

std::vector<FoundFile> RememberedFiles::match(const std::filesystem::path& folder, const std::string& pattern, std::size_t count_max) const {
  const auto [known, is_new] = found_.try_emplace({folder.string(), pattern, count_max});
  if (is_new) known->second = files_.match(folder, pattern, count_max);
  return known->second;
}

}  // namespace continuo
