// Fields of CSV (RFC 4180) that neither break a row nor run in a spreadsheet.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

// In quotes where it must be. A text that begins with = + - @ or a tab, which spreadsheets take for a formula, gets an
// apostrophe before it, and so does one that begins with such an apostrophe. Not for numbers.
std::string csv_field(std::string_view text);

struct CsvRecords {
  std::vector<std::vector<std::string>> records;  // what csv_field was given, again
  std::size_t whole = 0;                          // so many bytes of the text hold them: what is behind is cut off in mid-record
};

// Lines may end with CR LF or LF. Nothing: a quote stands where none may be.
std::optional<CsvRecords> read_csv(std::string_view text);

}  // namespace continuo
