// Text as bytes: what may be shown to people, and what is none.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace continuo {

// Of the letter that the text begins with, in bytes; 0: these bytes are none. The text is not empty.
std::size_t utf8_length(std::string_view text);

// The text begins with a letter, a tab or the end of a line: with no control character, and no byte of something else. It is not empty.
bool is_text(std::string_view text);

// What no terminal takes for a command: control characters but the end of a line, and bytes that are no letters, as \xNN.
std::string shown(std::string_view text);

}  // namespace continuo
