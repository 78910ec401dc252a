// Three nodes' routing over real HTTP on the loopback: they meet through one address, and a request outlives a node.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <charconv>
#include <functional>
#include <memory>

#include "node/routing/forwarder.hh"
#include "os/http_server.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

// The routing of a node; `serves`: it has `read` ready, and answers with its own name.
struct RoutingNode {
  RoutingNode(boost::asio::io_context& context, const Clock& clock, const std::string& name, Duration service_time)
      : id{name}, client{context} {
    if (service_time > 0ns) {
      queues = {{"read", 0, service_time}};
    }
    server = std::make_unique<HttpServer>(context, clock, "127.0.0.1", 0, HttpLimits{},
                                          [this](HttpRequest request, const HttpServer::Respond& respond) {
                                            serve(std::move(request), respond);
                                          });
    address = "127.0.0.1:" + std::to_string(server->port());
    LeaseOptions lease;
    lease.interval = 50ms;
    heartbeats = std::make_unique<Heartbeats>(HeartbeatOptions{id, address, lease, {}}, clock, sender_of(client),
                                              [this] { return SelfReport{std::string(64, 'a'), queues}; });
    forwarder = std::make_unique<Forwarder>(ForwarderOptions{id}, clock, sender_of(client), *heartbeats,
                                            [this](const std::string&) {
                                              return LocalQueue{0, 1, queues.at(0).service_time};
                                            });
  }

  void serve(HttpRequest request, const HttpServer::Respond& respond) {
    if (request.target == "/continuo/v1/heartbeat") {
      respond(heartbeats->exchange(request.body));
    } else if (request.target == "/continuo/v1/capability") {
      respond(error_response(404, "not in this test"));
    } else if (silent) {
      held.push_back(respond);
    } else {
      DispatchRequest asked;
      asked.service = "read";
      asked.hops = request.headers.find("Continuo-Hops") ? 1 : 0;
      asked.ready_here = !queues.empty();
      asked.http = std::make_shared<const HttpRequest>(std::move(request));
      forwarder->dispatch(
          std::move(asked), [this](const Answer& answer) { answer({200, {}, to_body(id), {}}); }, respond);
    }
  }

  std::string id;
  std::string address;
  std::vector<QueueLength> queues;
  bool silent = false;                        // takes requests and answers none
  std::vector<HttpServer::Respond> held;
  HttpClient client;
  std::unique_ptr<HttpServer> server;
  std::unique_ptr<Heartbeats> heartbeats;
  std::unique_ptr<Forwarder> forwarder;
};

TEST(RoutingOnLoopback, meets_everybody_through_one_address_and_moves_a_request_from_a_node_that_ends) {
  boost::asio::io_context context{1};
  const MonotonicClock clock;
  RoutingNode hub{context, clock, "hub", 0ns};
  auto fast = std::make_unique<RoutingNode>(context, clock, "fast", 1ms);
  RoutingNode slow{context, clock, "slow", 1s};
  RoutingNode client_node{context, clock, "client", 0ns};
  const auto becomes = [&](const std::function<bool()>& true_) {
    const Duration end = clock.now() + 10s;
    while (!true_() && clock.now() < end) {
      context.run_one_for(50ms);
    }
    return true_();
  };
  for (RoutingNode* node : {&hub, fast.get(), &slow, &client_node}) {
    node->heartbeats->start(context);
    if (node != &hub) {
      node->heartbeats->meet(hub.address, true);
    }
  }
  const auto knows = [&](const std::string& id) { return client_node.heartbeats->table().alive(id); };
  ASSERT_TRUE(becomes([&] { return knows("hub") && knows("fast") && knows("slow"); }));

  HttpClient user{context};
  std::string answered;
  const auto ask = [&] {
    HttpCall call;
    call.address = client_node.address;
    call.request.method = "POST";
    call.request.target = "/v2/models/read/infer";
    call.request.body = to_body("photo");
    user.send(std::move(call), [&](const HttpResult& result) {
      answered = result.response() != nullptr ? std::string{as_text(result.response()->body)} : result.failure()->text;
    });
  };
  ask();
  ASSERT_TRUE(becomes([&] { return !answered.empty(); }));
  EXPECT_EQ(answered, "fast");

  answered.clear();
  fast->silent = true;
  ask();
  ASSERT_TRUE(becomes([&] { return !fast->held.empty(); }));
  fast.reset();  // with the request in hand
  ASSERT_TRUE(becomes([&] { return !answered.empty(); }));
  EXPECT_EQ(answered, "slow");
  EXPECT_FALSE(knows("fast"));
}

}  // namespace
}  // namespace continuo
