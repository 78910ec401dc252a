// Cuts a stream of bytes into lines, in bounded memory. Pure.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

class LineBuffer {
 public:
  // What is longer is cut: its rest is thrown away up to the next line feed.
  static constexpr std::size_t line_size_max = 64 * 1024;

  // The lines that these bytes complete, without their line feeds.
  std::vector<std::string> add(std::string_view bytes);

 private:
  std::string begun_;
};

// The last lines of what a process said: what a person needs to see when it has died.
class LastLines {
 public:
  static constexpr std::size_t lines_max = 20;
  void add(std::string line);
  std::string text() const;

 private:
  std::deque<std::string> lines_;
};

}  // namespace continuo
