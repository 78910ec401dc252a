// A connection of HttpServer, and what the connections of a server share. For http_server.cc and http_session.cc alone.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/http/vector_body.hpp>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "os/http_server.hh"

namespace continuo {

// What a Respond may touch from another thread: it outlives server and io_context, and knows when they have gone.
struct AnswerGate {
  std::mutex mutex;
  boost::asio::io_context* context = nullptr;  // null: closed

  template <class Task>
  void post(Task task) {
    const std::lock_guard lock{mutex};
    if (context != nullptr) {
      boost::asio::post(*context, std::move(task));
    }
  }
};

class HttpSession;

struct HttpServer::State : std::enable_shared_from_this<HttpServer::State> {
  State(boost::asio::io_context& io, const Clock& the_clock, HttpLimits the_limits, Serve the_serve)
      : clock{the_clock}, limits{the_limits}, serve{std::move(the_serve)}, acceptor{io}, retry{io} {
    gate->context = &io;
  }

  void listen(const std::string& address, std::uint16_t port);
  void accept();
  void stop();
  void close();

  const Clock& clock;
  HttpLimits limits;
  Serve serve;  // empty once the server has gone
  boost::asio::ip::tcp::acceptor acceptor;
  boost::asio::steady_timer retry;
  std::shared_ptr<AnswerGate> gate = std::make_shared<AnswerGate>();  // shared with every Respond
  std::set<HttpSession*> sessions;
  bool stopping = false;
  Bytes received = Bytes::zero();
  Bytes sent = Bytes::zero();
};

// One connection. Kept alive by its pending operation, or by itself while its request is being answered.
class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(std::shared_ptr<HttpServer::State> state, boost::asio::ip::tcp::socket socket)
      : state_{std::move(state)}, stream_{std::move(socket)} {
    state_->sessions.insert(this);
    boost::system::error_code ignored;
    stream_.socket().set_option(boost::asio::ip::tcp::no_delay{true}, ignored);
    const auto remote = stream_.socket().remote_endpoint(ignored);
    peer_ = remote.address().to_string() + ":" + std::to_string(remote.port());
  }
  ~HttpSession() { state_->sessions.erase(this); }
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  void wait_for_request();
  void refuse(int status, std::string_view error);
  void respond(HttpResponse response);
  void close() {
    boost::system::error_code ignored;
    stream_.socket().close(ignored);
  }
  // The server has gone: no answer will come. May destroy this session.
  void abandon() {
    close();
    hold_.reset();
  }
  void close_if_idle() {
    if (idle_) {
      close();
    }
  }

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::vector_body<std::byte>>;

  bool gone() const { return !state_->serve; }
  void read_header();
  void on_header(boost::system::error_code error, std::size_t bytes);
  void read_body();
  void on_request();
  void on_read_error(boost::system::error_code error);
  template <class Body>
  void write(boost::beast::http::response<Body> message);
  void write_file(const HttpResponse& response, const std::filesystem::path& path);
  void on_written(bool keep_alive, boost::system::error_code error, std::size_t bytes);
  template <class Body>
  void fill_head(boost::beast::http::response<Body>& message, const HttpResponse& response) const;
  void drain(std::size_t left);

  std::shared_ptr<HttpServer::State> state_;  // handlers may run after the server has gone
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::string peer_;
  std::size_t request_bytes_ = 0;
  std::shared_ptr<HttpSession> hold_;  // itself, while no operation is pending: the answer is awaited
  bool idle_ = false;
  bool head_only_ = false;
  bool keep_alive_ = false;
  bool drain_after_ = false;
};

}  // namespace continuo
