#include "scenario/package_files.hh"

#include <array>
#include <fstream>
#include <map>
#include <span>
#include <system_error>

#include "scenario/digest.hh"

namespace continuo {
namespace {

std::string digest_of(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  Sha256 digest;
  std::array<char, 65536> block{};
  while (file.read(block.data(), block.size()) || file.gcount() > 0) {
    digest.update(std::as_bytes(std::span{block.data(), static_cast<std::size_t>(file.gcount())}));
  }
  return digest.hex();
}

// Empty: it is as stated.
std::string problem_of(const std::filesystem::path& path, const PackageFile& file) {
  std::error_code absent;
  const auto size = std::filesystem::file_size(path, absent);
  if (absent) {
    return path.string() + ": absent. Is the package complete? scripts/setup brings the models of those in services/";
  }
  if (static_cast<std::int64_t>(size) != file.size.count()) {
    return path.string() + ": has " + std::to_string(size) + " bytes, the manifest says " +
           std::to_string(file.size.count());
  }
  const std::string digest = digest_of(path);
  if (digest != file.sha256) return path.string() + ": its SHA-256 is " + digest + ", the manifest says " + file.sha256;
  return {};
}

}  // namespace

std::vector<std::string> package_file_problems(const Scenario& scenario) {
  std::map<std::filesystem::path, std::string> problems;
  const auto look_at = [&problems](const ServicePackage& package, const PackageFile& file) {
    const auto path = package.folder / file.path;
    if (!problems.contains(path)) problems[path] = problem_of(path, file);
  };
  for (const Service& service : scenario.services) {
    for (const Variant& variant : service.package.variants) {
      for (const PackageFile& file : variant.files) look_at(service.package, file);
    }
    if (service.package.sample) look_at(service.package, *service.package.sample);
  }
  std::vector<std::string> found;
  for (const auto& [path, problem] : problems) {
    if (!problem.empty()) found.push_back(problem);
  }
  return found;
}

}  // namespace continuo
