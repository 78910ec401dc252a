// Files that a subcommand writes: found out early to be writable, and written whole.
#pragma once

#include <string>
#include <vector>

#include "report/text.hh"

namespace continuo {

// "-" is stdout. Throws std::runtime_error.
void write_file(const std::string& path, const std::string& text);

// A file that cannot be written must be found out before a long run, not after it. Throws std::runtime_error; "" and "-" are
// fine.
void check_writable(const std::string& path);

// No output is another one or a file that is read. Throws std::runtime_error; "" and "-" are fine.
void check_distinct(const std::vector<std::string>& read, const std::vector<std::string>& written);

// As wide and as colourful as stdout takes it; NO_COLOR is obeyed.
TextOptions text_options();

}  // namespace continuo
