#include "scenario/digest.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

// FIPS 180-2, appendix B.
TEST(Sha256, agrees_with_the_examples_of_the_standard) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, of_pieces_is_that_of_the_whole) {
  const std::string text = "abc";
  const auto bytes = std::as_bytes(std::span{text});
  Sha256 digest;
  digest.update(bytes.first(1));
  digest.update(bytes.subspan(1));
  EXPECT_EQ(digest.hex(), sha256_hex("abc"));
}

TEST(Sha256, is_told_from_other_text) {
  EXPECT_TRUE(is_sha256_hex(sha256_hex("")));
  EXPECT_FALSE(is_sha256_hex("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"));
  EXPECT_FALSE(is_sha256_hex("../../etc/passwd"));
}

}  // namespace
}  // namespace continuo
