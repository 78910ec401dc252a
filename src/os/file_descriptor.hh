// An owned file descriptor, and the few ways to read and write one whole.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace continuo {

// Move-only. Opened close-on-exec by everything in os/. The destructor closes and never throws. No conversion to bool:
// descriptor 0 is a descriptor.
class FileDescriptor {
 public:
  FileDescriptor() = default;  // holds nothing
  explicit FileDescriptor(int descriptor) : descriptor_{descriptor} {}
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_{other.release()} {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor() { reset(); }

  int get() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }
  int release();
  void reset();

 private:
  int descriptor_ = -1;
};

FileDescriptor open_file(const std::filesystem::path& path, int flags, int mode = 0644);

struct Pipe {
  FileDescriptor reader;
  FileDescriptor writer;
};
Pipe make_pipe();

// Opens, writes all of it in one call, closes: for files of /proc, /sys and cgroups as well.
void write_file(const std::filesystem::path& path, std::string_view text);
// Nothing if the file cannot be read; at most `limit` bytes.
std::optional<std::string> read_file(const std::filesystem::path& path, std::size_t limit = 1 << 20);

}  // namespace continuo
