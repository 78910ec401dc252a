// The dictionary and the greedy decoder.
#include "node/pipeline/ctc.hh"

#include <fstream>

#include <fmt/format.h>

#include "node/pipeline/step.hh"

namespace continuo {

namespace {

constexpr std::size_t characters_max = 200'000;  // more than Unicode has assigned
constexpr std::size_t character_size_max = 64;   // bytes

}  // namespace

CharacterSet::CharacterSet(const std::filesystem::path& dictionary, Allow allow) {
  std::ifstream stream{dictionary, std::ios::binary};
  if (!stream) {
    throw PackageError(fmt::format("cannot read the dictionary {}", dictionary.string()));
  }
  characters_.emplace_back();
  for (std::string line; std::getline(stream, line);) {
    if (line.size() > character_size_max || characters_.size() > characters_max) {
      throw PackageError(fmt::format("{} is no dictionary: one character a line is expected", dictionary.string()));
    }
    characters_.push_back(line);
  }
  characters_.emplace_back(" ");
  allowed_.push_back(0);
  for (std::size_t index = 1; index < characters_.size(); ++index) {
    if (allow == Allow::every_character || characters_[index].size() == 1) {
      allowed_.push_back(index);
    }
  }
}

DecodedText decode_ctc(std::span<const float> probabilities, const CharacterSet& characters) {
  DecodedText decoded;
  std::size_t previous = 0;
  std::size_t kept = 0;
  for (; probabilities.size() >= characters.class_count(); probabilities = probabilities.subspan(characters.class_count())) {
    std::size_t best = 0;
    for (const std::size_t index : characters.allowed()) {
      best = probabilities[index] > probabilities[best] ? index : best;
    }
    if (best != 0 && best != previous) {
      decoded.text += characters.character(best);
      decoded.confidence += probabilities[best];
      ++kept;
    }
    previous = best;
  }
  decoded.confidence = kept == 0 ? 0.0F : decoded.confidence / static_cast<float>(kept);
  return decoded;
}

}  // namespace continuo
