// Requests and responses of one connection over Boost.Beast.
#include "os/internal/http_session.hh"

#include <atomic>
#include <exception>

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

}  // namespace

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
  auto received = [self = shared_from_this()](error_code error, std::size_t bytes) {
    self->idle_ = false;
    self->buffer_.commit(bytes);
    if (error || self->gone()) {
      self->close();
    } else {
      self->read_header();
    }
  };
  stream_.async_read_some(buffer_.prepare(first_read), std::move(received));
}

void HttpSession::read_header() {
  stream_.expires_after(state_->limits.read);
  http::async_read_header(stream_, buffer_, *parser_,
                          [self = shared_from_this()](error_code error, std::size_t bytes) {
                            self->on_header(error, bytes);
                          });
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
  Responder(std::shared_ptr<AnswerGate> gate, std::weak_ptr<HttpSession> session)
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
  std::shared_ptr<AnswerGate> gate_;  // outlives server and io_context
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
  auto dropped = [self = shared_from_this(), left](error_code error, std::size_t bytes) {
    if (error || bytes >= left || self->gone()) {
      self->close();
    } else {
      self->drain(left - bytes);
    }
  };
  stream_.async_read_some(buffer_.prepare(piece), std::move(dropped));
}

}  // namespace continuo
