#include "os/disk.hh"

#include <algorithm>

#include "os/file_descriptor.hh"

namespace continuo {

namespace {

std::string first_line(const std::filesystem::path& file) {
  const std::string text = read_file(file).value_or("");
  return text.substr(0, text.find('\n'));
}

}  // namespace

std::vector<Disk> disks(const std::filesystem::path& block_folder) {
  std::vector<Disk> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator{block_folder, ignored}) {
    const std::string name = entry.path().filename().string();
    const bool in_memory = name.starts_with("loop") || name.starts_with("ram") || name.starts_with("zram");
    const std::string size = first_line(entry.path() / "size");
    const std::string number = first_line(entry.path() / "dev");
    if (!in_memory && !number.empty() && !size.empty() && size != "0") {
      found.push_back({.name = name, .number = number});
    }
  }
  std::sort(found.begin(), found.end(), [](const Disk& one, const Disk& other) { return one.name < other.name; });
  return found;
}

}  // namespace continuo
