// A node's HTTP, route by route, through a real server on the loopback; what runs is a fake that measures a text.
#include "node/serving/protocol_v2.hh"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <condition_variable>

#include "node/serving/test_support/gate.hh"
#include "node/serving/test_support/sample_package.hh"
#include "os/http_client.hh"
#include "os/test_support/http_loopback.hh"

namespace continuo {
namespace {

namespace json = boost::json;

// Answers for what this node does not have, and remembers what it was asked.
class RecordingDispatcher final : public Dispatcher {
 public:
  bool served_elsewhere(std::string_view service) const override { return service == "far"; }
  void dispatch(DispatchRequest request, AnswerLocally locally, Answer answer) override {
    last = request;
    if (request.ready_here || request.service != "far") {
      locally(std::move(answer));
    } else {
      answer(json_response(200, R"({"from":"afar"})"));
    }
  }
  DispatchRequest last;
};

// The length of the one text, by variant `small` in thousands.
Executable measure(const ServicePackage&, const Variant& variant, const FileResolver& files, test::Gate* gate) {
  std::ifstream model{files("model")};
  const std::string content{std::istreambuf_iterator<char>{model}, {}};
  if (content != (variant.name == "plain" ? test::plain_model : test::small_model)) {
    throw std::runtime_error{"not the model: " + content};
  }
  return [gate, unit = variant.name == "plain" ? 1 : 1000](std::span<const Tensor> inputs, const RequestParameters&) {
    const auto text = bytes_elements(inputs[0])->front();
    if (gate != nullptr && text == "wait") {
      gate->pass();
    }
    const std::vector<std::int32_t> length{static_cast<std::int32_t>(text.size()) * unit};
    return Outcome{std::vector{make_tensor<std::int32_t>("length", Datatype::int32, {1}, length)}};
  };
}

// A whole node but for discovery. Made, used and destroyed on its thread.
class TestNode {
 public:
  explicit TestNode(const std::string& name, InstanceTableOptions options = {})
      : folder{"node_" + name}, files{folder.path / "store"}, packages{files} {
    io.call([&] {
      client = std::make_unique<HttpClient>(io.context);
      table = std::make_unique<InstanceTable>(
          io.context, clock, *client, packages,
          [this](const ServicePackage& package, const Variant& variant, const FileResolver& resolver) {
            return measure(package, variant, resolver, &gate);
          },
          options, [this](const InstanceCapability& capability) { changed(capability); });
      protocol = std::make_unique<ProtocolV2>(io.context, *table, packages, dispatcher,
                                              ProtocolOptions{name, "0.1.0", {}}, [] { return R"({"id":"me"})"; });
      server = std::make_unique<HttpServer>(
          io.context, clock, "127.0.0.1", 0, HttpLimits{},
          [this](HttpRequest request, HttpServer::Respond respond) {
            protocol->serve(std::move(request), std::move(respond));
          });
    });
    address = "127.0.0.1:" + std::to_string(server->port());
  }
  ~TestNode() {
    gate.open();
    io.call([this] {
      server.reset();
      protocol.reset();
      table.reset();
      client.reset();
    });
    io.stop();
  }

  HttpResponse ask(const std::string& method, const std::string& target, std::string_view body = "",
                   HttpHeaders headers = {}) const {
    HttpCall call;
    call.address = address;
    call.request.method = method;
    call.request.target = target;
    call.request.headers = std::move(headers);
    call.request.body = to_body(body);
    const HttpResult result = send_and_wait(std::move(call));
    EXPECT_TRUE(result.response()) << target << ": " << (result.failure() ? result.failure()->text : "");
    return result.response() ? *result.response() : HttpResponse{};
  }
  HttpResponse get(const std::string& target) const { return ask("GET", target); }

  void changed(const InstanceCapability& capability) {
    const std::lock_guard lock{mutex};
    changes.push_back(capability);
    wake.notify_all();
  }
  InstanceCapability wait_for(const std::string& service, InstanceState state) {
    std::unique_lock lock{mutex};
    const auto last = [&] { return !changes.empty() && changes.back().service == service && changes.back().state == state; };
    wake.wait(lock, last);
    return changes.back();
  }
  // The service `measure`, loaded from a package that lies on this machine.
  void load(const std::string& variant = "plain") {
    io.call([&] {
      digest = test::write_package(folder.path / "services/measure", "measure");
      EXPECT_TRUE(packages.ingest(folder.path / "services").empty());
    });
    EXPECT_EQ(ask("POST", "/v2/repository/models/measure/load", R"({"parameters":{"variant":")" + variant + "\"}}").status,
              200);
    wait_for("measure", InstanceState::ready);
  }

