// The server over the loopback: good requests, bad ones, limits, and answers from other threads.
#include "os/http_server.hh"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "os/http_client.hh"
#include "os/test_support/http_loopback.hh"

namespace continuo {
namespace {

class FixedClock final : public Clock {
 public:
  Duration now() const override { return Duration{42}; }
};

// Answers each request with its method, target and body.
void echo(HttpRequest request, const HttpServer::Respond& respond) {
  respond({.status = 200,
           .headers = {{"X-Peer", request.peer}, {"X-Arrived", std::to_string(request.arrived.count())}},
           .body = to_body(request.method + " " + request.target + " " + std::string{as_text(request.body)})});
}

class HttpServerTest : public testing::Test {
 protected:
  void serve(HttpServer::Serve serve = echo, HttpLimits limits = {}) {
    server_ = io_.call(
        [&] { return std::make_unique<HttpServer>(io_.context, clock_, "127.0.0.1", 0, limits, std::move(serve)); });
    port_ = server_->port();
  }
  ~HttpServerTest() override { io_.stop(); }

  std::string exchange(std::string_view request) const {
    RawConnection connection{port_};
    connection.write(request);
    return connection.read_all();
  }
  HttpResult get(const std::string& target, const std::string& method = "GET") const {
    HttpCall call;
    call.address = "127.0.0.1:" + std::to_string(port_);
    call.request.method = method;
    call.request.target = target;
    return send_and_wait(std::move(call));
  }

