// One GET after the other: the manifest, then each missing file.
#include "node/serving/package_fetch.hh"

#include <algorithm>
#include <utility>

namespace continuo {

namespace {

constexpr Duration manifest_timeout = std::chrono::seconds{30};
// A link slower than this is taken for dead.
constexpr std::int64_t slowest_bytes_per_second = 20'000;

// "HTTP 404", or how the connection failed; nothing: a 200.
std::optional<std::string> problem_of(const HttpResult& result) {
  if (const HttpFailure* const failure = result.failure()) {
    return failure->text;
  }
  const int status = result.response()->status;
  return status == 200 ? std::nullopt : std::optional{"HTTP " + std::to_string(status)};
}

}  // namespace

const Variant* find_variant(const ServicePackage& package, std::string_view name) {
  const auto found = std::ranges::find_if(
      package.variants, [&](const Variant& variant) { return name.empty() || variant.name == name; });
  return found == package.variants.end() ? nullptr : &*found;
}

PackageFetch::PackageFetch(HttpClient& client, PackageStore& store, FetchOrder order, Done done)
    : client_{client}, store_{store}, order_{std::move(order)}, done_{std::move(done)} {}

PackageFetch::~PackageFetch() { client_.cancel(call_); }

void PackageFetch::start() {
  package_ = store_.find(order_.package);
  if (package_) {
    next();
  } else {
    fetch_manifest();
  }
}

void PackageFetch::fetch_manifest() {
  HttpCall call;
  call.address = order_.from;
  call.request.target = "/continuo/v1/packages/" + order_.package;
  call.timeout = manifest_timeout;
  call.body_bytes = manifest_bytes_max;
  call_ = client_.send(std::move(call), [this](const HttpResult& result) {
    if (const auto problem = problem_of(result)) {
      fail("fetching package " + order_.package + " from " + order_.from + ": " + *problem);
      return;
    }
    auto added = store_.add(as_text(result.response()->body), order_.package);
    if (const auto* const problem = std::get_if<std::string>(&added)) {
      fail("package " + order_.package + " from " + order_.from + ": " + *problem);
      return;
    }
    package_ = std::get<PackageStore::PackagePointer>(std::move(added));
    next();
  });
}

void PackageFetch::next() {
  const Variant* const variant = find_variant(*package_, order_.variant);
  if (variant == nullptr) {
    fail("package " + package_->name + " has no variant " + order_.variant);
    return;
  }
  const auto missing = store_.missing(*package_, *variant);
  if (!missing.empty()) {
    fetch_file(missing.front());
    return;
  }
  const auto done = std::move(done_);
  done(std::move(package_));  // may destroy this
}

void PackageFetch::fetch_file(const PackageFile& file) {
  const std::shared_ptr<FileStore::Incoming> incoming = store_.files().receive(file.sha256, file.size);
  if (!incoming) {
    fail(file.path.string() + ": not a digest: " + file.sha256);
    return;
  }
  HttpCall call;
  call.address = order_.from;
  call.request.target = "/continuo/v1/files/" + file.sha256;
  call.timeout = manifest_timeout + std::chrono::seconds{file.size.count() / slowest_bytes_per_second};
  call.body_bytes = static_cast<std::size_t>(file.size.count());
  call.sink = [incoming](std::span<const std::byte> piece) { return incoming->write(piece); };
  call_ = client_.send(std::move(call), [this, incoming, name = file.path.string()](const HttpResult& result) {
    auto problem = problem_of(result);
    if (!problem) {
      problem = incoming->commit();
    }
    if (problem) {
      fail("fetching " + name + " from " + order_.from + ": " + *problem);
      return;
    }
    next();
  });
}

void PackageFetch::fail(const std::string& what) {
  const auto done = std::move(done_);
  done(what);  // may destroy this
}

}  // namespace continuo
