#include "scenario/utf8.hh"

#include <fmt/format.h>

namespace continuo {

std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t index = 1; index < length; ++index) {
    if ((byte(index) & 0xc0U) != 0x80) return 0;
  }
  return length;
}

bool is_text(std::string_view text) {
  const auto letter = static_cast<unsigned char>(text.front());
  const bool control = letter < 0x20 && letter != '\n' && letter != '\r' && letter != '\t';
  return !control && letter != 0x7f && utf8_length(text) > 0;
}

std::string shown(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto letter = static_cast<unsigned char>(text.front());
    const bool control = (letter < 0x20 && letter != '\n') || letter == 0x7f || (length == 2 && letter == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0);
    const std::size_t taken = length == 0 ? 1 : length;
    for (std::size_t index = 0; index < taken; ++index) {
      if (control || length == 0) safe += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[index]));
      else safe += text[index];
    }
    text.remove_prefix(taken);
  }
  return safe;
}

}  // namespace continuo