  const test::Folder folder;
  MonotonicClock clock;
  FileStore files;
  PackageStore packages;
  RecordingDispatcher dispatcher;
  test::Gate gate;
  std::mutex mutex;
  std::condition_variable wake;
  std::vector<InstanceCapability> changes;
  std::string address;
  std::string digest;
  IoThread io;
  std::unique_ptr<HttpClient> client;
  std::unique_ptr<InstanceTable> table;
  std::unique_ptr<ProtocolV2> protocol;
  std::unique_ptr<HttpServer> server;
};

json::object object(const HttpResponse& response) {
  EXPECT_EQ(response.headers.find("Content-Type"), "application/json");
  const json::value value = json::parse(std::string{as_text(response.body)});
  return value.as_object();
}

// Every refusal is JSON with a string `error`: trap 3.
int refused(const HttpResponse& response, std::string_view part = "") {
  const json::object body = object(response);
  EXPECT_TRUE(body.contains("error")) << as_text(response.body);
  const std::string error{body.at("error").as_string().c_str()};
  EXPECT_NE(error.find(part), std::string::npos) << error;
  return response.status;
}

const std::string hello = R"({"id":"q7","inputs":[{"name":"text","datatype":"BYTES","shape":[1],"data":["hello"]}]})";

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
  for (const char* target : {"/", "/v1", "/v2/model", "/v2/models/m/x", "/v2/models/m/versions", "/index.html", "/v2/health"}) {
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
       {"", "{", "[]", "{}", R"({"inputs":[]})", R"({"inputs":[{"name":"text","datatype":"BYTES","shape":[2],"data":["a","b"]}]})",
        R"({"inputs":[{"name":"text","datatype":"UINT8","shape":[1],"data":[300]}]})",
        R"({"inputs":[{"name":"text","datatype":"UINT8","shape":[1],"data":[3]}]})",
        R"({"inputs":[{"name":"other","datatype":"BYTES","shape":[1],"data":["a"]}]})",
        R"({"inputs":[{"name":"text","datatype":"BYTES","shape":[1],"data":["a"]}],"outputs":[{"name":"width"}]})",
        R"({"inputs":[{"name":"text","datatype":"BYTES","shape":[1],"data":["a"]}],"outputs":[{"name":"length"},{"name":"length"}]})",
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
  EXPECT_EQ(refused(node.ask("POST", "/v2/models/far/infer", "{")), 400) << "what is broken is refused at the first node";
  EXPECT_EQ(as_text(node.get("/v2/models/far").body), R"({"from":"afar"})");
  EXPECT_EQ(refused(node.ask("GET", "/v2/models/far", "", {{"Continuo-Hops", "1"}})), 404);
}

TEST(Repository, lists_loads_and_unloads) {
  TestNode node{"repository"};
  EXPECT_EQ(as_text(node.ask("POST", "/v2/repository/index").body), "[]");
  node.load();
  EXPECT_EQ(as_text(node.ask("POST", "/v2/repository/index").body),
            R"([{"name":"measure","version":"3","state":"READY","reason":""}])");
  EXPECT_EQ(node.ask("POST", "/v2/repository/models/measure/load").status, 200);
  EXPECT_EQ(node.ask("POST", "/v2/repository/models/measure/unload", "{}").status, 200);
  node.wait_for("measure", InstanceState::cold);
  EXPECT_EQ(refused(node.ask("POST", "/v2/models/measure/infer", hello)), 404);
  EXPECT_EQ(as_text(node.ask("POST", "/v2/repository/index").body),
            R"([{"name":"measure","version":"3","state":"UNAVAILABLE","reason":"unloaded"}])");
  EXPECT_EQ(as_text(node.ask("POST", "/v2/repository/index", R"({"ready":true})").body), "[]");
}

TEST(Repository, changes_the_variant_without_losing_the_service) {
  TestNode node{"swap"};
  node.load("plain");
  EXPECT_EQ(node.ask("POST", "/v2/repository/models/measure/load", R"({"parameters":{"variant":"small"}})").status, 200);
  EXPECT_EQ(node.ask("POST", "/v2/models/measure/infer", hello).status, 200) << "while the other is on its way, or after";
  node.wait_for("measure", InstanceState::cold);
  const json::object body = object(node.ask("POST", "/v2/models/measure/infer", hello));
  EXPECT_EQ(body.at("outputs").at(0).at("data").at(0), 5000);
  EXPECT_EQ(body.at("parameters").at("continuo_variant"), "small");
}

TEST(Repository, refuses_orders_that_cannot_be_followed) {
  TestNode node{"orders"};
  node.load();
  const auto order = [&](const std::string& service, const std::string& parameters) {
    return refused(node.ask("POST", "/v2/repository/models/" + service + "/load", R"({"parameters":)" + parameters + "}"));
  };
  EXPECT_EQ(order("measure", R"({"variant":"huge"})"), 400);
  EXPECT_EQ(order("measure", R"({"package":"../../etc/passwd"})"), 400);
  EXPECT_EQ(order("measure", R"({"package":7})"), 400);
  EXPECT_EQ(order("measure", "[]"), 400);
  EXPECT_EQ(order("absent", "{}"), 404);
  EXPECT_EQ(order("other", R"({"package":")" + node.digest + "\"}"), 400) << "the package is of another service";
  EXPECT_EQ(order("measure", R"({"package":")" + std::string(64, 'a') + "\"}"), 404);
  EXPECT_EQ(refused(node.ask("POST", "/v2/repository/models/measure/load", "no JSON")), 400);
  EXPECT_EQ(refused(node.ask("POST", "/v2/repository/index", R"({"ready":1})")), 400);
  EXPECT_EQ(refused(node.ask("POST", "/v2/repository/models/absent/unload")), 404);
}

