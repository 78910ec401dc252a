// The client against scripted servers: reuse, one safe retry, time-outs and every kind of failure.
#include "os/http_client.hh"

#include <gtest/gtest.h>

#include <atomic>

#include "os/http_server.hh"
#include "os/test_support/http_loopback.hh"

namespace continuo {
namespace {

using boost::asio::ip::tcp;

constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

class HttpClientTest : public testing::Test {
 protected:
  ~HttpClientTest() override { io_.stop(); }

  HttpCall call(const std::string& target = "/") const {
    HttpCall call;
    call.address = "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    call.request.target = target;
    return call;
  }
  std::future<HttpResult> send(HttpCall call) {
    auto promise = std::make_shared<std::promise<HttpResult>>();
    auto result = promise->get_future();
    last_id_ = io_.call([&] {
      return client_->send(std::move(call), [promise](HttpResult answer) { promise->set_value(std::move(answer)); });
    });
    return result;
  }
  static HttpFailure::Kind kind(const HttpResult& result) {
    EXPECT_TRUE(result.failure());
    return result.failure() ? result.failure()->kind : HttpFailure::Kind{99};
  }

  boost::asio::io_context blocking_;
  tcp::acceptor acceptor_{blocking_, {boost::asio::ip::address_v4::loopback(), 0}};
  IoThread io_;
  std::unique_ptr<HttpClient> client_ = std::make_unique<HttpClient>(io_.context);
  HttpClient::Id last_id_ = 0;
};

TEST_F(HttpClientTest, sends_the_request_and_brings_the_answer) {
  HttpCall request = call("/path?x=1");
  request.request.method = "POST";
  request.request.headers = {{"X-Own", "yes"}, {"Connection", "close"}, {"Content-Length", "99"}};
  request.request.body = to_body("body");
  auto result = send(std::move(request));
  RawConnection server{acceptor_};
  const std::string got = server.read_until("body");
  EXPECT_TRUE(got.starts_with("POST /path?x=1 HTTP/1.1\r\n")) << got;
  EXPECT_NE(got.find("X-Own: yes\r\n"), std::string::npos);
  EXPECT_NE(got.find("Content-Length: 4\r\n"), std::string::npos);
  EXPECT_EQ(got.find("close"), std::string::npos) << "the client decides on the connection";
  server.write("HTTP/1.1 418 Teapot\r\nContent-Length: 3\r\nX-Kind: green\r\n\r\ntea");
  const HttpResult answer = result.get();
  ASSERT_TRUE(answer.response());
  EXPECT_EQ(answer.response()->status, 418);
  EXPECT_EQ(answer.response()->headers.find("x-kind"), "green");
  EXPECT_EQ(as_text(answer.response()->body), "tea");
  EXPECT_EQ(answer.sent, Bytes::of(static_cast<std::int64_t>(got.size())));
  EXPECT_EQ(answer.received, Bytes::of(21 + 19 + 15 + 2 + 3));
}

TEST_F(HttpClientTest, keeps_a_connection_and_uses_it_again) {
  auto first = send(call("/1"));
  RawConnection server{acceptor_};
  server.read_until("\r\n\r\n");
  server.write(ok);
  EXPECT_FALSE(first.get().reused);
  EXPECT_EQ(io_.call([&] { return client_->idle_connections(); }), 1u);
  auto second = send(call("/2"));
  EXPECT_TRUE(server.read_until("\r\n\r\n").starts_with("GET /2 "));
  server.write(ok);
  EXPECT_TRUE(second.get().reused);
}

TEST_F(HttpClientTest, tries_once_more_when_a_kept_connection_was_closed_without_a_byte) {
  auto first = send(call("/1"));
  auto server = std::make_unique<RawConnection>(acceptor_);
  server->read_until("\r\n\r\n");
  server->write(ok);
  first.get();
  auto second = send(call("/2"));
  server->read_until("\r\n\r\n");
  server.reset();
  RawConnection fresh{acceptor_};
  EXPECT_TRUE(fresh.read_until("\r\n\r\n").starts_with("GET /2 "));
  fresh.write(ok);
  const HttpResult answer = second.get();
  ASSERT_TRUE(answer.response());
  EXPECT_EQ(answer.response()->status, 200);
}

TEST_F(HttpClientTest, does_not_try_again_once_the_answer_has_begun) {
  auto first = send(call("/1"));
  auto server = std::make_unique<RawConnection>(acceptor_);
  server->read_until("\r\n\r\n");
  server->write(ok);
  first.get();
  auto second = send(call("/2"));
  server->read_until("\r\n\r\n");
  server->write("HTTP/1.1 200 OK\r\nContent-Le");
  server.reset();
  EXPECT_EQ(kind(second.get()), HttpFailure::Kind::reset);
}

TEST_F(HttpClientTest, does_not_try_again_on_a_fresh_connection) {
  auto result = send(call());
  RawConnection server{acceptor_};
  server.read_until("\r\n\r\n");
  server.reset();
  const HttpResult answer = result.get();
  EXPECT_EQ(kind(answer), HttpFailure::Kind::reset);
  EXPECT_FALSE(answer.failure()->never_sent);
}

TEST_F(HttpClientTest, does_not_use_a_kept_connection_that_is_known_to_be_closed) {
  auto first = send(call("/1"));
  {
    RawConnection server{acceptor_};
    server.read_until("\r\n\r\n");
    server.write(ok);
    first.get();
  }
  auto second = send(call("/2"));
  RawConnection fresh{acceptor_};
  fresh.read_until("\r\n\r\n");
  fresh.write(ok);
  EXPECT_FALSE(second.get().reused);
}

TEST_F(HttpClientTest, tells_refused_unresolved_and_timeout_apart) {
  HttpCall refused = call();
  {
    tcp::acceptor closed{blocking_, {boost::asio::ip::address_v4::loopback(), 0}};
    refused.address = "127.0.0.1:" + std::to_string(closed.local_endpoint().port());
  }
  const HttpResult nobody = send(refused).get();
  EXPECT_EQ(kind(nobody), HttpFailure::Kind::refused);
  EXPECT_TRUE(nobody.failure()->never_sent);
  for (const char* address : {"", "nothing", "127.0.0.1:", ":80", "127.0.0.1:x", "no-such-host.invalid:80"}) {
    HttpCall wrong = call();
    wrong.address = address;
    EXPECT_EQ(kind(send(wrong).get()), HttpFailure::Kind::unresolved) << address;
  }
  HttpCall slow = call();
  slow.timeout = std::chrono::milliseconds{20};
  const HttpResult late = send(slow).get();
  EXPECT_EQ(kind(late), HttpFailure::Kind::timeout);
  EXPECT_FALSE(late.failure()->never_sent);
}

TEST_F(HttpClientTest, does_not_blame_the_other_when_this_machine_cannot_connect) {
  HttpCall nowhere = call();
  nowhere.address = "[fe80::1]:80";  // link-local on no link: EINVAL, or EAFNOSUPPORT without IPv6
  const HttpResult result = send(nowhere).get();
  EXPECT_EQ(kind(result), HttpFailure::Kind::local);
  EXPECT_TRUE(result.failure()->never_sent);
}

TEST_F(HttpClientTest, refuses_answers_that_are_not_http_or_too_large) {
  for (const char* text : {"SSH-2.0\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n01234567890"}) {
    HttpCall request = call();
    request.body_bytes = 10;
    auto result = send(std::move(request));
    RawConnection server{acceptor_};
    server.read_until("\r\n\r\n");
    server.write(text);
    EXPECT_EQ(kind(result.get()), HttpFailure::Kind::malformed) << text;
  }
}

TEST_F(HttpClientTest, reads_chunks_and_bodies_that_end_with_the_connection) {
  auto chunked = send(call());
  {
    RawConnection server{acceptor_};
    server.read_until("\r\n\r\n");
    server.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
    EXPECT_EQ(as_text(chunked.get().response()->body), "abc");
  }
  auto until_eof = send(call());
  {
    RawConnection server{acceptor_};
    server.read_until("\r\n\r\n");
    server.write("HTTP/1.1 200 OK\r\n\r\nall of it");
  }
  EXPECT_EQ(as_text(until_eof.get().response()->body), "all of it");
}

TEST_F(HttpClientTest, reports_a_body_that_breaks_off) {
  auto result = send(call());
  {
    RawConnection server{acceptor_};
    server.read_until("\r\n\r\n");
    server.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  }
  EXPECT_EQ(kind(result.get()), HttpFailure::Kind::reset);
}

TEST_F(HttpClientTest, hands_the_body_to_a_sink_that_may_stop_it) {
  std::string got;
  HttpCall request = call();
  request.sink = [&](std::span<const std::byte> piece) {
    got += as_text(piece);
    return true;
  };
  auto result = send(request);
  const std::string content(200'000, 's');
  RawConnection server{acceptor_};
  server.read_until("\r\n\r\n");
  server.write("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + content);
  const HttpResult answer = result.get();
  ASSERT_TRUE(answer.response());
  EXPECT_TRUE(answer.response()->body.empty());
  EXPECT_EQ(got, content);
  request.sink = [](std::span<const std::byte>) { return false; };
  auto stopped = send(request);
  server.read_until("\r\n\r\n");
  server.write(ok);
  EXPECT_EQ(kind(stopped.get()), HttpFailure::Kind::reset);
}

TEST_F(HttpClientTest, calls_nobody_after_cancel_or_its_own_end) {
  auto cancelled = send(call("/1"));
  RawConnection server{acceptor_};
  server.read_until("\r\n\r\n");
  io_.call([&] { client_->cancel(last_id_); });
  EXPECT_THROW(cancelled.get(), std::future_error) << "the callback was dropped uncalled";
  EXPECT_EQ(server.read_all(), "") << "and the connection closed";
  auto orphan = send(call("/2"));
  RawConnection second{acceptor_};
  second.read_until("\r\n\r\n");
  io_.call([&] { client_.reset(); });
  EXPECT_THROW(orphan.get(), std::future_error);
}

TEST_F(HttpClientTest, bounds_the_connections_it_keeps) {
  const MonotonicClock clock;
  std::vector<HttpServer::Respond> waiting;
  std::promise<void> all_there;
  constexpr std::size_t together = 12;
  auto server = io_.call([&] {
    return std::make_unique<HttpServer>(io_.context, clock, "127.0.0.1", 0, HttpLimits{},
                                        [&](HttpRequest, HttpServer::Respond respond) {
                                          waiting.push_back(std::move(respond));
                                          if (waiting.size() == together) {
                                            all_there.set_value();
                                          }
                                        });
  });
  std::vector<std::future<HttpResult>> results;
  for (std::size_t index = 0; index < together; ++index) {
    HttpCall request;
    request.address = "127.0.0.1:" + std::to_string(server->port());
    results.push_back(send(std::move(request)));
  }
  all_there.get_future().wait();
  for (const auto& respond : waiting) {
    respond(json_response(200, "{}"));
  }
  for (auto& result : results) {
    EXPECT_TRUE(result.get().response());
  }
  EXPECT_EQ(io_.call([&] { return client_->idle_connections(); }), HttpClientLimits{}.idle_connections);
  io_.call([&] {
    waiting.clear();
    server.reset();
  });
}

}  // namespace
}  // namespace continuo
