// A scenario's seed, from which every random stream is derived by name.
//
// Adding a consumer never shifts the others: each stream depends on the seed and its own name only.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace continuo {

class Seed {
 public:
  constexpr explicit Seed(std::uint64_t value) : value_{value} {}
  constexpr std::uint64_t value() const { return value_; }
  constexpr auto operator<=>(const Seed&) const = default;

  // FNV-1a over the name (http://www.isthe.com/chongo/tech/comp/fnv/), then the finaliser of SplitMix64 (Steele et al.,
  // OOPSLA 2014) over name and seed together.
  constexpr Seed derive(std::string_view stream) const {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char letter : stream) {
      hash ^= static_cast<unsigned char>(letter);
      hash *= 0x100000001b3U;
    }
    return Seed{mix(hash ^ mix(value_ + 0x9e3779b97f4a7c15U))};
  }

  static constexpr std::uint64_t mix(std::uint64_t word) {
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9U;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebU;
    return word ^ (word >> 31);
  }

 private:
  std::uint64_t value_;
};

}  // namespace continuo
