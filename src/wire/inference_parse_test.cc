// Requests that must be understood, and the many that must be refused: traps 1 to 11 of the protocol's servers.
#include <gtest/gtest.h>

#include "wire/inference.hh"

namespace continuo {
namespace {

using Parsed = std::variant<InferenceRequest, Refusal>;

std::span<const std::byte> raw(std::string_view text) { return std::as_bytes(std::span{text}); }

Parsed parse(std::string_view body, std::optional<std::string_view> header_length = std::nullopt) {
  return parse_inference_request(raw(body), header_length, std::nullopt);
}

// One input, described by its inner JSON: R"("datatype":"INT32","shape":[1],"data":[1])".
Parsed parse_input(std::string_view inner) {
  return parse(R"({"inputs":[{"name":"x",)" + std::string{inner} + "}]}");
}

InferenceRequest accepted(Parsed parsed) {
  const auto* const refusal = std::get_if<Refusal>(&parsed);
  EXPECT_EQ(refusal, nullptr) << refusal->error;
  return refusal == nullptr ? std::get<InferenceRequest>(std::move(parsed)) : InferenceRequest{};
}

// The status and the text; 0 if it was accepted.
int refused(const Parsed& parsed, std::string_view part = "") {
  const auto* const refusal = std::get_if<Refusal>(&parsed);
  if (refusal == nullptr) {
    return 0;
  }
  EXPECT_FALSE(refusal->error.empty());
  EXPECT_NE(refusal->error.find(part), std::string::npos) << refusal->error;
  return refusal->status;
}

template <class T>
std::vector<T> values(const Tensor& tensor) {
  const auto view = elements<T>(tensor);
  return {view.begin(), view.end()};
}

TEST(InferenceRequest, keeps_id_parameters_and_tensors) {
  const auto request = accepted(parse(R"({"id":"q-1","parameters":{"a":true,"b":-3,"c":0.5,"d":"s"},"inputs":[
      {"name":"x","datatype":"INT32","shape":[2,2],"data":[1,-2,3,4]},
      {"name":"y","datatype":"BYTES","shape":[2],"data":["ab","\u00e9"]}],
      "outputs":[{"name":"o","parameters":{"binary_data":true,"classification":3}},{"name":"p"}]})"));
  EXPECT_EQ(request.id, "q-1");
  EXPECT_EQ(request.parameters.at("a"), RequestParameter{true});
  EXPECT_EQ(request.parameters.at("b"), RequestParameter{std::int64_t{-3}});
  EXPECT_EQ(request.parameters.at("c"), RequestParameter{0.5});
  EXPECT_EQ(request.parameters.at("d"), RequestParameter{std::string{"s"}});
  ASSERT_EQ(request.inputs.size(), 2u);
  EXPECT_EQ(values<std::int32_t>(request.inputs[0]), (std::vector<std::int32_t>{1, -2, 3, 4}));
  EXPECT_EQ((*bytes_elements(request.inputs[1]))[1], "\xc3\xa9");
  ASSERT_TRUE(request.outputs);
  EXPECT_TRUE((*request.outputs)[0].binary);
  EXPECT_EQ((*request.outputs)[0].parameters.at("classification"), RequestParameter{std::int64_t{3}});
  EXPECT_FALSE((*request.outputs)[1].binary);
}

TEST(InferenceRequest, takes_data_nested_as_the_shape_says) {
  const auto request = accepted(parse_input(R"("datatype":"FP32","shape":[2,1,2],"data":[[[1,2]],[[3.5,-4e2]]])"));
  EXPECT_EQ(values<float>(request.inputs[0]), (std::vector<float>{1, 2, 3.5, -400}));
  EXPECT_EQ(refused(parse_input(R"("datatype":"FP32","shape":[2,2],"data":[[1,2],[3]])")), 400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"FP32","shape":[2,2],"data":[[1,2],[3,4],[5,6]])")), 400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"FP32","shape":[2,2],"data":[[1,2],3,4])")), 400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"FP32","shape":[2,2],"data":[1,2,[3,4]])")), 400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"FP32","shape":[2,2],"data":[[[1,2]],[[3,4]]])")), 400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"FP32","shape":[4],"data":[[1,2],[3,4]])")), 400);
}

TEST(InferenceRequest, refuses_the_mistaken_examples_of_the_specification) {
  EXPECT_EQ(refused(parse_input(R"("datatype":"BOOL","shape":[3],"data":[true])"), "1 elements"), 400) << "trap 1";
}

