#include "load/load_exchange.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

ServicePackage package_with(const std::string& datatype, std::vector<std::int64_t> shape) {
  ServicePackage package;
  package.inputs = {{"image", datatype, std::move(shape)}};
  return package;
}

std::vector<std::byte> zeros(std::size_t size) { return std::vector<std::byte>(size); }

HttpResult answered(int status, std::vector<std::byte> body, HttpHeaders headers = {}) {
  HttpResponse response;
  response.status = status;
  response.headers = std::move(headers);
  response.body = std::move(body);
  return {.outcome = std::move(response), .sent = 100_B, .received = 50_B};
}

HttpResult read_as(const std::string& text) {
  InferenceResponse response;
  response.model_name = "read-text";
  response.parameters = {{"continuo_node", std::string{"edge-1"}},
                         {"continuo_variant", std::string{"fp32"}},
                         {"continuo_arrived_ns", std::int64_t{1'010'000'000}},
                         {"continuo_queue_ns", std::int64_t{2'000'000}},
                         {"continuo_service_ns", std::int64_t{40'000'000}}};
  response.outputs.push_back(make_bytes_tensor("text", {1}, {&text, 1}));
  HttpBody body = std::get<HttpBody>(serialise(response, {}));
  return answered(200, std::move(body.bytes));
}

LoadRecord sent_at_one_second() {
  LoadRecord record;
  record.scheduled = 1s;
  record.sent = 1s + 1ms;
  record.received = 1s + 100ms;
  return record;
}

TEST(MakeInput, puts_a_file_into_one_element_of_bytes) {
  const auto tensor = make_input(package_with("BYTES", {-1}), zeros(5));
  ASSERT_TRUE(tensor);
  EXPECT_EQ(tensor->shape, std::vector<std::int64_t>{1});
  EXPECT_EQ(tensor->data.size(), 4U + 5U);  // its length goes before it
  EXPECT_FALSE(make_input(package_with("BYTES", {2}), zeros(5)));
}

TEST(MakeInput, takes_a_file_as_the_data_of_another_datatype) {
  const auto tensor = make_input(package_with("FP32", {-1, 16}), zeros(128));
  ASSERT_TRUE(tensor);
  EXPECT_EQ(tensor->shape, (std::vector<std::int64_t>{2, 16}));
  EXPECT_FALSE(make_input(package_with("FP32", {-1, 16}), zeros(100)));
  EXPECT_FALSE(make_input(package_with("FP32", {3}), zeros(16)));
  EXPECT_FALSE(make_input(package_with("FP32", {-1}), zeros(6)));
  EXPECT_FALSE(make_input(package_with("FP31", {-1}), zeros(4)));
}

TEST(MakeInferRequest, carries_the_streams_parameters_and_the_time_left) {
  Stream stream;
  stream.parameters = {{"unclip", 2.5}, {"fast", true}, {"timeout", 1.0}};
  const Service service{.name = "read-text", .package = package_with("BYTES", {1}), .slo = {}};
  const auto input = make_input(service.package, zeros(5));
  ASSERT_TRUE(input);
  const HttpRequest http = make_infer_request(service, stream, *input, 1500ms);
  EXPECT_EQ(http.method, "POST");
  EXPECT_EQ(http.target, "/v2/models/read-text/infer");
  const auto parsed = parse_inference_request(http.body, http.headers.find("Inference-Header-Content-Length"), std::nullopt);
  ASSERT_TRUE(std::holds_alternative<InferenceRequest>(parsed)) << std::get<Refusal>(parsed).error;
  const auto& request = std::get<InferenceRequest>(parsed);
  EXPECT_EQ(request.parameters.at("unclip"), RequestParameter{2.5});
  EXPECT_EQ(request.parameters.at("fast"), RequestParameter{true});
  EXPECT_EQ(request.parameters.at("timeout"), RequestParameter{std::int64_t{1'500'000}});
  ASSERT_EQ(request.inputs.size(), 1U);
  EXPECT_EQ(request.inputs[0].data.size(), 9U);
}

TEST(Conclude, notes_who_served_and_how_long_it_took) {
  LoadRecord record = sent_at_one_second();
  conclude(record, read_as("SN-12345-AB"), ExpectedText{"SN-12345-AB"}, 10s);
  EXPECT_EQ(record.failure, "");
  EXPECT_EQ(record.node, "edge-1");
  EXPECT_EQ(record.variant, "fp32");
  EXPECT_EQ(record.arrived, 1010ms);
  EXPECT_EQ(record.queued, 2ms);
  EXPECT_EQ(record.served, 40ms);
  EXPECT_EQ(record.request_size, 100_B);
  EXPECT_EQ(record.response_size, 50_B);
  EXPECT_EQ(record.correct, true);
}

TEST(Conclude, tells_a_wrong_answer_from_one_that_nobody_expects) {
  LoadRecord wrong = sent_at_one_second();
  conclude(wrong, read_as("SN"), ExpectedText{"SN-1"}, 10s);
  EXPECT_EQ(wrong.correct, false);
  EXPECT_EQ(wrong.detail, "expected \"SN-1\", got \"SN\"");
  LoadRecord unknown = sent_at_one_second();
  conclude(unknown, read_as("SN"), std::nullopt, 10s);
  EXPECT_EQ(unknown.correct, std::nullopt);
  EXPECT_EQ(unknown.failure, "");
}

TEST(Conclude, gives_each_failure_its_reason) {
  const auto reason = [](const HttpResult& result) {
    LoadRecord record = sent_at_one_second();
    conclude(record, result, std::nullopt, 10s);
    return record.failure + "/" + record.detail;
  };
  using Kind = HttpFailure::Kind;
  EXPECT_EQ(reason({.outcome = HttpFailure{Kind::timeout, "late"}}), "deadline/late");
  EXPECT_EQ(reason({.outcome = HttpFailure{Kind::refused, "nobody"}}), "refused/nobody");
  EXPECT_EQ(reason({.outcome = HttpFailure{Kind::reset, "gone"}}), "reset/gone");
  EXPECT_EQ(reason({.outcome = HttpFailure{Kind::malformed, "noise"}}), "bad-answer/noise");
  EXPECT_EQ(reason(answered(503, to_body(R"({"error": "no node runs it"})"))), "http-503/no node runs it");
  EXPECT_EQ(reason(answered(500, to_body("<html>"))), "http-500/");
  EXPECT_TRUE(reason(answered(200, to_body("<html>"))).starts_with("bad-answer/"));
}

TEST(Conclude, counts_an_answer_after_the_deadline_as_failed) {
  LoadRecord record = sent_at_one_second();
  conclude(record, read_as("SN"), std::nullopt, 99ms);
  EXPECT_EQ(record.failure, "deadline");
}

}  // namespace
}  // namespace continuo
