#include "output_file.hh"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace continuo {

void write_file(const std::string& path, const std::string& text) {
  if (path == "-") {
    std::fputs(text.c_str(), stdout);
    return;
  }
  std::ofstream file{path, std::ios::binary};
  file << text;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path + ": " + std::generic_category().message(errno));
}

void check_writable(const std::string& path) {
  if (path.empty() || path == "-") return;
  const bool existed = std::filesystem::exists(path);
  if (!std::ofstream{path, std::ios::app}) {
    throw std::runtime_error("cannot write " + path + ": does its folder exist, and may you write there?");
  }
  if (!existed) std::filesystem::remove(path);
}

void check_distinct(const std::vector<std::string>& read, const std::vector<std::string>& written) {
  std::vector<std::string> seen;
  for (const std::string& path : read) seen.push_back(std::filesystem::weakly_canonical(path));
  for (const std::string& path : written) {
    if (path.empty() || path == "-") continue;
    std::string place = std::filesystem::weakly_canonical(path);
    if (std::ranges::find(seen, place) != seen.end()) {
      throw std::runtime_error(path + " would be written over: each output needs a file of its own");
    }
    seen.push_back(std::move(place));
  }
}

TextOptions text_options() {
  TextOptions options;
  const bool terminal = ::isatty(STDOUT_FILENO) == 1;
  const char* no_colour = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  options.colour = terminal && (no_colour == nullptr || *no_colour == '\0') &&
                   kind != nullptr && std::string{kind} != "dumb";
  winsize size{};
  if (terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    options.width = std::clamp<int>(size.ws_col, 80, 160);
  }
  return options;
}

}  // namespace continuo
