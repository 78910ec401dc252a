#include "scenario/continuum/ini_file.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace continuo {

namespace {

constexpr std::string_view spaces = " \t\f\v\r";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(spaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

// A piece of a line as a scalar that knows its place.
YamlNode scalar(std::string_view line, std::string_view piece, int number) {
  const int column = piece.empty() ? static_cast<int>(line.size()) : static_cast<int>(piece.data() - line.data()) + 1;
  return {.kind = YamlNode::Kind::scalar, .line = number, .column = std::max(column, 1), .text = std::string{piece}};
}

class IniReader {
 public:
  explicit IniReader(Problems& problems) : problems_{problems} {}

  void take(std::string_view line, int number) {
    const std::string_view content = trimmed(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') return;
    const YamlNode whole = scalar(line, content, number);
    if (content.data() != line.data()) {
      problems_.add(whole, "the line begins with a space, which continues the value above it",
                    "write each `key = value` on one line, from the first column");
    } else if (content.front() == '[') {
      take_section(line, content, number);
    } else {
      take_entry(line, content, number);
    }
  }

  IniFile finish() && { return std::move(file_); }

 private:
  void take_section(std::string_view line, std::string_view content, int number) {
    const auto end = content.find(']');
    if (end == std::string_view::npos || end == 1 || end + 1 != content.size()) {
      problems_.add(scalar(line, content, number), fmt::format("{} is no section", in_quotes(content)),
                    "write for example [infrastructure], and comments on lines of their own");
      return;
    }
    YamlNode name = scalar(line, content.substr(1, end - 1), number);
    const auto [first, is_new] = section_lines_.try_emplace(name.text, number);
    if (!is_new) {
      problems_.add(name, fmt::format("section [{}] appears twice", name.text),
                    fmt::format("it begins on line {} already: join the two", first->second));
    }
    section_ = name.text;
    file_.sections.push_back({std::move(name)});
  }

  void take_entry(std::string_view line, std::string_view content, int number) {
    const auto delimiter = content.find_first_of("=:");
    const std::string_view key = trimmed(content.substr(0, delimiter));
    const YamlNode place = scalar(line, key.empty() ? content : key, number);
    if (delimiter == std::string_view::npos || key.empty()) {
      problems_.add(place, fmt::format("{} is no `key = value`", in_quotes(content)),
                    "write for example cloud_nodes = 1, or # before a comment");
      return;
    }
    if (file_.sections.empty()) {
      problems_.add(place, fmt::format("{} stands before the first section", in_quotes(key)), "write [infrastructure] above it");
      return;
    }
    const auto [first, is_new] = entry_lines_.try_emplace({section_, lower_case(key)}, number);
    if (!is_new) {
      problems_.add(place, fmt::format("{} appears twice in [{}]", in_quotes(key), section_),
                    fmt::format("it is already said on line {}: keep one of the two", first->second));
      return;
    }
    const std::string_view value = trimmed(content.substr(delimiter + 1));
    if (value.find("%(") != std::string_view::npos) {
      problems_.add(scalar(line, value, number), fmt::format("the value of {} refers to another", in_quotes(key)),
                    "write the value itself in place of %(...)s");
      return;
    }
    file_.entries.push_back({section_, place, scalar(line, value, number)});
  }

  Problems& problems_;
  IniFile file_;
  std::string section_;
  std::map<std::string, int> section_lines_;
  std::map<std::pair<std::string, std::string>, int> entry_lines_;
};

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower{text};
  for (char& letter : lower) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return lower;
}

namespace {

struct NoText {
  int line = 1;
  int column = 1;
  unsigned char byte = 0;
};

// The first control character: a mistaken path is told once, and not line by line. Other encodings than UTF-8 are let pass.
std::optional<NoText> no_text(std::string_view text) {
  NoText place;
  for (const char letter : text) {
    place.byte = static_cast<unsigned char>(letter);
    if (letter != '\n' && spaces.find(letter) == std::string_view::npos && (place.byte < 0x20 || place.byte == 0x7f)) return place;
    place.column = letter == '\n' ? 1 : place.column + 1;
    place.line += letter == '\n' ? 1 : 0;
  }
  return std::nullopt;
}

}  // namespace

IniFile parse_ini(std::string_view text, Problems& problems, const IniLimits& limits) {
  const YamlNode top{.kind = YamlNode::Kind::scalar};
  if (text.size() > limits.bytes) {
    problems.add(top, fmt::format("the file is larger than {} KiB", limits.bytes / 1024),
                 "a configuration is a small text file: check the path");
    return {};
  }
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (const auto place = no_text(text)) {
    problems.add({.kind = YamlNode::Kind::scalar, .line = place->line, .column = place->column},
                 fmt::format("byte 0x{:02x} is not text", place->byte), "a configuration is a text file: check the path");
    return {};
  }
  IniReader reader{problems};
  std::size_t number = 0;
  while (!text.empty() && !problems.full()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (++number > limits.lines) {
      problems.add(scalar(line, line, static_cast<int>(number)), fmt::format("there are more than {} lines", limits.lines),
                   "a configuration is a small text file: check the path");
      break;
    }
    if (line.size() > limits.line_length) {
      problems.add(scalar(line, line, static_cast<int>(number)), fmt::format("the line has {} letters", line.size()),
                   fmt::format("write at most {}", limits.line_length));
      continue;
    }
    reader.take(line, static_cast<int>(number));
  }
  return std::move(reader).finish();
}

}  // namespace continuo
