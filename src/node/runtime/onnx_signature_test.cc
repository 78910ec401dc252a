#include "node/runtime/onnx_signature.hh"

#include <gtest/gtest.h>

#include "node/runtime/onnx_model_for_tests.hh"

namespace continuo {
namespace {

std::optional<OnnxSignature> read(const std::string& model) {
  return read_onnx_signature(std::as_bytes(std::span{model}));
}

TEST(OnnxSignature, has_the_names_datatypes_and_shapes_of_inputs_and_outputs) {
  const auto signature = read(test::relu_model());
  ASSERT_TRUE(signature);
  ASSERT_EQ(signature->inputs.size(), 1U);
  EXPECT_EQ(signature->inputs[0].name, "X");
  EXPECT_EQ(signature->inputs[0].datatype, Datatype::fp32);
  EXPECT_EQ(signature->inputs[0].shape, (std::vector<std::int64_t>{1, 4}));
  ASSERT_EQ(signature->outputs.size(), 1U);
  EXPECT_EQ(signature->outputs[0].name, "Y");
}

TEST(OnnxSignature, leaves_out_inputs_that_the_model_initialises) {
  const std::string graph = test::field(5, test::field(8, "W")) + test::field(11, test::fp32_tensor("X", {4})) +
                            test::field(11, test::fp32_tensor("W", {4})) + test::field(12, test::fp32_tensor("Y", {4}));
  const auto signature = read(test::field(7, graph));
  ASSERT_TRUE(signature);
  ASSERT_EQ(signature->inputs.size(), 1U);
  EXPECT_EQ(signature->inputs[0].name, "X");
}

TEST(OnnxSignature, is_absent_for_every_cut_of_a_model_and_for_other_bytes) {
  const std::string model = test::relu_model();
  const std::size_t graph_end = model.size() - 4;  // the operator set follows the graph: 4 bytes
  for (std::size_t size = 0; size < graph_end; ++size) {
    EXPECT_FALSE(read(model.substr(0, size))) << size;
  }
  EXPECT_FALSE(read("not a model at all, but text"));
  EXPECT_FALSE(read(std::string(1000, '\xff')));
}

}  // namespace
}  // namespace continuo
