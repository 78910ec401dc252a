// Lines out of pipes.
#include "emulate/line_buffer.hh"

#include <algorithm>
#include <utility>

namespace continuo {

std::vector<std::string> LineBuffer::add(std::string_view bytes) {
  std::vector<std::string> lines;
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    begun_.append(part.substr(0, line_size_max - std::min(line_size_max, begun_.size())));
    if (end == std::string_view::npos) {
      break;
    }
    lines.push_back(std::exchange(begun_, {}));
    bytes.remove_prefix(end + 1);
  }
  return lines;
}

void LastLines::add(std::string line) {
  lines_.push_back(std::move(line));
  if (lines_.size() > lines_max) {
    lines_.pop_front();
  }
}

std::string LastLines::text() const {
  std::string text;
  for (const std::string& line : lines_) {
    text += "  " + line + "\n";
  }
  return text;
}

}  // namespace continuo
