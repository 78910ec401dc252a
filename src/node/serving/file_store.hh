// Files named by the SHA-256 of their content, in one directory. A name is 64 hex digits or it is refused, so nothing
// that a peer or a client says can lead anywhere else.
//
//   DIR/files/SHA256        whole and checked when they were written
//   DIR/incoming/...        being written; what a killed process left there is removed at the next start
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "scenario/digest.hh"
#include "units/bytes.hh"

namespace continuo {

// The digest of a file's content now. Throws std::system_error if it cannot be read.
std::string sha256_of_file(const std::filesystem::path& path);

class FileStore {
 public:
  // Makes the directory. Throws std::filesystem::filesystem_error.
  explicit FileStore(std::filesystem::path directory);

  // A file on its way in. Dropped before commit: nothing is left of it.
  class Incoming {
   public:
    ~Incoming();
    Incoming(const Incoming&) = delete;
    Incoming& operator=(const Incoming&) = delete;
    // False: more than its size, or the disk is full. Nothing more should be written then.
    bool write(std::span<const std::byte> bytes);
    // Nothing: the file is in the store. Else why not: too short, another digest, an error of the disk.
    std::optional<std::string> commit();

   private:
    friend class FileStore;
    Incoming(std::filesystem::path temporary, std::filesystem::path target, std::string sha256, Bytes size);

    std::filesystem::path temporary_;
    std::filesystem::path target_;
    std::string sha256_;
    Bytes size_;
    Bytes written_ = Bytes::zero();
    Sha256 digest_;
    std::ofstream file_;
  };

  // Null: not a digest. The size is what the manifest says; the file is refused unless it has exactly that.
  std::unique_ptr<Incoming> receive(const std::string& sha256, Bytes size);
  // Returns its digest. Throws std::runtime_error if the disk refuses.
  std::string put(std::span<const std::byte> content);
  // Names a file that lies elsewhere, a package's on this machine, instead of copying it. False: absent, or of
  // another size.
  bool adopt(const std::string& sha256, const std::filesystem::path& path, Bytes size);

  std::optional<std::filesystem::path> find(const std::string& sha256) const;
  // As find, with the content read and checked. Throws std::runtime_error: absent, or not what its name says; a file
  // of the store that is not is removed, so that it can be fetched again. Any thread, as long as nothing is adopted
  // meanwhile.
  std::filesystem::path verified(const std::string& sha256) const;

 private:
  std::filesystem::path directory_;
  std::map<std::string, std::filesystem::path> adopted_;
  int incoming_count_ = 0;
};

}  // namespace continuo
