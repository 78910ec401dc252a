// Connections, requests and responses over Boost.Beast.
#include "os/http_server.hh"

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/http/vector_body.hpp>
#include <mutex>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

namespace continuo {

namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = net::ip::tcp;
using ByteBody = http::vector_body<std::byte>;
using error_code = boost::system::error_code;

// After a refused request the rest of it is read and dropped, so that closing does not destroy the answer on its way.
constexpr std::size_t drain_bytes_max = std::size_t{8} << 20;
constexpr Duration drain_time_max = std::chrono::seconds{2};
// When the process is out of descriptors, accept() would fail at once, again and again.
constexpr Duration accept_retry = std::chrono::milliseconds{100};

// What a Respond may touch from another thread: it outlives server and io_context, and knows when they have gone.
struct Gate {
  std::mutex mutex;
  net::io_context* context = nullptr;  // null: closed

  template <class Task>
  void post(Task task) {
    const std::lock_guard lock{mutex};
    if (context != nullptr) {
      net::post(*context, std::move(task));
    }
  }
};

}  // namespace

class HttpSession;

struct HttpServer::State : std::enable_shared_from_this<HttpServer::State> {
  State(net::io_context& io, const Clock& the_clock, HttpLimits the_limits, Serve the_serve)
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
  tcp::acceptor acceptor;
  net::steady_timer retry;
  std::shared_ptr<Gate> gate = std::make_shared<Gate>();  // shared with every Respond
  std::set<HttpSession*> sessions;
  bool stopping = false;
  Bytes received = Bytes::zero();
  Bytes sent = Bytes::zero();
};

// One connection. Kept alive by its pending operation, or by itself while its request is being answered.
class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(std::shared_ptr<HttpServer::State> state, tcp::socket socket)
      : state_{std::move(state)}, stream_{std::move(socket)} {
    state_->sessions.insert(this);
    error_code ignored;
    stream_.socket().set_option(tcp::no_delay{true}, ignored);
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
    error_code ignored;
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
  using Parser = http::request_parser<ByteBody>;

  bool gone() const { return !state_->serve; }
  void read_header();
  void on_header(error_code error, std::size_t bytes);
  void read_body();
  void on_request();
  void on_read_error(error_code error);
  template <class Body>
  void write(http::response<Body> message);
  void write_file(const HttpResponse& response, const std::filesystem::path& path);
  void on_written(bool keep_alive, error_code error, std::size_t bytes);
  template <class Body>
  void fill_head(http::response<Body>& message, const HttpResponse& response) const;
  void drain(std::size_t left);

  std::shared_ptr<HttpServer::State> state_;  // handlers may run after the server has gone
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::string peer_;
  std::size_t request_bytes_ = 0;
  std::shared_ptr<HttpSession> hold_;  // itself, while no operation is pending: the answer is awaited
  bool idle_ = false;
  bool head_only_ = false;
  bool keep_alive_ = false;
  bool drain_after_ = false;
};

void HttpSession::wait_for_request() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(state_->limits.header_bytes));
  parser_->body_limit(state_->limits.body_bytes);
  request_bytes_ = 0;
  if (buffer_.size() > 0) {
    read_header();
    return;
  }
  idle_ = true;
  stream_.expires_after(state_->limits.idle);
  constexpr std::size_t first_read = 4096;
  stream_.async_read_some(buffer_.prepare(first_read), [self = shared_from_this()](error_code error, std::size_t bytes) {
    self->idle_ = false;
    self->buffer_.commit(bytes);
    if (error || self->gone()) {
      self->close();
    } else {
      self->read_header();
    }
  });
}

void HttpSession::read_header() {
  stream_.expires_after(state_->limits.read);
  http::async_read_header(stream_, buffer_, *parser_,
                          [self = shared_from_this()](error_code error, std::size_t bytes) { self->on_header(error, bytes); });
}

void HttpSession::on_header(error_code error, std::size_t bytes) {
  request_bytes_ += bytes;
  if (gone()) {
    close();
    return;
  }
  if (error) {
    on_read_error(error);
    return;
  }
  if (!beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
    read_body();
    return;
  }
  auto message = std::make_shared<http::response<http::empty_body>>(http::status::continue_, 11);
  http::async_write(stream_, *message, [self = shared_from_this(), message](error_code write_error, std::size_t sent) {
    self->state_->sent += Bytes::of(static_cast<std::int64_t>(sent));
    if (write_error || self->gone()) {
      self->close();
    } else {
      self->read_body();
    }
  });
}

