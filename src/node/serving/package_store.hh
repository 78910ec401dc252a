// The service packages that a node knows, by the digest of their manifest. Their files are in the FileStore.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "node/serving/file_store.hh"
#include "scenario/service_package.hh"

namespace continuo {

// A manifest is text for people; a larger one is none.
constexpr std::size_t manifest_bytes_max = std::size_t{1} << 20;

class PackageStore {
 public:
  using PackagePointer = std::shared_ptr<const ServicePackage>;  // shared with the instances that run it

  explicit PackageStore(FileStore& files) : files_{files} {}

  // A package's folder, or a folder of such folders. Files are named, not copied. Returns what is wrong, a sentence
  // each: a manifest that cannot be read, a file that is absent (its variants cannot be loaded from here).
  std::vector<std::string> ingest(const std::filesystem::path& folder);
  // A manifest from a peer, which must have this digest. Kept in the FileStore.
  std::variant<PackagePointer, std::string> add(std::string_view manifest, const std::string& digest);

  // Null: not known. A manifest that an earlier run of the node fetched is read from the FileStore.
  PackagePointer find(const std::string& digest);
  // The one of that name that was ingested or added last.
  PackagePointer find_by_name(std::string_view name) const;
  std::vector<PackagePointer> all() const;

  // What must still be fetched before the variant can be loaded: its files, and the package's sample.
  std::vector<PackageFile> missing(const ServicePackage& package, const Variant& variant) const;

  FileStore& files() { return files_; }

 private:
  std::vector<std::string> ingest_package(const std::filesystem::path& folder);

  FileStore& files_;
  std::map<std::string, PackagePointer> packages_;  // by digest
  std::vector<std::string> order_;                  // digests, the latest last
};

}  // namespace continuo
