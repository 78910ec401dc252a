// RAII around descriptors; every one is close-on-exec from birth.
#include "os/file_descriptor.hh"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "os/error.hh"

namespace continuo {

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    reset();
    descriptor_ = other.release();
  }
  return *this;
}

int FileDescriptor::release() { return std::exchange(descriptor_, -1); }

void FileDescriptor::reset() {
  if (descriptor_ >= 0) {
    ::close(std::exchange(descriptor_, -1));  // retrying close after EINTR could close another's descriptor
  }
}

FileDescriptor open_file(const std::filesystem::path& path, int flags, int mode) {
  return FileDescriptor{
      check("open " + path.string(), retry_interrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); }))};
}

Pipe make_pipe() {
  std::array<int, 2> ends{};
  check("pipe", ::pipe2(ends.data(), O_CLOEXEC));
  return {FileDescriptor{ends[0]}, FileDescriptor{ends[1]}};
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  const FileDescriptor file = open_file(path, O_WRONLY);
  const auto written =
      check("write to " + path.string(), retry_interrupted([&] { return ::write(file.get(), text.data(), text.size()); }));
  if (static_cast<std::size_t>(written) != text.size()) {
    throw_system_error("write all of it to " + path.string(), EIO);
  }
}

std::optional<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
  const FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file.is_open()) {
    return std::nullopt;
  }
  std::string text;
  std::array<char, 4096> chunk{};
  while (text.size() < limit) {
    const std::size_t wanted = std::min(chunk.size(), limit - text.size());
    const auto got = retry_interrupted([&] { return ::read(file.get(), chunk.data(), wanted); });
    if (got < 0) {
      return std::nullopt;
    }
    if (got == 0) {
      break;
    }
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace continuo
