// JSON text: separators, escapes and shortest numbers.
#include "wire/internal/json_writer.hh"

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <span>
#include <system_error>

#include "wire/utf8.hh"

namespace continuo {

namespace {

template <class T>
std::string_view shortest(T number, std::span<char> buffer) {
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  assert(error == std::errc{});
  return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

constexpr std::size_t number_length_max = 32;

}  // namespace

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  quote(name);
  text_ += ':';
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  quote(text);
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(double number) {
  assert(std::isfinite(number));
  std::array<char, number_length_max> buffer;
  return real(shortest(number, buffer));
}

JsonWriter& JsonWriter::value(float number) {
  assert(std::isfinite(number));
  std::array<char, number_length_max> buffer;
  return real(shortest(number, buffer));
}

// "2" would be read back as an integer.
JsonWriter& JsonWriter::real(std::string_view text) {
  raw(text);
  if (text.find_first_of(".e") == std::string_view::npos) {
    text_ += ".0";
  }
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t number) {
  std::array<char, number_length_max> buffer;
  return raw(shortest(number, buffer));
}

JsonWriter& JsonWriter::unsigned_integer(std::uint64_t number) {
  std::array<char, number_length_max> buffer;
  return raw(shortest(number, buffer));
}

JsonWriter& JsonWriter::raw(std::string_view text) {
  separate();
  text_ += text;
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  text_ += bracket;
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  text_ += bracket;
  comma_ = true;
  return *this;
}

void JsonWriter::separate() {
  if (comma_) {
    text_ += ',';
  }
}

void JsonWriter::quote(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  text_ += '"';
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto code = static_cast<unsigned char>(text.front());
    if (length == 0) {
      text_ += "\xef\xbf\xbd";
    } else if (code == '"' || code == '\\') {
      text_ += '\\';
      text_ += text.front();
    } else if (code == '\n') {
      text_ += "\\n";
    } else if (code < 0x20) {
      text_ += "\\u00";
      text_ += digits[code >> 4];
      text_ += digits[code & 15];
    } else {
      text_ += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  text_ += '"';
}

}  // namespace continuo
