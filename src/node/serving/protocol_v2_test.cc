// A node's HTTP, route by route, through a real server on the loopback; what runs is a fake that measures a text.
#include "node/serving/protocol_v2.hh"

#include <gtest/gtest.h>

#include <future>

#include "node/serving/test_support/test_node.hh"

namespace continuo {
namespace {

using namespace test;

TEST(Health, is_live_at_once_and_ready_when_all_that_is_wanted_is) {
  TestNode node{"health"};
  EXPECT_EQ(object(node.get("/v2/health/live")).at("live"), true) << "trap 1 and 2: JSON, with this key";
  const HttpResponse before = node.get("/v2/health/ready");
  EXPECT_EQ(before.status, 503) << "trap 16: nothing loaded is not ready";
  EXPECT_EQ(object(before).at("ready"), false);
  refused(before, "no model is loaded");
  node.load();
  EXPECT_EQ(node.get("/v2/health/ready").status, 200);
  EXPECT_EQ(object(node.get("/v2/health/ready")).at("ready"), true);
}

TEST(Metadata, of_the_server_is_found_with_and_without_a_slash) {
  TestNode node{"metadata"};
  for (const char* target : {"/v2", "/v2/", "/v2?x=1"}) {
    const json::object body = object(node.get(target));
    EXPECT_EQ(body.at("name"), "continuo");
    EXPECT_EQ(body.at("version"), "0.1.0");
    EXPECT_EQ(body.at("extensions"), (json::array{"binary_tensor_data", "model_repository"}));
  }
}

TEST(Metadata, of_a_model_is_its_contract) {
  TestNode node{"model"};
  node.load();
  EXPECT_EQ(object(node.get("/v2/models")).at("models"), json::array{"measure"});
  for (const char* target : {"/v2/models/measure", "/v2/models/measure/versions/3", "/v2/models/m%65asure"}) {
    const json::object body = object(node.get(target));
    EXPECT_EQ(body.at("name"), "measure");
    EXPECT_EQ(body.at("platform"), "builtin_builtin");
    EXPECT_EQ(json::serialize(body.at("versions")), R"(["3"])");
    EXPECT_EQ(json::serialize(body.at("inputs")), R"([{"name":"text","datatype":"BYTES","shape":[1]}])");
    EXPECT_EQ(json::serialize(body.at("outputs")), R"([{"name":"length","datatype":"INT32","shape":[-1]}])");
  }
  EXPECT_EQ(object(node.get("/v2/models/measure/ready")).at("ready"), true);
  EXPECT_EQ(refused(node.get("/v2/models/measure/versions/v10/ready"), "v10"), 404) << "trap 10";
  EXPECT_EQ(refused(node.get("/v2/models/absent"), "absent"), 404);
  EXPECT_EQ(refused(node.get("/v2/models/absent/ready")), 404);
}

TEST(Routes, that_do_not_exist_are_404_and_wrong_methods_405) {
  TestNode node{"routes"};
  for (const char* target : {"/", "/v1", "/v2/model", "/v2/models/m/x", "/v2/models/m/versions",
                             "/index.html", "/v2/health"}) {
    EXPECT_EQ(refused(node.get(target)), 404) << target;
  }
  const HttpResponse wrong = node.ask("DELETE", "/v2/models/measure");
  EXPECT_EQ(refused(wrong), 405);
  EXPECT_EQ(wrong.headers.find("Allow"), "GET, HEAD");
  EXPECT_EQ(node.get("/v2/models/measure/infer").headers.find("Allow"), "POST");
  EXPECT_EQ(refused(node.get("/v2/models/%ff")), 400);
}

TEST(Infer, answers_json_with_json_and_says_who_answered) {
  TestNode node{"infer"};
  node.load();
  for (const char* target : {"/v2/models/measure/infer", "/v2/models/measure/versions/3/infer",
                             "/v2/models/measure/infer?test_1=1&test_2=2"}) {
    const json::object body = object(node.ask("POST", target, hello));
    EXPECT_EQ(body.at("model_name"), "measure") << "trap 1 and 11";
    EXPECT_EQ(body.at("model_version"), "3");
    EXPECT_EQ(body.at("id"), "q7");
    EXPECT_EQ(json::serialize(body.at("outputs")), R"([{"name":"length","datatype":"INT32","shape":[1],"data":[5]}])");
    const json::object& parameters = body.at("parameters").as_object();
    EXPECT_EQ(parameters.at("continuo_node"), "infer");
    EXPECT_EQ(parameters.at("continuo_variant"), "plain");
    EXPECT_GT(parameters.at("continuo_arrived_ns").as_int64(), 0);
    EXPECT_GE(parameters.at("continuo_queue_ns").as_int64(), 0);
    EXPECT_GT(parameters.at("continuo_service_ns").as_int64(), 0);
  }
}

TEST(Infer, answers_raw_bytes_with_binary_data) {
  TestNode node{"raw"};
  node.load();
  const HttpResponse response =
      node.ask("POST", "/v2/models/measure/infer", "\xff\xd8 image", {{"Inference-Header-Content-Length", "0"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("Content-Type"), "application/octet-stream");
  const auto parsed = parse_inference_response(response.body, response.headers.find("inference-header-content-length"));
  const auto& answer = std::get<InferenceResponse>(parsed);
  ASSERT_EQ(answer.outputs.size(), 1u);
  EXPECT_EQ(elements<std::int32_t>(answer.outputs[0])[0], 8);
}

TEST(Infer, answers_raw_bytes_with_json_for_a_client_that_takes_nothing_else) {
  TestNode node{"raw-json"};
  node.load();
  const HttpResponse response =
      node.ask("POST", "/v2/models/measure/infer", "\xff\xd8 image",
               {{"Inference-Header-Content-Length", "0"}, {"Accept", "application/json"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("Content-Type"), "application/json");
  EXPECT_NE(as_text(response.body).find("\"data\":[8]"), std::string_view::npos) << as_text(response.body);
}

TEST(Infer, takes_what_the_client_side_writes) {
  TestNode node{"client"};
  node.load();
  InferenceRequest request;
  const std::vector<std::string> text{std::string(200'000, 'x')};
  request.inputs.push_back(make_bytes_tensor("text", {1}, text));
  const HttpBody body = serialise(request);
  const HttpResponse response = node.ask("POST", "/v2/models/measure/infer", as_text(body.bytes),
                                         {{"Inference-Header-Content-Length", std::to_string(*body.header_length)}});
  const auto parsed = parse_inference_response(response.body, response.headers.find(header_length_header));
  EXPECT_EQ(elements<std::int32_t>(std::get<InferenceResponse>(parsed).outputs.at(0))[0], 200'000);
}

TEST(Infer, parses_large_json_as_well) {
  TestNode node{"large"};
  node.load();
  const std::string body = R"({"inputs":[{"name":"text","datatype":"BYTES","shape":[1],"data":[")" +
                           std::string(300'000, 'y') + "\"]}]}";
  const json::object answer = object(node.ask("POST", "/v2/models/measure/infer", body));
  EXPECT_EQ(answer.at("outputs").at(0).at("data").at(0), 300'000);
}

TEST(Infer, refuses_with_an_error_that_is_a_string) {
  TestNode node{"refused"};
  node.load();
  const auto post = [&](std::string_view body, HttpHeaders headers = {}) {
    return refused(node.ask("POST", "/v2/models/measure/infer", body, std::move(headers)));
  };
  for (const char* body :
       {"", "{", "[]", "{}", R"({"inputs":[]})",
        R"({"inputs":[{"name":"text","datatype":"BYTES","shape":[2],"data":["a","b"]}]})",
        R"({"inputs":[{"name":"text","datatype":"UINT8","shape":[1],"data":[300]}]})",
        R"({"inputs":[{"name":"text","datatype":"UINT8","shape":[1],"data":[3]}]})",
        R"({"inputs":[{"name":"other","datatype":"BYTES","shape":[1],"data":["a"]}]})",
        R"({"inputs":[{"name":"text","datatype":"BYTES","shape":[1],"data":["a"]}],"outputs":[{"name":"width"}]})",
        R"({"inputs":[{"name":"text","datatype":"BYTES","shape":[1],"data":["a"]}],)"
        R"("outputs":[{"name":"length"},{"name":"length"}]})",
        R"({"id":7,"inputs":[{"name":"text","datatype":"BYTES","shape":[1],"data":["a"]}]})",
        R"({"parameters":{"timeout":-1},"inputs":[{"name":"text","datatype":"BYTES","shape":[1],"data":["a"]}]})"}) {
    EXPECT_EQ(post(body), 400) << body;
  }
  for (const char* length : {"-1", "x", "1000", "3000000000"}) {
    EXPECT_EQ(post(hello, {{"Inference-Header-Content-Length", length}}), 400) << "trap 8: " << length;
  }
  EXPECT_EQ(post(hello, {{"Content-Encoding", "gzip"}}), 415);
  EXPECT_EQ(refused(node.ask("POST", "/v2/models/absent/infer", hello)), 404);
  EXPECT_EQ(refused(node.ask("POST", "/v2/models/measure/versions/9/infer", hello)), 404);
}

TEST(Infer, refuses_what_the_queue_does_not_hold_and_what_came_too_late) {
  InstanceTableOptions options;
  options.queue_max = 1;
  TestNode node{"queue", options};
  node.load();
  const std::string wait = R"({"inputs":[{"name":"text","datatype":"BYTES","shape":[1],"data":["wait"]}]})";
  const auto post = [&](const std::string& body) {
    return std::async(std::launch::async, [&node, body] { return node.ask("POST", "/v2/models/measure/infer", body); });
  };
  auto running = post(wait);
  node.gate.wait_for_arrival();
  // Its deadline, a microsecond after it arrived, is over before its turn comes.
  auto late = post(R"({"parameters":{"timeout":1},)" + wait.substr(1));
  while (node.io.call([&] { return node.table->queues().at(0).waiting; }) < 2) {
  }
  EXPECT_EQ(refused(node.ask("POST", "/v2/models/measure/infer", hello), "queue is full"), 503);
  node.gate.open();
  EXPECT_EQ(running.get().status, 200);
  EXPECT_EQ(refused(late.get()), 504);
}

TEST(Infer, hands_to_the_dispatcher_what_routing_needs) {
  TestNode node{"dispatch"};
  node.load();
  const std::string body = R"({"parameters":{"timeout":5000000},)" + hello.substr(1);
  node.ask("POST", "/v2/models/measure/infer", body, {{"Continuo-Hops", "2"}});
  const DispatchRequest seen = node.io.call([&] { return node.dispatcher.last; });
  EXPECT_EQ(seen.service, "measure");
  EXPECT_EQ(seen.hops, 2);
  EXPECT_TRUE(seen.ready_here);
  EXPECT_EQ(seen.deadline, seen.http->arrived + std::chrono::seconds{5});
  EXPECT_EQ(as_text(seen.http->body), body);
  node.ask("POST", "/v2/models/measure/infer", body, {{"Continuo-Hops", "1"}, {"Continuo-Timeout", "3000000"}});
  const DispatchRequest forwarded = node.io.call([&] { return node.dispatcher.last; });
  EXPECT_EQ(forwarded.deadline, forwarded.http->arrived + std::chrono::seconds{3});
  node.ask("POST", "/v2/models/measure/infer", hello, {{"Continuo-Hops", "many"}});
  EXPECT_EQ(node.io.call([&] { return node.dispatcher.last.hops; }), 1) << "nothing can circle";
}

TEST(Infer, goes_elsewhere_for_a_service_that_is_not_here) {
  TestNode node{"elsewhere"};
  EXPECT_EQ(as_text(node.ask("POST", "/v2/models/far/infer", hello).body), R"({"from":"afar"})");
  EXPECT_EQ(as_text(node.ask("POST", "/v2/models/far/infer", "raw", {{"Inference-Header-Content-Length", "0"}}).body),
            R"({"from":"afar"})");
  EXPECT_EQ(refused(node.ask("POST", "/v2/models/far/infer", "{")), 400)
      << "what is broken is refused at the first node";
  EXPECT_EQ(as_text(node.get("/v2/models/far").body), R"({"from":"afar"})");
  EXPECT_EQ(refused(node.ask("GET", "/v2/models/far", "", {{"Continuo-Hops", "1"}})), 404);
}

TEST(Exchange, gives_documents_and_files_by_digest_only) {
  TestNode node{"exchange"};
  node.load();
  EXPECT_EQ(as_text(node.get("/continuo/v1/capability").body), R"({"id":"me"})");
  EXPECT_EQ(sha256_hex(as_text(node.get("/continuo/v1/packages/" + node.digest).body)), node.digest);
  for (const std::string& name : {std::string{"..%2F..%2Fetc%2Fpasswd"}, std::string(64, 'f'), std::string{"x"}}) {
    EXPECT_EQ(refused(node.get("/continuo/v1/files/" + name)), 404);
    EXPECT_EQ(refused(node.get("/continuo/v1/packages/" + name)), 404);
  }
  EXPECT_EQ(refused(node.get("/continuo/v1/packages/" + sha256_hex(test::plain_model))), 404)
      << "a file, but no manifest";
}

}  // namespace
}  // namespace continuo
