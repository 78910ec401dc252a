// A label of the example: its text and the bytes of its picture, decided by a seed and a number.
#pragma once

#include <string>
#include <vector>

#include "render-labels/typeface.hh"
#include "units/bytes.hh"
#include "units/seed.hh"

namespace continuo {

enum class LabelKind { clean, degraded };

struct Label {
  std::string text;
  std::string jpeg;
};

// Nothing is smaller: a camera's pictures are not.
inline constexpr Bytes label_size_min = Bytes::kilobytes(5);

// The same label for the same seed, number and kind, whatever was made before. The forms of text take turns.
Label make_label(Seed seed, int number, LabelKind kind, std::vector<Typeface>& typefaces);

}  // namespace continuo