  FixedClock clock_;
  IoThread io_;
  std::unique_ptr<HttpServer> server_;
  std::uint16_t port_ = 0;
};

TEST_F(HttpServerTest, hands_over_method_target_body_and_arrival) {
  serve();
  const std::string answer =
      exchange("POST /a%20b?c=d HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nPOST /a%20b?c=d abc")) << answer;
  EXPECT_NE(answer.find("X-Arrived: 42\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("X-Peer: 127.0.0.1:"), std::string::npos) << answer;
}

TEST_F(HttpServerTest, keeps_the_connection_for_the_next_request) {
  serve();
  RawConnection connection{port_};
  for (const char* target : {"/1", "/2", "/3"}) {
    connection.write(std::string{"GET "} + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(connection.read_until(std::string{"GET "} + target + " ").ends_with(" ")) << target;
  }
  EXPECT_EQ(io_.call([&] { return server_->connections(); }), 1u);
}

TEST_F(HttpServerTest, answers_requests_that_came_together_one_after_the_other) {
  serve();
  const std::string answer =
      exchange("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_LT(answer.find("GET /1"), answer.find("GET /2"));
}

TEST_F(HttpServerTest, reads_chunked_bodies_and_says_continue_when_asked) {
  serve();
  EXPECT_TRUE(exchange("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                       "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
                  .ends_with("POST / abc"));
  RawConnection connection{port_};
  connection.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n"
                   "Connection: close\r\n\r\n");
  EXPECT_TRUE(connection.read_until("\r\n\r\n").starts_with("HTTP/1.1 100 Continue"));
  connection.write("ok");
  EXPECT_TRUE(connection.read_all().ends_with("POST / ok"));
}

TEST_F(HttpServerTest, refuses_what_is_too_large_before_reading_it) {
  HttpLimits limits;
  limits.body_bytes = 10;
  limits.header_bytes = 200;
  serve(echo, limits);
  for (const char* request :
       {"POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n"}) {
    RawConnection connection{port_};
    connection.write(request);
    const std::string answer = connection.read_until("}");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
    EXPECT_TRUE(answer.ends_with(R"({"error":"the body has more than 10 bytes"})")) << answer;
  }
  RawConnection connection{port_};
  connection.write("GET / HTTP/1.1\r\nX: " + std::string(300, 'x') + "\r\n\r\n");
  EXPECT_TRUE(connection.read_until("}").starts_with("HTTP/1.1 431 "));
}

TEST_F(HttpServerTest, refuses_what_is_not_http) {
  serve();
  for (const char* request : {"\r\n\r\nhello\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
                              "GET / HTTP/1.1\r\nno colon\r\n\r\n",
                              "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                              "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                              "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    RawConnection connection{port_};
    connection.write(request);
    const std::string answer = connection.read_until("}");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << request << " -> " << answer;
    EXPECT_NE(answer.find("{\"error\":\""), std::string::npos) << answer;
  }
}

TEST_F(HttpServerTest, gives_the_head_without_the_body) {
  serve();
  const std::string answer = exchange("HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 8\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
  EXPECT_TRUE(exchange("BREW /pot HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").ends_with("BREW /pot "));
}

TEST_F(HttpServerTest, takes_the_answer_from_any_thread_and_once) {
  std::promise<HttpServer::Respond> waiting;
  serve([&](HttpRequest, HttpServer::Respond respond) { waiting.set_value(std::move(respond)); });
  RawConnection connection{port_};
  connection.write("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
  const auto respond = waiting.get_future().get();
  std::thread other{[&] {
    respond(json_response(201, "1"));
    respond(json_response(202, "2"));
  }};
  other.join();
  EXPECT_TRUE(connection.read_all().starts_with("HTTP/1.1 201 "));
}

TEST_F(HttpServerTest, answers_500_for_a_request_that_was_dropped_or_threw) {
  serve([](const HttpRequest& request, const HttpServer::Respond&) {
    if (request.target == "/throw") {
      throw std::runtime_error{"on purpose"};
    }
  });
  EXPECT_EQ(get("/drop").response()->status, 500);
  EXPECT_EQ(as_text(get("/throw").response()->body), R"({"error":"on purpose"})");
}

TEST_F(HttpServerTest, ignores_an_answer_after_it_has_gone) {
  std::promise<HttpServer::Respond> waiting;
  serve([&](HttpRequest, HttpServer::Respond respond) { waiting.set_value(std::move(respond)); });
  RawConnection connection{port_};
  connection.write("GET / HTTP/1.1\r\n\r\n");
  const auto respond = waiting.get_future().get();
  io_.call([&] { server_.reset(); });
  EXPECT_EQ(connection.read_all(), "");
  respond(json_response(200, "late"));
}

TEST_F(HttpServerTest, finishes_the_request_in_hand_when_it_stops) {
  std::promise<HttpServer::Respond> waiting;
  serve([&](HttpRequest, HttpServer::Respond respond) { waiting.set_value(std::move(respond)); });
  RawConnection idle{port_};
  RawConnection busy{port_};
  busy.write("GET / HTTP/1.1\r\n\r\n");
  const auto respond = waiting.get_future().get();
  io_.call([&] { server_->stop(); });
  respond(json_response(200, "1"));
  EXPECT_TRUE(busy.read_all().starts_with("HTTP/1.1 200 "));
  EXPECT_EQ(idle.read_all(), "");
}

TEST_F(HttpServerTest, closes_connections_that_stay_silent) {
  HttpLimits limits;
  limits.idle = std::chrono::milliseconds{20};
  limits.read = std::chrono::milliseconds{20};
  serve(echo, limits);
  RawConnection silent{port_};
  EXPECT_EQ(silent.read_all(), "");
  RawConnection slow{port_};
  slow.write("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab");
  EXPECT_EQ(slow.read_all(), "");
}

TEST_F(HttpServerTest, refuses_connections_beyond_its_limit) {
  HttpLimits limits;
  limits.connections = 1;
  serve(echo, limits);
  RawConnection first{port_};
  first.write("GET /1 HTTP/1.1\r\n\r\n");
  first.read_until("GET /1 ");
  RawConnection second{port_};
  EXPECT_TRUE(second.read_until("}").starts_with("HTTP/1.1 503 "));
}

TEST_F(HttpServerTest, streams_a_file_and_counts_bytes) {
  const std::string path = testing::TempDir() + "continuo_http_file_" + std::to_string(::getpid());
  const std::string content(300'000, 'f');
  std::ofstream{path} << content;
  serve([&](const HttpRequest& request, const HttpServer::Respond& respond) {
    HttpResponse response;
    response.file = request.target == "/there" ? path : path + ".absent";
    respond(response);
  });
  const HttpResult there = get("/there");
  ASSERT_TRUE(there.response());
  EXPECT_EQ(as_text(there.response()->body), content);
  EXPECT_EQ(get("/there", "HEAD").response()->headers.find("content-length"), "300000");
  EXPECT_EQ(get("/absent").response()->status, 404);
  EXPECT_GT(io_.call([&] { return server_->sent(); }), Bytes::of(300'000));
  EXPECT_GT(there.received, Bytes::of(300'000));
  std::remove(path.c_str());
}

TEST_F(HttpServerTest, says_what_it_could_not_listen_on) {
  serve();
  try {
    HttpServer second{io_.context, clock_, "127.0.0.1", port_, {}, echo};
    FAIL() << "two servers on one port";
  } catch (const std::system_error& error) {
    EXPECT_NE(std::string{error.what()}.find("127.0.0.1:" + std::to_string(port_)), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace continuo
