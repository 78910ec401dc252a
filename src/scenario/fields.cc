#include "scenario/fields.hh"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

#include "scenario/nearest.hh"
#include "scenario/utf8.hh"

namespace continuo {

namespace {

std::string kind_of(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null: return "nothing";
    case YamlNode::Kind::scalar: return in_quotes(node.text);
    case YamlNode::Kind::sequence: return "a list";
    case YamlNode::Kind::mapping: return "a mapping (key: value)";
  }
  return {};
}

// Tells duplicates and keys that are no words.
void check_keys(const YamlNode& node, const std::string& what, Problems& problems) {
  std::map<std::string_view, int> seen;
  for (const YamlNode& key : node.keys) {
    if (!key.is_scalar() || key.text.empty()) {
      problems.add(key, fmt::format("a key of {} must be a word, not {}", what, kind_of(key)), "write key: value");
      continue;
    }
    const auto [first, is_new] = seen.try_emplace(key.text, key.line);
    if (!is_new) {
      problems.add(key, fmt::format("{} appears twice in {}", in_quotes(key.text), what),
                   fmt::format("it is already said on line {}: keep one of the two", first->second));
    }
  }
}

// The text of a scalar, or it is told that `what` must be `expected`.
const std::string* scalar_text(const YamlNode& node, const std::string& what, std::string_view expected,
                               std::string_view example, Problems& problems) {
  if (node.is_scalar()) return &node.text;
  problems.add(node, fmt::format("{} must be {}, not {}", what, expected, kind_of(node)),
               fmt::format("for example {}", example));
  return nullptr;
}

template <class T, class Format>
std::string range_hint(Range<T> range, Format format) {
  return fmt::format("write a value from {} to {}", format(range.least), format(range.most));
}

template <class T, class Format>
std::optional<T> in_range(const YamlNode& node, const std::string& what, T value, Range<T> range, Format format,
                          Problems& problems) {
  if (value >= range.least && value <= range.most) return value;
  problems.add(node, fmt::format("{} is {}, which is out of range", what, format(value)), range_hint(range, format));
  return std::nullopt;
}

template <class T, class Parse, class Format>
std::optional<T> read_quantity(const YamlNode& node, const std::string& what, std::string_view expected,
                               std::string_view example, Range<T> range, Parse parse, Format format, Problems& problems) {
  const std::string* text = scalar_text(node, what, expected, example, problems);
  if (text == nullptr) return std::nullopt;
  auto parsed = parse(*text);
  if (auto* error = std::get_if<QuantityError>(&parsed)) {
    problems.add(node, fmt::format("{}: {}", what, error->message), error->is_range ? range_hint(range, format) : std::move(error->hint));
    return std::nullopt;
  }
  return in_range(node, what, std::get<T>(parsed), range, format, problems);
}

}  // namespace

void Problems::add(const YamlNode& where, std::string message, std::string hint) {
  add(ScenarioError{file_, where.line, where.column, std::move(message), std::move(hint)});
}

void Problems::add(ScenarioError error) {
  if (errors_.size() < errors_max) {
    errors_.push_back(std::move(error));
  } else {
    ++beyond_;
  }
}

std::vector<ScenarioError> Problems::sorted() && {
  std::map<std::string, std::size_t> order{{file_, 0}};
  for (const ScenarioError& error : errors_) order.try_emplace(error.file, order.size());
  std::stable_sort(errors_.begin(), errors_.end(), [&](const ScenarioError& one, const ScenarioError& other) {
    return std::tuple{order[one.file], one.line, one.column} < std::tuple{order[other.file], other.line, other.column};
  });
  if (beyond_ > 0) errors_.push_back({file_, 0, 0, "and more errors than are shown", "mend these first"});
  return std::move(errors_);
}

Fields::Fields(const YamlNode& node, std::string what, const std::vector<std::string_view>& known, Problems& problems)
    : node_{node}, what_{std::move(what)}, problems_{problems} {
  const std::vector<std::string> words{known.begin(), known.end()};
  if (!node.is_mapping()) {
    problems.add(node, fmt::format("{} must be a mapping (key: value), not {}", what_, kind_of(node)),
                 fmt::format("its keys: {}", fmt::join(words, ", ")));
    return;
  }
  check_keys(node, what_, problems);
  for (const YamlNode& key : node.keys) {
    if (problems.full()) return;
    if (!key.is_scalar() || key.text.empty() || std::find(words.begin(), words.end(), key.text) != words.end()) continue;
    problems.add(key, fmt::format("unknown key {} in {}", in_quotes(key.text), what_), suggest(key.text, words));
  }
}

