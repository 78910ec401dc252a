// Reading manifests from folders, peers and the file store.
#include "node/serving/package_store.hh"

#include <algorithm>
#include <fstream>
#include <set>

#include "scenario/service_package_parse.hh"

namespace continuo {

namespace fs = std::filesystem;

namespace {

// Packages that peers may make a node know.
constexpr std::size_t packages_max = 1024;

std::optional<std::string> read_manifest(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    return std::nullopt;
  }
  std::string text(manifest_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text.size() > manifest_bytes_max ? std::nullopt : std::optional{std::move(text)};
}

std::vector<PackageFile> files_of(const ServicePackage& package, const Variant& variant) {
  std::vector<PackageFile> files = variant.files;
  if (package.sample) {
    files.push_back(*package.sample);
  }
  return files;
}

}  // namespace

std::vector<std::string> PackageStore::ingest(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder / "manifest.yaml", error)) {
    return ingest_package(folder);
  }
  std::set<fs::path> packages;
  for (const auto& entry : fs::directory_iterator{folder, error}) {
    if (fs::exists(entry.path() / "manifest.yaml", error)) {
      packages.insert(entry.path());
    }
  }
  if (packages.empty()) {
    return {folder.string() + ": no manifest.yaml in it, nor in the folders below"};
  }
  std::vector<std::string> problems;
  for (const fs::path& package : packages) {
    const auto more = ingest_package(package);
    problems.insert(problems.end(), more.begin(), more.end());
  }
  return problems;
}

std::vector<std::string> PackageStore::ingest_package(const fs::path& folder) {
  const fs::path path = folder / "manifest.yaml";
  const auto text = read_manifest(path);
  if (!text) {
    return {path.string() + ": cannot be read, or is larger than 1 MiB"};
  }
  auto parsed = parse_manifest(*text, folder);
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) {
    return {to_string(*errors)};
  }
  auto package = std::make_shared<ServicePackage>(std::get<ServicePackage>(std::move(parsed)));
  package->digest = sha256_hex(*text);
  files_.adopt(package->digest, path, Bytes::of(static_cast<std::int64_t>(text->size())));
  std::set<std::string> problems;
  for (const Variant& variant : package->variants) {
    for (const PackageFile& file : files_of(*package, variant)) {
      if (!files_.adopt(file.sha256, folder / file.path, file.size) && !files_.find(file.sha256)) {
        problems.insert((folder / file.path).string() + ": absent, or not of the " + std::to_string(file.size.count()) +
                        " bytes that the manifest says");
      }
    }
  }
  std::erase(order_, package->digest);
  order_.push_back(package->digest);
  packages_.insert_or_assign(package->digest, std::move(package));
  return {problems.begin(), problems.end()};
}

std::variant<PackageStore::PackagePointer, std::string> PackageStore::add(std::string_view manifest,
                                                                          const std::string& digest) {
  if (manifest.size() > manifest_bytes_max || sha256_hex(manifest) != digest) {
    return "the manifest is not what its digest says";
  }
  if (packages_.size() >= packages_max) {
    return "too many packages";
  }
  auto parsed = parse_manifest(manifest, {});
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) {
    return "the manifest is not valid: " + to_string(*errors);
  }
  files_.put(std::as_bytes(std::span{manifest}));
  auto package = std::make_shared<ServicePackage>(std::get<ServicePackage>(std::move(parsed)));
  package->digest = digest;
  std::erase(order_, digest);
  order_.push_back(digest);
  packages_.insert_or_assign(digest, package);
  return PackagePointer{std::move(package)};
}

PackageStore::PackagePointer PackageStore::find(const std::string& digest) {
  if (const auto known = packages_.find(digest); known != packages_.end()) {
    return known->second;
  }
  const auto path = files_.find(digest);
  const auto text = path ? read_manifest(*path) : std::nullopt;
  if (!text) {
    return nullptr;
  }
  const auto added = add(*text, digest);
  const auto* package = std::get_if<PackagePointer>(&added);
  return package == nullptr ? nullptr : *package;
}

PackageStore::PackagePointer PackageStore::find_by_name(std::string_view name) const {
  for (auto digest = order_.rbegin(); digest != order_.rend(); ++digest) {
    if (const auto& package = packages_.at(*digest); package->name == name) {
      return package;
    }
  }
  return nullptr;
}

std::vector<PackageStore::PackagePointer> PackageStore::all() const {
  std::vector<PackagePointer> packages;
  for (const std::string& digest : order_) {
    packages.push_back(packages_.at(digest));
  }
  return packages;
}

std::vector<PackageFile> PackageStore::missing(const ServicePackage& package, const Variant& variant) const {
  std::vector<PackageFile> files = files_of(package, variant);
  std::erase_if(files, [&](const PackageFile& file) { return files_.find(file.sha256).has_value(); });
  return files;
}

}  // namespace continuo
