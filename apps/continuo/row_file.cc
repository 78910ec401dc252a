#include "row_file.hh"

#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace continuo {
namespace {

constexpr std::size_t row_file_size_max = std::size_t{256} << 20;

std::atomic<bool> stop_wanted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void ask_to_stop(int signal) {
  stop_wanted.store(true);
  std::signal(signal, SIG_DFL);
}

}  // namespace

RowFile::RowFile(const std::string& path, std::size_t kept) : path_{path} {
  if (path == "-") {
    file_ = stdout;
    return;
  }
  if (kept > 0) std::filesystem::resize_file(path, kept);
  file_ = std::fopen(path.c_str(), kept > 0 ? "ab" : "wb");
  if (file_ == nullptr) throw std::runtime_error("cannot write " + path + ": does its folder exist, and may you write there?");
}

RowFile::~RowFile() {
  if (file_ != stdout) std::fclose(file_);
}

void RowFile::write(const std::string& line) {
  const bool written = std::fwrite(line.data(), 1, line.size(), file_) == line.size() && std::fflush(file_) == 0;
  if (!written) throw std::runtime_error("cannot write " + path_);
}

std::string earlier_rows(const std::string& path, bool resume) {
  if (path.empty() || path == "-" || !std::filesystem::exists(path)) return "";
  if (!resume) {
    throw BadArgument(path + " exists already\n  add --resume to keep its rows and evaluate the rest, or remove it");
  }
  if (std::filesystem::file_size(path) > row_file_size_max) throw BadArgument(path + " is larger than 256 MiB");
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

void stop_when_asked() {
  std::signal(SIGINT, ask_to_stop);
  std::signal(SIGTERM, ask_to_stop);
}

const std::atomic<bool>& stop_asked() { return stop_wanted; }

void ProgressLine::show(std::size_t done) {
  if (!shown_ || clock_.now() < next_) return;
  next_ = clock_.now() + interval;
  fmt::print(stderr, "continuo: {} of {} points\n", done, points_);
}

}  // namespace continuo
