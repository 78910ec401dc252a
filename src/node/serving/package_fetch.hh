// Brings a package's manifest and one variant's files from a peer that has them, each checked against its digest.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "node/serving/package_store.hh"
#include "os/http_client.hh"

namespace continuo {

struct FetchOrder {
  std::string package;  // digest of the manifest
  std::string variant;  // empty: the manifest's first
  std::string from;     // "host:port"
};

class PackageFetch {
 public:
  // The package, or why it could not be had. Called once, on the client's thread; from within start() only if nothing
  // had to be fetched. May destroy the PackageFetch.
  using Done = std::function<void(std::variant<PackageStore::PackagePointer, std::string>)>;

  // The destructor cancels; Done is not called afterwards. Client and store outlive it.
  PackageFetch(HttpClient& client, PackageStore& store, FetchOrder order, Done done);
  ~PackageFetch();
  PackageFetch(const PackageFetch&) = delete;
  PackageFetch& operator=(const PackageFetch&) = delete;

  void start();

 private:
  void fetch_manifest();
  void fetch_file(const PackageFile& file);
  void next();
  void fail(const std::string& what);

  HttpClient& client_;
  PackageStore& store_;
  FetchOrder order_;
  Done done_;
  PackageStore::PackagePointer package_;
  HttpClient::Id call_ = 0;
};

// The variant of that name, or the first for an empty name. Null: there is none.
const Variant* find_variant(const ServicePackage& package, std::string_view name);

}  // namespace continuo
