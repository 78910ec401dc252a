// Write aside, check, rename.
#include "node/serving/file_store.hh"

#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

namespace continuo {

namespace fs = std::filesystem;

std::string sha256_of_file(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    throw std::system_error{errno, std::generic_category(), "opening " + path.string()};
  }
  constexpr std::size_t block = std::size_t{1} << 18;
  std::vector<char> buffer(block);
  Sha256 digest;
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    digest.update(std::as_bytes(std::span{buffer}.first(static_cast<std::size_t>(file.gcount()))));
  }
  if (file.bad()) {
    throw std::system_error{errno, std::generic_category(), "reading " + path.string()};
  }
  return digest.hex();
}

FileStore::Incoming::Incoming(fs::path temporary, fs::path target, std::string sha256, Bytes size)
    : temporary_{std::move(temporary)},
      target_{std::move(target)},
      sha256_{std::move(sha256)},
      size_{size},
      file_{temporary_, std::ios::binary | std::ios::trunc} {}

FileStore::Incoming::~Incoming() {
  file_.close();
  std::error_code ignored;
  fs::remove(temporary_, ignored);
}

bool FileStore::Incoming::write(std::span<const std::byte> bytes) {
  written_ += Bytes::of(static_cast<std::int64_t>(bytes.size()));
  if (written_ > size_) {
    return false;
  }
  digest_.update(bytes);
  file_.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return file_.good();
}

std::optional<std::string> FileStore::Incoming::commit() {
  file_.close();
  if (!file_) {
    return "writing " + temporary_.string() + " failed";
  }
  if (written_ != size_) {
    return "it has " + std::to_string(written_.count()) + " bytes instead of " + std::to_string(size_.count());
  }
  if (digest_.hex() != sha256_) {
    return "its content is not what its digest says";
  }
  std::error_code error;
  fs::rename(temporary_, target_, error);
  return error ? std::optional{"renaming to " + target_.string() + ": " + error.message()} : std::nullopt;
}

FileStore::FileStore(fs::path directory) : directory_{std::move(directory)} {
  fs::create_directories(directory_ / "files");
  fs::remove_all(directory_ / "incoming");
  fs::create_directories(directory_ / "incoming");
}

std::unique_ptr<FileStore::Incoming> FileStore::receive(const std::string& sha256, Bytes size) {
  if (!is_sha256_hex(sha256)) {
    return nullptr;
  }
  const std::string name = std::to_string(::getpid()) + "-" + std::to_string(incoming_count_++);
  return std::unique_ptr<Incoming>{
      new Incoming{directory_ / "incoming" / name, directory_ / "files" / sha256, sha256, size}};
}

std::string FileStore::put(std::span<const std::byte> content) {
  const std::string sha256 = sha256_hex(content);
  const auto incoming = receive(sha256, Bytes::of(static_cast<std::int64_t>(content.size())));
  incoming->write(content);
  if (const auto problem = incoming->commit()) {
    throw std::runtime_error{"storing a file: " + *problem};
  }
  return sha256;
}

bool FileStore::adopt(const std::string& sha256, const fs::path& path, Bytes size) {
  std::error_code error;
  const auto found = fs::file_size(path, error);
  if (error || !is_sha256_hex(sha256) || static_cast<std::int64_t>(found) != size.count()) {
    return false;
  }
  adopted_.insert_or_assign(sha256, path);
  return true;
}

std::optional<fs::path> FileStore::find(const std::string& sha256) const {
  if (!is_sha256_hex(sha256)) {
    return std::nullopt;
  }
  std::error_code error;
  if (fs::path stored = directory_ / "files" / sha256; fs::is_regular_file(stored, error)) {
    return stored;
  }
  const auto found = adopted_.find(sha256);
  return found != adopted_.end() && fs::is_regular_file(found->second, error) ? std::optional{found->second}
                                                                             : std::nullopt;
}

fs::path FileStore::verified(const std::string& sha256) const {
  const auto path = find(sha256);
  if (!path) {
    throw std::runtime_error{"no file with digest " + sha256};
  }
  if (sha256_of_file(*path) != sha256) {
    if (path->parent_path() == directory_ / "files") {
      fs::remove(*path);
    }
    throw std::runtime_error{path->string() + " has changed: its content is not what its digest says"};
  }
  return *path;
}

}  // namespace continuo