TEST(InferenceRequest, refuses_half_floats_in_json) {
  EXPECT_EQ(refused(parse_input(R"("datatype":"FP16","shape":[1],"data":[1.0])"), "binary"), 400) << "trap 4";
  EXPECT_EQ(refused(parse_input(R"("datatype":"BF16","shape":[1],"data":[1.0])"), "binary"), 400);
}

struct Range {
  const char* datatype;
  const char* least;
  const char* most;
  const char* below;
  const char* above;
};

TEST(InferenceRequest, checks_the_range_of_every_integer_type) {
  for (const Range& range : {Range{"UINT8", "0", "255", "-1", "256"}, Range{"UINT16", "0", "65535", "-1", "65536"},
                             Range{"UINT32", "0", "4294967295", "-1", "4294967296"},
                             Range{"UINT64", "0", "18446744073709551615", "-1", "18446744073709551616"},
                             Range{"INT8", "-128", "127", "-129", "128"},
                             Range{"INT16", "-32768", "32767", "-32769", "32768"},
                             Range{"INT32", "-2147483648", "2147483647", "-2147483649", "2147483648"},
                             Range{"INT64", "-9223372036854775808", "9223372036854775807", "-9223372036854775809",
                                   "9223372036854775808"}}) {
    const auto with = [&](const std::string& value) {
      return parse_input(R"("datatype":")" + std::string{range.datatype} + R"(","shape":[1],"data":[)" + value + "]");
    };
    accepted(with(range.least));
    accepted(with(range.most));
    EXPECT_EQ(refused(with(range.below)), 400) << range.datatype;
    EXPECT_EQ(refused(with(range.above)), 400) << range.datatype;
    EXPECT_EQ(refused(with("true")), 400) << range.datatype;
    EXPECT_EQ(refused(with("1.0")), 400) << range.datatype;
    EXPECT_EQ(refused(with("\"1\"")), 400) << range.datatype;
    EXPECT_EQ(refused(with("null")), 400) << range.datatype;
  }
  EXPECT_EQ(refused(parse_input(R"("datatype":"UINT8","shape":[1],"data":[300])"), "300"), 400) << "trap 5";
}

TEST(InferenceRequest, refuses_values_of_the_wrong_kind) {
  EXPECT_EQ(refused(parse_input(R"("datatype":"BOOL","shape":[1],"data":[1])")), 400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"FP32","shape":[1],"data":[true])")), 400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"FP32","shape":[1],"data":["1"])")), 400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"FP32","shape":[1],"data":[1e39])")), 400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"FP64","shape":[1],"data":[1e999])")), 400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"BYTES","shape":[1],"data":[1])")), 400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"FP32","shape":[1],"data":1)")), 400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"FP32","shape":[1],"data":null)")), 400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"STRING","shape":[1],"data":["a"])"), "datatype"), 400);
  EXPECT_EQ(refused(parse_input(R"("shape":[1],"data":[1])"), "datatype"), 400);
}

TEST(InferenceRequest, refuses_too_many_and_too_few_elements_alike) {
  EXPECT_EQ(refused(parse_input(R"("datatype":"INT32","shape":[2],"data":[1,2,3])")), 400) << "trap 5";
  EXPECT_EQ(refused(parse_input(R"("datatype":"INT32","shape":[2],"data":[1])")), 400);
}

TEST(InferenceRequest, refuses_shapes_that_are_negative_or_overflow) {
  EXPECT_EQ(refused(parse_input(R"("datatype":"INT32","shape":[-1],"data":[1])"), "negative"), 400) << "trap 6";
  EXPECT_EQ(refused(parse_input(R"("datatype":"INT32","shape":[1.0],"data":[1])")), 400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"INT32","shape":["1"],"data":[1])")), 400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"INT32","shape":1,"data":[1])")), 400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"INT32","data":[1])")), 400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"INT32","shape":[9223372036854775808],"data":[1])")), 400);
  // 16 * (2^60 + 2) wraps to 32.
  EXPECT_EQ(refused(parse_input(R"("datatype":"INT32","shape":[16,1152921504606846978],"data":[1])"), "2^63"), 400);
  // 2^62 elements are countable, but their bytes are not.
  const std::string body = R"({"inputs":[{"name":"x","datatype":"INT32","shape":[4611686018427387904],)"
                           R"("parameters":{"binary_data_size":0}}]})";
  EXPECT_EQ(refused(parse(body, std::to_string(body.size()))), 400);
  std::string deep = R"("datatype":"INT32","data":[1],"shape":[1)";
  for (int dimension = 0; dimension < 32; ++dimension) {
    deep += ",1";
  }
  EXPECT_EQ(refused(parse_input(deep + "]"), "dimensions"), 400);
}