void HttpSession::read_body() {
  http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t bytes) {
    self->request_bytes_ += bytes;
    if (self->gone()) {
      self->close();
    } else if (error) {
      self->on_read_error(error);
    } else {
      self->on_request();
    }
  });
}

void HttpSession::on_read_error(error_code error) {
  state_->received += Bytes::of(static_cast<std::int64_t>(request_bytes_));
  if (error == http::error::body_limit) {
    refuse(413, "the body has more than " + std::to_string(state_->limits.body_bytes) + " bytes");
  } else if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    refuse(431, "the header has more than " + std::to_string(state_->limits.header_bytes) + " bytes");
  } else if (error == http::error::end_of_stream || error == http::error::partial_message ||
             error.category() != http::make_error_code(http::error::bad_method).category()) {
    close();  // the other side left, or the time is up
  } else {
    refuse(400, "not a valid HTTP request: " + error.message());
  }
}

namespace {

// Makes sure that a request is answered: once, and with a 500 if whoever had to answer it dropped it.
class Responder {
 public:
  Responder(std::shared_ptr<Gate> gate, std::weak_ptr<HttpSession> session)
      : gate_{std::move(gate)}, session_{std::move(session)} {}
  ~Responder() { respond(error_response(500, "the request was dropped without an answer")); }
  Responder(const Responder&) = delete;
  Responder& operator=(const Responder&) = delete;

  void respond(HttpResponse response) {
    if (answered_.exchange(true)) {
      return;
    }
    gate_->post([session = std::move(session_), answer = std::move(response)]() mutable {
      if (const auto alive = session.lock()) {
        alive->respond(std::move(answer));
      }
    });
  }

 private:
  std::shared_ptr<Gate> gate_;  // outlives server and io_context
  std::weak_ptr<HttpSession> session_;
  std::atomic<bool> answered_ = false;
};

}  // namespace

void HttpSession::on_request() {
  http::request<ByteBody> message = parser_->release();
  HttpRequest request;
  request.method = std::string{message.method_string()};
  request.target = std::string{message.target()};
  for (const auto& field : message) {
    request.headers.append(std::string{field.name_string()}, std::string{field.value()});
  }
  request.body = std::move(message.body());
  request.peer = peer_;
  request.arrived = state_->clock.now();
  request.size = Bytes::of(static_cast<std::int64_t>(request_bytes_));
  state_->received += request.size;
  head_only_ = message.method() == http::verb::head;
  keep_alive_ = message.keep_alive();
  stream_.expires_never();
  hold_ = shared_from_this();
  const auto responder = std::make_shared<Responder>(state_->gate, weak_from_this());
  try {
    state_->serve(std::move(request), [responder](HttpResponse response) { responder->respond(std::move(response)); });
  } catch (const std::exception& problem) {
    responder->respond(error_response(500, problem.what()));
  }
}

void HttpSession::refuse(int status, std::string_view error) {
  keep_alive_ = false;
  head_only_ = false;
  drain_after_ = true;
  respond(error_response(status, error));
}

template <class Body>
void HttpSession::fill_head(http::response<Body>& message, const HttpResponse& response) const {
  message.version(11);
  message.result(static_cast<unsigned>(response.status));
  for (const auto& [name, value] : response.headers) {
    message.insert(name, value);
  }
  message.keep_alive(keep_alive_ && !state_->stopping);
}

void HttpSession::respond(HttpResponse response) {
  const auto self = shared_from_this();
  hold_.reset();
  if (gone() || !stream_.socket().is_open()) {
    return;
  }
  stream_.expires_after(state_->limits.write);
  if (response.file) {
    write_file(response, *response.file);
    return;
  }
  if (head_only_) {
    http::response<http::empty_body> message;
    fill_head(message, response);
    message.content_length(response.body.size());
    write(std::move(message));
    return;
  }
  http::response<ByteBody> message;
  fill_head(message, response);
  message.body() = std::move(response.body);
  message.prepare_payload();
  write(std::move(message));
}

void HttpSession::write_file(const HttpResponse& response, const std::filesystem::path& path) {
  http::response<http::file_body> message;
  error_code error;
  message.body().open(path.c_str(), beast::file_mode::scan, error);
  if (error) {
    respond(error_response(404, "no such file"));
    return;
  }
  fill_head(message, response);
  message.prepare_payload();
  if (head_only_) {
    http::response<http::empty_body> head;
    fill_head(head, response);
    head.content_length(message.body().size());
    write(std::move(head));
    return;
  }
  write(std::move(message));
}

