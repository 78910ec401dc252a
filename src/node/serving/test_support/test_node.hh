// For tests: a whole node but for discovery, on a thread of its own. What runs is a fake that measures a text.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <condition_variable>
#include <mutex>

#include "node/serving/protocol_v2.hh"
#include "node/serving/test_support/gate.hh"
#include "node/serving/test_support/sample_package.hh"
#include "os/http_client.hh"
#include "os/test_support/http_loopback.hh"

namespace continuo::test {

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
inline Executable measure(const ServicePackage&, const Variant& variant, const FileResolver& files, Gate* gate) {
  std::ifstream model{files("model")};
  const std::string content{std::istreambuf_iterator<char>{model}, {}};
  if (content != (variant.name == "plain" ? plain_model : small_model)) {
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
    const auto last = [&] {
      return !changes.empty() && changes.back().service == service && changes.back().state == state;
    };
    wake.wait(lock, last);
    return changes.back();
  }
  auto count(InstanceState state) {
    const std::lock_guard lock{mutex};
    return std::ranges::count(changes, state, &InstanceCapability::state);
  }
  // The service `measure`, loaded from a package that lies on this machine.
  void load(const std::string& variant = "plain") {
    io.call([&] {
      digest = write_package(folder.path / "services/measure", "measure");
      EXPECT_TRUE(packages.ingest(folder.path / "services").empty());
    });
    const std::string order = R"({"parameters":{"variant":")" + variant + "\"}}";
    EXPECT_EQ(ask("POST", "/v2/repository/models/measure/load", order).status, 200);
    wait_for("measure", InstanceState::ready);
  }

  const Folder folder;
  MonotonicClock clock;
  FileStore files;
  PackageStore packages;
  RecordingDispatcher dispatcher;
  Gate gate;
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

inline json::object object(const HttpResponse& response) {
  EXPECT_EQ(response.headers.find("Content-Type"), "application/json");
  const json::value value = json::parse(std::string{as_text(response.body)});
  return value.as_object();
}

// Every refusal is JSON with a string `error`: trap 3.
inline int refused(const HttpResponse& response, std::string_view part = "") {
  const json::object body = object(response);
  EXPECT_TRUE(body.contains("error")) << as_text(response.body);
  const std::string error{body.at("error").as_string().c_str()};
  EXPECT_NE(error.find(part), std::string::npos) << error;
  return response.status;
}

const inline std::string hello =
    R"({"id":"q7","inputs":[{"name":"text","datatype":"BYTES","shape":[1],"data":["hello"]}]})";

}  // namespace continuo::test
