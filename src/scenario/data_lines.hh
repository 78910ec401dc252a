// The lines of a file of numbers: traces and tables of delays. Internal to scenario/.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>

namespace continuo {

// Skips empty lines and what follows a #. Words are parted by blanks, tabs or a comma.
class DataLines {
 public:
  static constexpr std::size_t words_max = 3;  // one more than any format has

  struct Line {
    std::size_t number = 0;  // from 1, of all lines
    std::array<std::string_view, words_max> words{};
    std::size_t count = 0;  // of words; what is beyond words_max is not looked at
  };

  explicit DataLines(std::string_view text) : rest_{text} {}

  // The next line with a word in it.
  std::optional<Line> next() {
    while (!rest_.empty()) {
      const std::size_t end = rest_.find('\n');
      const std::string_view text = rest_.substr(0, end);
      rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
      ++number_;
      Line line{.number = number_};
      split(text, line);
      if (line.count > 0) return line;
    }
    return std::nullopt;
  }

 private:
  static bool parts(char letter) { return letter == ' ' || letter == '\t' || letter == ',' || letter == '\r'; }

  static void split(std::string_view text, Line& line) {
    std::size_t place = 0;
    while (line.count < words_max) {
      while (place < text.size() && parts(text[place])) ++place;
      if (place == text.size() || text[place] == '#') return;
      const std::size_t begin = place;
      while (place < text.size() && !parts(text[place]) && text[place] != '#') ++place;
      line.words[line.count++] = text.substr(begin, place - begin);
    }
  }

  std::string_view rest_;
  std::size_t number_ = 0;
};

// The whole word is a number, or nothing.
template <class Number>
std::optional<Number> number_in(std::string_view word) {
  Number value{};
  const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (failure != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

// Whether it begins like anything but text; told before a line of it is repeated to people.
inline bool looks_binary(std::string_view text) {
  constexpr std::size_t looked_at = 4096;
  return text.substr(0, looked_at).find('\0') != std::string_view::npos;
}

}  // namespace continuo
