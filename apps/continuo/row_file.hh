// What commands that evaluate many points share: rows that are on disk as soon as they are known, a file of them taken up again,
// Ctrl-C that ends in good order, and a word on how far they are.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "os/clock.hh"

namespace continuo {

// What can be seen to be wrong before anything is done.
struct BadArgument : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Where rows go, "-" being stdout: each is written out whole, so that the file can be read at any time.
class RowFile {
 public:
  // Behind what the file has already; `kept` bytes of it stay.
  RowFile(const std::string& path, std::size_t kept);
  ~RowFile();
  RowFile(const RowFile&) = delete;
  RowFile& operator=(const RowFile&) = delete;

  void write(const std::string& line);

 private:
  std::string path_;
  std::FILE* file_ = nullptr;
};

// What an earlier run has written into the file; "" if there is none. Throws BadArgument where it may not be taken up again.
std::string earlier_rows(const std::string& path, bool resume);

// From now on the first Ctrl-C sets stop_asked(), so that the points under way end; a second one ends the program the usual way.
void stop_when_asked();
const std::atomic<bool>& stop_asked();

// A line on stderr every two seconds.
class ProgressLine {
 public:
  ProgressLine(std::size_t points, bool shown) : points_{points}, shown_{shown}, next_{clock_.now() + interval} {}
  void show(std::size_t done);

 private:
  static constexpr Duration interval = std::chrono::seconds{2};
  MonotonicClock clock_;
  std::size_t points_;
  bool shown_;
  Duration next_;
};

}  // namespace continuo
