// The word that was probably meant.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace continuo {

// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other (optimal string alignment).
std::size_t edit_distance(std::string_view one, std::string_view other);

// The known word nearest to `word`, whatever the case of its letters; nothing if none is near (more than a third of the
// letters differ) or `word` is longer than 64 bytes. Of equally near ones the first.
std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> known);

}  // namespace continuo
