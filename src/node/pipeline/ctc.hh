// Connectionist temporal classification: from a score for each character at each step to a text.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace continuo {

// The classes of a recogniser: 0 is the blank, then the lines of the dictionary, then the space.
class CharacterSet {
 public:
  enum class Allow { every_character, one_byte_characters };

  // One character a line, UTF-8, with or without a newline at the end of the last line. Throws PackageError.
  CharacterSet(const std::filesystem::path& dictionary, Allow allow);

  std::size_t class_count() const { return characters_.size(); }
  const std::string& character(std::size_t index) const { return characters_[index]; }  // the blank is empty
  // The classes that may be chosen, the blank among them, in rising order.
  std::span<const std::size_t> allowed() const { return allowed_; }

 private:
  std::vector<std::string> characters_;
  std::vector<std::size_t> allowed_;
};

struct DecodedText {
  std::string text;
  float confidence = 0.0F;  // mean of the probabilities of the characters that were kept; 0 for no text
};

// Greedy: the best allowed class of each step; blanks and repeats are skipped. `probabilities` holds class_count() values
// for each step.
DecodedText decode_ctc(std::span<const float> probabilities, const CharacterSet& characters);

}  // namespace continuo
