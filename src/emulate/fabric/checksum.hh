// The checksum of the Internet protocols: the ones' complement of the ones' complement sum of 16-bit words (RFC 1071).
#pragma once

#include <cstdint>
#include <span>

namespace continuo {

// Sums may be added to each other; folded at the end. At most a megabyte in all, so that nothing overflows.
constexpr std::uint64_t sum_of(std::span<const std::uint8_t> bytes) {
  std::uint64_t sum = 0;
  std::size_t at = 0;
  for (; at + 1 < bytes.size(); at += 2) {
    sum += static_cast<std::uint64_t>(bytes[at]) << 8 | bytes[at + 1];
  }
  return at < bytes.size() ? sum + (static_cast<std::uint64_t>(bytes[at]) << 8) : sum;
}

constexpr std::uint16_t folded(std::uint64_t sum) {
  while (sum > 0xffff) {
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(sum);
}

constexpr std::uint16_t checksum_of(std::uint64_t sum) { return static_cast<std::uint16_t>(~folded(sum)); }

}  // namespace continuo