const YamlNode* Fields::find(std::string_view key) const {
  for (std::size_t index = 0; index < node_.keys.size(); ++index) {
    if (node_.keys[index].is_scalar() && node_.keys[index].text == key) {
      const YamlNode& value = node_.items[index];
      return value.kind == YamlNode::Kind::null ? nullptr : &value;
    }
  }
  return nullptr;
}

const YamlNode* Fields::require(std::string_view key, std::string_view example) const {
  const YamlNode* value = find(key);
  if (value == nullptr && node_.is_mapping()) {
    problems_.add(node_, fmt::format("{} has no `{}`", what_, key), fmt::format("add for example {}", example));
  }
  return value;
}

bool check_names(const YamlNode& node, const std::string& what, std::string_view example, Problems& problems) {
  if (!node.is_mapping()) {
    problems.add(node, fmt::format("{} must be a mapping of names, not {}", what, kind_of(node)),
                 fmt::format("for example {}", example));
    return false;
  }
  check_keys(node, what, problems);
  return true;
}

std::optional<std::string> read_text(const YamlNode& node, const std::string& what, Problems& problems) {
  const std::string* text = scalar_text(node, what, "a text", "name: my-name", problems);
  if (text == nullptr) return std::nullopt;
  constexpr std::size_t length_max = 4096;
  if (text->empty() || text->size() > length_max) {
    problems.add(node, fmt::format("{} has {} letters", what, text->size()), fmt::format("write 1 to {}", length_max));
    return std::nullopt;
  }
  return *text;
}

std::optional<std::int64_t> read_integer(const YamlNode& node, const std::string& what, Range<std::int64_t> range,
                                         Problems& problems) {
  const std::string* text = scalar_text(node, what, "a whole number", fmt::format("{}", std::max<std::int64_t>(range.least, 1)), problems);
  if (text == nullptr) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (failure != std::errc{} || end != text->data() + text->size()) {
    problems.add(node, fmt::format("{} must be a whole number, not {}", what, in_quotes(*text)),
                 fmt::format("write a number from {} to {}", range.least, range.most));
    return std::nullopt;
  }
  return in_range(node, what, value, range, [](std::int64_t number) { return fmt::format("{}", number); }, problems);
}

std::optional<double> read_number(const YamlNode& node, const std::string& what, Range<double> range, Problems& problems) {
  const std::string* text = scalar_text(node, what, "a number", format_number(range.least), problems);
  if (text == nullptr) return std::nullopt;
  double value = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (failure != std::errc{} || end != text->data() + text->size() || value != value) {
    problems.add(node, fmt::format("{} must be a number, not {}", what, in_quotes(*text)),
                 fmt::format("write a number from {} to {}", format_number(range.least), format_number(range.most)));
    return std::nullopt;
  }
  return in_range(node, what, value, range, format_number, problems);
}

std::optional<double> read_share(const YamlNode& node, const std::string& what, Range<double> range, Problems& problems) {
  return read_quantity(node, what, "a share", "0.5 or 50 %", range, parse_share, format_number, problems);
}

std::optional<Duration> read_duration(const YamlNode& node, const std::string& what, Range<Duration> range,
                                      Problems& problems, std::string_view usual_unit) {
  const auto parse = [&](std::string_view text) { return parse_duration(text, usual_unit); };
  return read_quantity(node, what, "a duration", "7.5 ms", range, parse, format_duration, problems);
}

std::optional<BitRate> read_bit_rate(const YamlNode& node, const std::string& what, Range<BitRate> range,
                                     Problems& problems) {
  return read_quantity(node, what, "a data rate", "7.21 Mbit/s", range, parse_bit_rate, format_bit_rate, problems);
}

std::optional<BitRate> read_byte_rate(const YamlNode& node, const std::string& what, Range<BitRate> range,
                                      Problems& problems) {
  return read_quantity(node, what, "a disk rate", "50 MB/s", range, parse_byte_rate, format_byte_rate, problems);
}

std::optional<Bytes> read_bytes(const YamlNode& node, const std::string& what, Range<Bytes> range, Problems& problems) {
  return read_quantity(node, what, "a size", "2 GiB", range, parse_bytes, format_bytes, problems);
}

