// Finding nodes over real HTTP on the loopback; multicast has its own test.
#include "discovery/find.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>

#include "os/clock.hh"
#include "os/http_server.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

class Finding : public testing::Test {
 protected:
  // A node with one instance of text recognition.
  void serve() {
    Capability document;
    document.id = "edge-1";
    document.tier = "edge";
    document.address = "edge-1:8000";
    document.architecture = "x86_64";
    document.memory = 1_GiB;
    document.instances = {{"read", "onnx", "text-recognition", std::string(64, 'a'), state, 20ms, ""}};
    body = serialise(document);
    server = std::make_unique<HttpServer>(
        context, clock, "127.0.0.1", 0, HttpLimits{}, [this](const HttpRequest& request, const HttpServer::Respond& respond) {
          respond(request.target == "/continuo/v1/capability" ? json_response(200, body) : error_response(404, "no"));
        });
    address = "127.0.0.1:" + std::to_string(server->port());
  }
  FindOptions options(const std::string& task = "") const {
    FindOptions made;
    made.addresses = {address};
    made.multicast = false;
    made.refresh = 10ms;
    if (!task.empty()) {
      made.task = task;
    }
    return made;
  }
  bool becomes(const std::function<bool()>& true_) {
    const Duration end = clock.now() + 10s;
    while (!true_() && clock.now() < end) {
      context.run_one_for(50ms);
    }
    return true_();
  }

  boost::asio::io_context context{1};
  MonotonicClock clock;
  InstanceState state = InstanceState::ready;
  std::string body;
  std::string address;
  std::unique_ptr<HttpServer> server;
};

TEST_F(Finding, lists_a_node_with_its_document_and_tells_when_it_has_gone) {
  serve();
  std::vector<std::string> told;
  Finder finder{context, options(), {[&](const FoundNode& node) { told.push_back("changed " + node.capability.id); },
                                     [&](const FoundNode& node, const std::string&) {
                                       told.push_back("gone " + node.capability.id);
                                     }}};
  ASSERT_TRUE(becomes([&] { return !told.empty(); }));
  ASSERT_EQ(finder.nodes().size(), 1U);
  EXPECT_EQ(finder.nodes()[0].address, address);
  EXPECT_EQ(finder.nodes()[0].capability.tier, "edge");
  server.reset();
  ASSERT_TRUE(becomes([&] { return told.size() > 1; }));
  EXPECT_THAT(told, testing::ElementsAre("changed edge-1", "gone edge-1"));
  EXPECT_THAT(finder.nodes(), IsEmpty());
}

TEST_F(Finding, shows_only_nodes_that_offer_the_task) {
  serve();
  int of_text = 0;
  int of_faces = 0;
  Finder text{context, options("text-recognition"), {[&](const FoundNode&) { ++of_text; }, {}}};
  Finder faces{context, options("face-detection"), {[&](const FoundNode&) { ++of_faces; }, {}}};
  ASSERT_TRUE(becomes([&] { return of_text > 0; }));
  context.run_for(50ms);
  EXPECT_EQ(of_faces, 0);
  EXPECT_THAT(faces.nodes(), IsEmpty());
}

TEST_F(Finding, takes_only_what_is_or_will_be_ready_for_an_offer) {
  Capability capability;
  capability.instances = {{"read", "onnx", "text-recognition", "", InstanceState::failed, 0ns, "no memory"}};
  EXPECT_FALSE(offers_task(capability, "text-recognition"));
  for (const auto not_there : {InstanceState::cold, InstanceState::unloading}) {
    capability.instances[0].state = not_there;
    EXPECT_FALSE(offers_task(capability, "text-recognition"));
  }
  capability.instances[0].state = InstanceState::loading;
  EXPECT_TRUE(offers_task(capability, "text-recognition"));
  EXPECT_FALSE(offers_task(capability, "face-detection"));
}

TEST_F(Finding, ignores_what_is_not_a_node) {
  serve();
  body = "hello";
  Finder finder{context, options(), {}};
  context.run_for(100ms);
  EXPECT_THAT(finder.nodes(), IsEmpty());
}

}  // namespace
}  // namespace continuo