TEST(InferenceRequest, takes_exactly_one_source_of_data) {
  EXPECT_EQ(refused(parse_input(R"("datatype":"INT32","shape":[1])"), "neither"), 400) << "trap 7";
  EXPECT_EQ(refused(parse_input(R"("datatype":"INT32","shape":[1],"data":[1],"parameters":{"binary_data_size":4})"),
                    "both"),
            400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"INT32","shape":[1],)"
                                R"("parameters":{"shared_memory_region":"r","shared_memory_byte_size":4})"),
                    "shared memory"),
            400);
  EXPECT_EQ(refused(parse_input(R"("datatype":"INT32","shape":[1],"parameters":{"binary_data_size":4})"), "header"),
            400)
      << "binary without a header length";
}

std::string header_with(std::string_view sizes) {
  return R"({"inputs":[{"name":"x","datatype":"UINT16","shape":[2],"parameters":{"binary_data_size":)" +
         std::string{sizes} + "}}]}";
}

TEST(InferenceRequest, reads_binary_data_behind_the_header) {
  const std::string header =
      R"({"inputs":[{"name":"x","datatype":"UINT16","shape":[2],"parameters":{"binary_data_size":4}},)"
      R"({"name":"j","datatype":"BOOL","shape":[1],"data":[true]},)"
      R"({"name":"s","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":6}}]})";
  const std::string body = header + std::string("\x01\x00\x00\x02\x02\x00\x00\x00\xff\xfe", 10);
  const auto request = accepted(parse(body, std::to_string(header.size())));
  EXPECT_EQ(values<std::uint16_t>(request.inputs[0]), (std::vector<std::uint16_t>{1, 512}));
  EXPECT_EQ((*bytes_elements(request.inputs[2]))[0], "\xff\xfe");
}

TEST(InferenceRequest, refuses_bytes_left_over_or_missing) {
  const std::string header = header_with("4");
  const std::string length = std::to_string(header.size());
  accepted(parse(header + "abcd", length));
  EXPECT_EQ(refused(parse(header + "abcde", length), "left over"), 400) << "trap 8";
  EXPECT_EQ(refused(parse(header + "abc", length), "left in the body"), 400);
  for (const char* size : {"-4", "3", "5", "2", "8", "4.0", "\"4\"", "true", "9223372036854775807"}) {
    const std::string other = header_with(size);
    EXPECT_EQ(refused(parse(other + "abcdefgh", std::to_string(other.size()))), 400) << size;
  }
  // The length prefix of a BYTES element goes beyond its tensor.
  const std::string strings =
      R"({"inputs":[{"name":"s","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":6}}]})";
  EXPECT_EQ(refused(parse(strings + std::string("\x03\x00\x00\x00zz", 6), std::to_string(strings.size()))), 400);
  const std::string flags =
      R"({"inputs":[{"name":"b","datatype":"BOOL","shape":[2],"parameters":{"binary_data_size":2}}]})";
  EXPECT_EQ(refused(parse(flags + std::string("\x01\x02", 2), std::to_string(flags.size())), "0 or 1"), 400);
}

TEST(InferenceRequest, refuses_a_header_length_that_is_no_length_of_this_body) {
  const std::string body = header_with("4") + "abcd";
  for (const char* length : {"-1", "+1", "", " ", "x", "1e2", "0x10", "100000", "2147483648",
                             "99999999999999999999", "85 "}) {
    EXPECT_EQ(refused(parse(body, length)), 400) << length;
  }
  EXPECT_EQ(refused(parse(body, "10"), "JSON"), 400) << "half of the JSON";
  EXPECT_EQ(refused(parse(body, std::to_string(body.size()))), 400) << "JSON with binary data in it";
}

