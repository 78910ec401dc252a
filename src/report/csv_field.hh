// A field of a CSV file as RFC 4180 writes it. Internal to report/.
#pragma once

#include <string>

namespace continuo {

// In quotes where it needs them.
inline std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char letter : text) {
    quoted += letter;
    if (letter == '"') quoted += '"';
  }
  return quoted + '"';
}

}  // namespace continuo