std::optional<double> read_frequency(const YamlNode& node, const std::string& what, Range<double> range,
                                     Problems& problems) {
  return read_quantity(node, what, "a frequency", "5 Hz", range, parse_frequency,
                       [](double value) { return format_number(value) + " Hz"; }, problems);
}

std::optional<Power> read_power(const YamlNode& node, const std::string& what, Range<Power> range, Problems& problems) {
  return read_quantity(node, what, "a power", "6.4 W", range, parse_power, format_power, problems);
}

std::optional<EnergyPerBit> read_energy_per_bit(const YamlNode& node, const std::string& what, Range<EnergyPerBit> range,
                                                Problems& problems) {
  return read_quantity(node, what, "an energy per bit", "300 nJ/bit", range, parse_energy_per_bit, format_energy_per_bit, problems);
}

bool check_list(const YamlNode& node, const std::string& what, Range<std::size_t> count, std::string_view example,
                Problems& problems) {
  if (!node.is_sequence()) {
    problems.add(node, fmt::format("{} must be a list, not {}", what, kind_of(node)),
                 fmt::format("write one item a line, for example - {}", example));
    return false;
  }
  if (node.items.size() >= count.least && node.items.size() <= count.most) return true;
  problems.add(node, node.items.empty() ? fmt::format("{} is an empty list", what)
                                        : fmt::format("{} has {} items; at most {} are allowed", what, node.items.size(), count.most),
               fmt::format("write for example - {}", example));
  return false;
}

std::vector<const YamlNode*> read_list(const YamlNode& node, const std::string& what, Problems& problems) {
  if (node.is_scalar()) return {&node};
  std::vector<const YamlNode*> items;
  if (!node.is_sequence()) {
    problems.add(node, fmt::format("{} must be a list, not {}", what, kind_of(node)), "for example [one, other]");
    return items;
  }
  for (const YamlNode& item : node.items) {
    if (item.is_scalar()) {
      items.push_back(&item);
    } else {
      problems.add(item, fmt::format("an item of {} must be a word, not {}", what, kind_of(item)), "for example [one, other]");
    }
  }
  return items;
}

std::optional<std::variant<bool, double, std::string>> read_value(const YamlNode& node, const std::string& what,
                                                                  Problems& problems) {
  const std::string* text = scalar_text(node, what, "a number, a text, true or false", "2.0", problems);
  if (text == nullptr) return std::nullopt;
  if (!node.quoted) {
    if (*text == "true" || *text == "false") return *text == "true";
    double number = 0;
    const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), number);
    const bool all = failure == std::errc{} && end == text->data() + text->size();
    if (all && number - number == 0) return number;
  }
  return *text;
}

bool check_name(const YamlNode& node, const std::string& what, Problems& problems) {
  constexpr std::size_t length_max = 40;
  const auto is_word = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
  };
  const std::string& name = node.text;
  const bool good = node.is_scalar() && !name.empty() && name.size() <= length_max && is_word(name.front()) && is_word(name.back()) &&
                    std::all_of(name.begin(), name.end(), [&](char letter) { return is_word(letter) || letter == '-'; });
  if (!good) {
    problems.add(node, fmt::format("{} cannot be called {}", what, kind_of(node)),
                 fmt::format("use letters, digits and - in between, at most {}", length_max));
  }
  return good;
}

std::string suggest(std::string_view word, const std::vector<std::string>& known) {
  if (const auto nearest = nearest_word(word, known)) return fmt::format("did you mean {}?", in_quotes(*nearest));
  if (known.empty()) return {};
  constexpr std::size_t shown_max = 20;
  if (known.size() <= shown_max) return fmt::format("known here: {}", fmt::join(known, ", "));
  return fmt::format("known here: {} and {} more", fmt::join(known.begin(), known.begin() + shown_max, ", "),
                     known.size() - shown_max);
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t length_max = 60;
  std::string quoted = "\"";
  while (!text.empty()) {
    if (quoted.size() > length_max) return quoted + "...\"";
    const std::size_t length = std::max<std::size_t>(1, utf8_length(text));
    const bool space = text.front() == '\n' || text.front() == '\r' || text.front() == '\t';
    quoted += space ? " " : shown(text.substr(0, length));
    text.remove_prefix(length);
  }
  return quoted + "\"";
}

}  // namespace continuo
