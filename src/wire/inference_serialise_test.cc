// Responses in JSON and binary, and both directions of the client's side.
#include <gtest/gtest.h>

#include <limits>

#include "wire/inference.hh"

namespace continuo {
namespace {

std::string text(const HttpBody& body) {
  return {reinterpret_cast<const char*>(body.bytes.data()), body.bytes.size()};
}

template <class T>
Tensor tensor(std::string name, Datatype datatype, std::vector<T> values) {
  return make_tensor<T>(std::move(name), datatype, {static_cast<std::int64_t>(values.size())}, values);
}

std::string written(const InferenceResponse& response, const std::vector<std::string>& binary = {}) {
  const auto body = serialise(response, binary);
  EXPECT_TRUE(std::holds_alternative<HttpBody>(body)) << std::get<Refusal>(body).error;
  return text(std::get<HttpBody>(body));
}

std::string header_length(const HttpBody& body) { return std::to_string(*body.header_length); }

TEST(InferenceResponse, is_json_with_the_keys_of_the_specification) {
  InferenceResponse response{"m", "2", "q\"1", {{"continuo_node", std::string{"edge-1"}}}, {}};
  response.outputs.push_back(tensor<float>("f", Datatype::fp32, {0.1f, -2.0f}));
  const std::vector<std::string> words{"a\n", "\xc3\xa9"};
  response.outputs.push_back(make_bytes_tensor("s", {1, 2}, words));
  EXPECT_EQ(written(response),
            R"({"model_name":"m","model_version":"2","id":"q\"1","parameters":{"continuo_node":"edge-1"},"outputs":[)"
            R"({"name":"f","datatype":"FP32","shape":[2],"data":[0.1,-2.0]},)"
            "{\"name\":\"s\",\"datatype\":\"BYTES\",\"shape\":[1,2],\"data\":[\"a\\n\",\"\xc3\xa9\"]}]}");
}

TEST(InferenceResponse, leaves_out_what_is_empty) {
  EXPECT_EQ(written({"m", "", "", {}, {}}), R"({"model_name":"m","outputs":[]})");
}

TEST(InferenceResponse, writes_the_ends_of_every_integer_type) {
  InferenceResponse response{"m", "", "", {}, {}};
  response.outputs.push_back(tensor<std::int64_t>("i", Datatype::int64, {std::numeric_limits<std::int64_t>::min()}));
  response.outputs.push_back(tensor<std::uint64_t>("u", Datatype::uint64, {std::numeric_limits<std::uint64_t>::max()}));
  response.outputs.push_back(tensor<std::int8_t>("c", Datatype::int8, {-128}));
  response.outputs.push_back({"b", Datatype::boolean, {2}, {std::byte{0}, std::byte{1}}});
  const std::string json = written(response);
  for (const char* data : {"[-9223372036854775808]", "[18446744073709551615]", "[-128]", "[false,true]"}) {
    EXPECT_NE(json.find(data), std::string::npos) << json;
  }
}

TEST(InferenceResponse, mixes_json_and_binary_and_comes_back_whole) {
  InferenceResponse response{"m", "", "i", {{"n", std::int64_t{5}}}, {}};
  response.outputs.push_back(tensor<std::int16_t>("a", Datatype::int16, {1, -1}));
  response.outputs.push_back({"h", Datatype::fp16, {1}, {std::byte{0}, std::byte{0x3c}}});
  const std::vector<std::string> raw_words{std::string("\xff\x00", 2)};
  response.outputs.push_back(make_bytes_tensor("r", {1}, raw_words));
  response.outputs.push_back(tensor<double>("d", Datatype::fp64, {0.1, 1e300}));
  const std::vector<std::string> binary{"h", "r"};
  const auto body = std::get<HttpBody>(serialise(response, binary));
  ASSERT_TRUE(body.header_length);
  EXPECT_EQ(body.bytes.size() - *body.header_length, 2 + 4 + 2u);
  const auto back = std::get<InferenceResponse>(parse_inference_response(body.bytes, header_length(body)));
  EXPECT_EQ(back.id, "i");
  EXPECT_EQ(back.parameters, response.parameters);
  ASSERT_EQ(back.outputs.size(), 4u);
  for (std::size_t index = 0; index < 4; ++index) {
    EXPECT_EQ(back.outputs[index].name, response.outputs[index].name);
    EXPECT_EQ(back.outputs[index].datatype, response.outputs[index].datatype);
    EXPECT_EQ(back.outputs[index].shape, response.outputs[index].shape);
    EXPECT_EQ(back.outputs[index].data, response.outputs[index].data);
  }
}

TEST(InferenceResponse, refuses_json_for_what_json_cannot_carry) {
  const std::vector<std::string> raw_words{"\xff"};
  for (const Tensor& output :
       {Tensor{"o", Datatype::fp16, {1}, std::vector<std::byte>(2)},
        Tensor{"o", Datatype::bf16, {1}, std::vector<std::byte>(2)}, make_bytes_tensor("o", {1}, raw_words),
        tensor<float>("o", Datatype::fp32, {std::numeric_limits<float>::quiet_NaN()}),
        tensor<double>("o", Datatype::fp64, {std::numeric_limits<double>::infinity()})}) {
    const InferenceResponse response{"m", "", "", {}, {output}};
    const auto body = serialise(response, {});
    ASSERT_TRUE(std::holds_alternative<Refusal>(body)) << to_string(output.datatype) << ": trap 4";
    EXPECT_EQ(std::get<Refusal>(body).status, 400);
    EXPECT_NE(std::get<Refusal>(body).error.find("binary_data"), std::string::npos);
    const std::vector<std::string> binary{"o"};
    EXPECT_TRUE(std::holds_alternative<HttpBody>(serialise(response, binary)));
  }
}

TEST(BinaryOutputs, follow_the_output_before_the_request) {
  const std::vector<Tensor> outputs{{"a", Datatype::fp32, {0}, {}}, {"b", Datatype::fp32, {0}, {}}};
  InferenceRequest request;
  EXPECT_EQ(binary_outputs(request, outputs), std::vector<std::string>{});
  request.binary_output = true;
  EXPECT_EQ(binary_outputs(request, outputs), (std::vector<std::string>{"a", "b"}));
  const std::string body = R"({"inputs":[],"parameters":{"binary_data_output":true},)"
                           R"("outputs":[{"name":"a","parameters":{"binary_data":false}},{"name":"b"}]})";
  const auto parsed = parse_inference_request(std::as_bytes(std::span{body}), std::nullopt, std::nullopt);
  EXPECT_EQ(binary_outputs(std::get<InferenceRequest>(parsed), outputs), std::vector<std::string>{"b"});
}

TEST(InferenceRequest, comes_back_whole_from_what_the_client_writes) {
  InferenceRequest request;
  request.id = "r";
  request.parameters = {{"timeout", std::int64_t{1000}}, {"unclip", 2.0}, {"flag", false}};
  request.inputs.push_back(tensor<std::int32_t>("x", Datatype::int32, {7, 8}));
  const std::vector<std::string> images{std::string("\x89PNG\0", 5)};
  request.inputs.push_back(make_bytes_tensor("image", {1}, images));
  request.outputs = {{"o", false, {}}};
  const HttpBody body = serialise(request);
  const auto back =
      std::get<InferenceRequest>(parse_inference_request(body.bytes, header_length(body), std::nullopt));
  EXPECT_EQ(back.id, "r");
  EXPECT_EQ(back.parameters, request.parameters);
  EXPECT_TRUE(back.binary_output);
  ASSERT_EQ(back.inputs.size(), 2u);
  EXPECT_EQ(back.inputs[0].data, request.inputs[0].data);
  EXPECT_EQ(back.inputs[1].data, request.inputs[1].data);
  ASSERT_EQ(back.outputs->size(), 1u);
  EXPECT_TRUE(back.outputs->front().binary);
}

TEST(InferenceResponse, that_is_an_error_or_broken_is_told_apart_from_an_answer) {
  const auto refusal = [](std::string_view body) {
    return std::get<Refusal>(parse_inference_response(std::as_bytes(std::span{body}), std::nullopt));
  };
  EXPECT_EQ(refusal(R"({"error":"queue full"})").error, "queue full");
  EXPECT_EQ(refusal(R"({"error":""})").error, "an error without a text");
  EXPECT_EQ(refusal("<html>").status, 502);
  EXPECT_EQ(refusal("{}").status, 502);
  EXPECT_EQ(refusal(R"({"outputs":[{"name":"o","datatype":"FP32","shape":[2],"data":[1]}]})").status, 502);
}

}  // namespace
}  // namespace continuo
