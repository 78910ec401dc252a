// Tensors: sizes, counts that overflow, and BYTES elements whose lengths do not add up.
#include "wire/tensor.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

TEST(Datatype, has_one_name_and_one_size) {
  EXPECT_EQ(to_string(Datatype::boolean), "BOOL");
  EXPECT_EQ(to_string(Datatype::bytes), "BYTES");
  EXPECT_EQ(datatype_from("BF16"), Datatype::bf16);
  EXPECT_EQ(datatype_from("fp32"), std::nullopt);
  EXPECT_EQ(datatype_from(""), std::nullopt);
  EXPECT_EQ(element_size(Datatype::fp64), 8u);
  EXPECT_EQ(element_size(Datatype::bytes), std::nullopt);
  for (int index = 0; index <= static_cast<int>(Datatype::bytes); ++index) {
    const auto datatype = static_cast<Datatype>(index);
    EXPECT_EQ(datatype_from(to_string(datatype)), datatype);
  }
}

TEST(ElementCount, is_the_product_of_the_dimensions) {
  using Shape = std::vector<std::int64_t>;
  EXPECT_EQ(element_count(Shape{}), 1);
  EXPECT_EQ(element_count(Shape{2, 3}), 6);
  EXPECT_EQ(element_count(Shape{0, 3}), 0);
  EXPECT_EQ(element_count(Shape{2, -1}), std::nullopt);
  EXPECT_EQ(element_count(Shape{0, -1}), std::nullopt);
}

TEST(ElementCount, refuses_a_product_that_overflows) {
  using Shape = std::vector<std::int64_t>;
  // 2^4 * (2^60 + 2) leaves int64 and wraps to 32 (Triton's test_buffer_size_overflow).
  EXPECT_EQ(element_count(Shape{16, (std::int64_t{1} << 60) + 2}), std::nullopt);
  EXPECT_EQ(element_count(Shape{std::int64_t{1} << 62, 4, 0}), 0);
  EXPECT_EQ(element_count(Shape{std::int64_t{1} << 62}), std::int64_t{1} << 62);
}

TEST(BytesTensor, gives_back_the_elements_it_was_made_of) {
  const std::vector<std::string> words{"ab", "", std::string("x\0y", 3)};
  const Tensor tensor = make_bytes_tensor("words", {3}, words);
  EXPECT_EQ(tensor.data.size(), 3 * 4 + 5u);
  const auto elements = bytes_elements(tensor);
  ASSERT_TRUE(elements);
  ASSERT_EQ(elements->size(), 3u);
  EXPECT_EQ((*elements)[0], "ab");
  EXPECT_EQ((*elements)[1], "");
  EXPECT_EQ((*elements)[2], std::string_view("x\0y", 3));
}

TEST(BytesTensor, has_no_elements_when_the_lengths_do_not_add_up) {
  const std::vector<std::string> words{"ab", "c"};
  Tensor tensor = make_bytes_tensor("words", {2}, words);
  tensor.shape = {1};
  EXPECT_FALSE(bytes_elements(tensor)) << "one element too many";
  tensor.shape = {3};
  EXPECT_FALSE(bytes_elements(tensor)) << "one element too few";
  tensor.shape = {2};
  tensor.data.pop_back();
  EXPECT_FALSE(bytes_elements(tensor)) << "the last byte is missing";
  tensor.data.assign(3, std::byte{0});
  EXPECT_FALSE(bytes_elements(tensor)) << "half a prefix";
  tensor.data.assign(4, std::byte{0xff});
  EXPECT_FALSE(bytes_elements(tensor)) << "a length of 4 GiB";
}

TEST(BytesTensor, may_be_empty) {
  const Tensor tensor = make_bytes_tensor("words", {0}, {});
  ASSERT_TRUE(bytes_elements(tensor));
  EXPECT_TRUE(bytes_elements(tensor)->empty());
}

}  // namespace
}  // namespace continuo