TEST(InferenceRequest, bounds_nesting_and_size) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
  };
  EXPECT_EQ(refused(parse(R"({"inputs":[],"x":)" + nested(99) + "}")), 0);
  EXPECT_EQ(refused(parse(R"({"inputs":[],"x":)" + nested(100) + "}")), 400) << "trap 9";
  EXPECT_EQ(refused(parse(nested(100'000))), 400);
  InferenceLimits limits;
  limits.body_bytes = 20;
  EXPECT_EQ(refused(parse_inference_request(raw(R"({"inputs":[],"a":1234})"), std::nullopt, std::nullopt, limits)),
            413);
  limits = {};
  limits.json_memory = 64 << 10;
  std::string numbers = R"({"inputs":[{"name":"x","datatype":"INT32","shape":[10000],"data":[0)";
  for (int index = 1; index < 10'000; ++index) {
    numbers += ",0";
  }
  numbers += "]}]}";
  EXPECT_EQ(refused(parse_inference_request(raw(numbers), std::nullopt, std::nullopt, limits)), 413);
  accepted(parse(numbers));
}

TEST(InferenceRequest, refuses_names_that_stand_twice) {
  EXPECT_EQ(refused(parse(R"({"inputs":[{"name":"x","datatype":"BOOL","shape":[0],"data":[]},)"
                          R"({"name":"x","datatype":"BOOL","shape":[0],"data":[]}]})"),
                    "twice"),
            400);
  EXPECT_EQ(refused(parse(R"({"inputs":[],"outputs":[{"name":"o"},{"name":"o"}]})"), "twice"), 400) << "trap 11";
}

TEST(InferenceRequest, takes_what_is_empty) {
  EXPECT_TRUE(accepted(parse(R"({"inputs":[]})")).inputs.empty()) << "trap 15";
  EXPECT_FALSE(accepted(parse(R"({"inputs":[],"outputs":[],"parameters":{}})")).outputs) << "all outputs";
  EXPECT_TRUE(accepted(parse_input(R"("datatype":"FP32","shape":[0,3],"data":[])")).inputs[0].data.empty());
  EXPECT_TRUE(accepted(parse_input(R"("datatype":"FP32","shape":[2,0],"data":[[],[]])")).inputs[0].data.empty());
  EXPECT_EQ(accepted(parse_input(R"("datatype":"FP32","shape":[],"data":[7])")).inputs[0].data.size(), 4u);
}

TEST(InferenceRequest, refuses_what_is_not_a_request) {
  for (const char* body :
       {"", " ", "null", "[]", "{}", "{", "\"inputs\"", R"({"inputs":null})", R"({"inputs":{}})", R"({"inputs":[1]})",
        R"({"inputs":[{}]})", R"({"inputs":[]} x)", R"({"inputs":[],"id":7})", R"({"inputs":[],"id":null})",
        R"({"inputs":[],"parameters":[]})", R"({"inputs":[],"parameters":{"a":[]}})",
        R"({"inputs":[],"parameters":{"a":null}})", R"({"inputs":[],"parameters":{"a":{}}})",
        R"({"inputs":[],"parameters":{"a":1e999}})", R"({"inputs":[],"parameters":{"binary_data_output":1}})",
        R"({"inputs":[],"outputs":{}})", R"({"inputs":[],"outputs":[1]})", R"({"inputs":[],"outputs":[{}]})",
        R"({"inputs":[],"outputs":[{"name":"o","parameters":{"binary_data":"yes"}}]})",
        R"({"inputs":[{"name":"","datatype":"BOOL","shape":[0],"data":[]}]})",
        R"({"inputs":[{"name":7,"datatype":"BOOL","shape":[0],"data":[]}]})", "{\"inputs\":[],\"id\":\"\xff\"}"}) {
    EXPECT_EQ(refused(parse(body)), 400) << body;
  }
}

TEST(RawRequest, is_one_bytes_element_without_a_prefix) {
  const RawInput image{"image", Datatype::bytes, {1}};
  const auto request = accepted(parse_inference_request(raw("\xff\xd8jpeg"), "0", image));
  EXPECT_TRUE(request.binary_output);
  ASSERT_EQ(request.inputs.size(), 1u);
  EXPECT_EQ(request.inputs[0].shape, std::vector<std::int64_t>{1});
  EXPECT_EQ(bytes_elements(request.inputs[0])->front(), "\xff\xd8jpeg");
}

TEST(RawRequest, fills_the_one_variable_dimension) {
  const RawInput input{"x", Datatype::int32, {-1, 2}};
  EXPECT_EQ(accepted(parse_inference_request(raw("0123456701234567"), "0", input)).inputs[0].shape,
            (std::vector<std::int64_t>{2, 2}));
  EXPECT_EQ(refused(parse_inference_request(raw("01234567012"), "0", input)), 400);
  EXPECT_EQ(refused(parse_inference_request(raw("01234567"), "0", RawInput{"x", Datatype::int32, {-1, -1}})), 400);
  EXPECT_EQ(refused(parse_inference_request(raw("01234567"), "0", RawInput{"x", Datatype::int32, {3}})), 400);
  EXPECT_EQ(refused(parse_inference_request(raw("01234567"), "0", std::nullopt), "one input"), 400);
}

}  // namespace
}  // namespace continuo
