#include "scenario/link_files.hh"

#include <fmt/format.h>

namespace continuo {

namespace {

constexpr Bytes file_size_max = Bytes::mebibytes(128);
constexpr std::size_t files_max = 256;

}  // namespace

template <class Content, class Parse>
std::shared_ptr<const Content> LinkFiles::read(std::map<std::string, std::shared_ptr<const Content>>& known,
                                               const YamlNode& path, const std::string& what, Parse parse, Problems& problems) {
  const auto name = read_text(path, what, problems);
  if (!name) return nullptr;
  if (const auto before = known.find(*name); before != known.end()) return before->second;
  if (known.size() == files_max) {
    problems.add(path, fmt::format("more than {} different files for links", files_max), "use fewer");
    return nullptr;
  }
  std::shared_ptr<const Content>& place = known[*name];
  const std::filesystem::path file = std::filesystem::path{*name}.is_absolute() ? std::filesystem::path{*name} : folder_ / *name;
  const auto text = files_.read(file.lexically_normal(), file_size_max);
  if (!text) {
    problems.add(path, fmt::format("{}: cannot read the file {}, or it is larger than 128 MiB", what, in_quotes(*name)),
                 "paths are relative to the folder of the scenario");
    return nullptr;
  }
  auto parsed = parse(*text);
  if (const auto* wrong = std::get_if<std::string>(&parsed)) {
    problems.add(path, fmt::format("{}: {}: {}", what, in_quotes(*name), *wrong), "docs/scenario.md shows the format");
    return nullptr;
  }
  place = std::make_shared<const Content>(std::move(std::get<Content>(parsed)));
  return place;
}

std::shared_ptr<const CapacityTrace> LinkFiles::trace(const YamlNode& path, const std::string& what, Problems& problems) {
  return read(traces_, path, what, parse_capacity_trace, problems);
}

std::shared_ptr<const DelayTable> LinkFiles::table(const YamlNode& path, const std::string& what, Problems& problems) {
  return read(tables_, path, what, parse_delay_table, problems);
}

}  // namespace continuo