TEST(Provisioning, brings_a_package_from_a_node_that_has_it) {
  TestNode hub{"hub"};
  hub.load();
  TestNode edge{"edge"};
  const std::string order = R"({"parameters":{"package":")" + hub.digest + R"(","variant":"small","from":")" + hub.address + "\"}}";
  EXPECT_EQ(edge.ask("POST", "/v2/repository/models/measure/load", order).status, 200);
  const InstanceCapability ready = edge.wait_for("measure", InstanceState::ready);
  EXPECT_EQ(ready.variant, "small");
  EXPECT_EQ(ready.digest, hub.digest);
  EXPECT_GT(ready.service_time, Duration::zero());
  EXPECT_EQ(edge.changes.front().state, InstanceState::fetching);
  EXPECT_FALSE(edge.files.find(sha256_hex(test::plain_model))) << "only what the variant needs";
  EXPECT_EQ(object(edge.ask("POST", "/v2/models/measure/infer", hello)).at("outputs").at(0).at("data").at(0), 5000);
  // And from there to the next.
  EXPECT_EQ(as_text(edge.get("/continuo/v1/files/" + sha256_hex(test::small_model)).body), test::small_model);
  EXPECT_EQ(edge.get("/continuo/v1/packages/" + hub.digest).status, 200);
}

TEST(Provisioning, fails_with_the_reason_when_files_are_not_what_they_should_be) {
  TestNode hub{"bad_hub"};
  hub.load();
  test::write_file(hub.folder.path / "services/measure/models/small", "the sma11 model");
  TestNode edge{"bad_edge"};
  const auto order = [&](const std::string& from) {
    const std::string body = R"({"parameters":{"package":")" + hub.digest + R"(","variant":"small","from":")" + from + "\"}}";
    EXPECT_EQ(edge.ask("POST", "/v2/repository/models/measure/load", body).status, 200);
    return edge.wait_for("measure", InstanceState::failed).failure;
  };
  EXPECT_NE(order(hub.address).find("digest"), std::string::npos);
  EXPECT_EQ(edge.get("/v2/models/measure/ready").status, 503);
  EXPECT_EQ(refused(edge.ask("POST", "/v2/models/measure/infer", hello), "failed"), 503);
  EXPECT_EQ(edge.get("/v2/health/ready").status, 503);
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
  EXPECT_EQ(refused(node.get("/continuo/v1/packages/" + sha256_hex(test::plain_model))), 404) << "a file, but no manifest";
}

}  // namespace
}  // namespace continuo
