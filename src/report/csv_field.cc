#include "report/csv_field.hh"

namespace continuo {
namespace {

constexpr std::string_view formula_signs = "=+-@\t";

bool looks_like_formula(std::string_view text) { return !text.empty() && formula_signs.find(text.front()) != std::string_view::npos; }

// An apostrophe that csv_field would have put there.
bool is_guarded(std::string_view text) {
  if (!text.starts_with('\'')) return false;
  text.remove_prefix(1);
  return looks_like_formula(text) || is_guarded(text);
}

}  // namespace

std::string csv_field(std::string_view text) {
  std::string guarded{text};
  if (looks_like_formula(text) || is_guarded(text)) guarded.insert(0, 1, '\'');
  if (guarded.find_first_of(",\"\r\n") == std::string::npos) return guarded;
  std::string quoted = "\"";
  for (const char letter : guarded) {
    quoted += letter;
    if (letter == '"') quoted += '"';
  }
  return quoted + '"';
}

std::optional<CsvRecords> read_csv(std::string_view text) {
  CsvRecords result;
  std::vector<std::string> record;
  std::string field;
  bool quoted = false;  // within quotes
  bool closed = false;  // behind the closing one
  const auto end_field = [&] {
    record.push_back(is_guarded(field) ? field.substr(1) : field);
    field.clear();
    closed = false;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    if (quoted) {
      if (letter != '"') {
        field += letter;
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        field += '"';
        ++at;
      } else {
        quoted = false;
        closed = true;
      }
    } else if (letter == '"') {
      if (!field.empty() || closed) return std::nullopt;
      quoted = true;
    } else if (letter == ',') {
      end_field();
    } else if (letter == '\n') {
      end_field();
      result.records.push_back(std::move(record));
      record.clear();
      result.whole = at + 1;
    } else if (letter != '\r') {
      if (closed) return std::nullopt;
      field += letter;
    }
  }
  return result;
}

}  // namespace continuo