template <class Body>
void HttpSession::write(http::response<Body> message) {
  // Kept until the write is done; the serializer refers to the message.
  struct Outgoing {
    explicit Outgoing(http::response<Body> the_message) : message{std::move(the_message)} {}
    http::response<Body> message;
    http::response_serializer<Body> serializer{message};
  };
  auto outgoing = std::make_shared<Outgoing>(std::move(message));
  const bool keep_alive = outgoing->message.keep_alive();
  http::async_write(stream_, outgoing->serializer,
                    [self = shared_from_this(), outgoing, keep_alive](error_code error, std::size_t bytes) {
                      self->on_written(keep_alive, error, bytes);
                    });
}

void HttpSession::on_written(bool keep_alive, error_code error, std::size_t bytes) {
  state_->sent += Bytes::of(static_cast<std::int64_t>(bytes));
  if (error || gone()) {
    close();
    return;
  }
  if (keep_alive && !state_->stopping) {
    wait_for_request();
    return;
  }
  error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  if (!drain_after_) {
    close();
    return;
  }
  stream_.expires_after(drain_time_max);
  drain(drain_bytes_max);
}

void HttpSession::drain(std::size_t left) {
  buffer_.clear();
  constexpr std::size_t piece = std::size_t{64} << 10;
  stream_.async_read_some(buffer_.prepare(piece), [self = shared_from_this(), left](error_code error, std::size_t bytes) {
    if (error || bytes >= left || self->gone()) {
      self->close();
    } else {
      self->drain(left - bytes);
    }
  });
}

void HttpServer::State::listen(const std::string& address, std::uint16_t port) {
  const auto attempt = [&](error_code error) {
    if (error) {
      throw std::system_error{error, "listening on " + address + ":" + std::to_string(port)};
    }
  };
  error_code error;
  const auto numeric = net::ip::make_address(address, error);
  attempt(error);
  const tcp::endpoint endpoint{numeric, port};
  attempt(acceptor.open(endpoint.protocol(), error));
  attempt(acceptor.set_option(net::socket_base::reuse_address{true}, error));
  attempt(acceptor.bind(endpoint, error));
  attempt(acceptor.listen(net::socket_base::max_listen_connections, error));
}

void HttpServer::State::accept() {
  acceptor.async_accept([self = shared_from_this()](error_code error, tcp::socket socket) {
    if (!self->acceptor.is_open() || !self->serve) {
      return;
    }
    if (error) {
      self->retry.expires_after(accept_retry);
      self->retry.async_wait([self](error_code cancelled) {
        if (!cancelled && self->acceptor.is_open()) {
          self->accept();
        }
      });
      return;
    }
    const std::size_t open = self->sessions.size();
    if (open < self->limits.connections) {
      std::make_shared<HttpSession>(self, std::move(socket))->wait_for_request();
    } else if (open < 2 * self->limits.connections) {
      std::make_shared<HttpSession>(self, std::move(socket))->refuse(503, "too many connections");
    }
    self->accept();
  });
}

void HttpServer::State::stop() {
  stopping = true;
  error_code ignored;
  acceptor.close(ignored);
  retry.cancel();
  for (HttpSession* const session : sessions) {
    session->close_if_idle();
  }
}

void HttpServer::State::close() {
  stop();
  serve = nullptr;
  {
    const std::lock_guard lock{gate->mutex};
    gate->context = nullptr;
  }
  const std::set<HttpSession*> open = sessions;
  for (HttpSession* const session : open) {
    session->abandon();
  }
}

HttpServer::HttpServer(net::io_context& context, const Clock& clock, const std::string& address, std::uint16_t port,
                       HttpLimits limits, Serve serve)
    : state_{std::make_shared<State>(context, clock, limits, std::move(serve))} {
  state_->listen(address, port);
  state_->accept();
}

HttpServer::~HttpServer() { state_->close(); }

std::uint16_t HttpServer::port() const { return state_->acceptor.local_endpoint().port(); }
std::size_t HttpServer::connections() const { return state_->sessions.size(); }
Bytes HttpServer::received() const { return state_->received; }
Bytes HttpServer::sent() const { return state_->sent; }
void HttpServer::stop() { state_->stop(); }

}  // namespace continuo
