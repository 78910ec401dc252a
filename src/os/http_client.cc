// Requests over Boost.Beast: connect or reuse, write, read, keep.
#include "os/http_client.hh"

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/http/vector_body.hpp>
#include <map>
#include <optional>
#include <utility>

#include "os/internal/connection_pool.hh"

namespace continuo {

namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = net::ip::tcp;
using error_code = boost::system::error_code;

constexpr std::size_t piece_bytes = std::size_t{64} << 10;

struct HostPort {
  std::string host;
  std::string port;
};

// "host:port", "[::1]:port". Nothing: not of that form.
std::optional<HostPort> split_address(std::string_view address) {
  const auto colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == address.size() ||
      address.find_first_not_of("0123456789", colon + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  return HostPort{std::string{host}, std::string{address.substr(colon + 1)}};
}

HttpFailure::Kind kind_of_connect(error_code error) {
  if (error == net::error::connection_refused || error == net::error::host_unreachable ||
      error == net::error::network_unreachable) {
    return HttpFailure::Kind::refused;
  }
  if (error == net::error::connection_reset) {
    return HttpFailure::Kind::reset;
  }
  return error == net::error::timed_out ? HttpFailure::Kind::timeout : HttpFailure::Kind::local;
}

}  // namespace

class HttpExchange;

struct HttpClient::State {
  State(net::io_context& io, HttpClientLimits the_limits)
      : context{io}, limits{the_limits}, kept{the_limits.idle_connections, the_limits.idle} {}

  net::io_context& context;
  HttpClientLimits limits;
  ConnectionPool kept;
  std::map<Id, std::shared_ptr<HttpExchange>> exchanges;  // also held by their pending operations
  Id last_id = 0;
};

// One request from send() to Done. Kept alive by its pending operation.
class HttpExchange : public std::enable_shared_from_this<HttpExchange> {
 public:
  HttpExchange(std::weak_ptr<HttpClient::State> client, net::io_context& context, std::size_t header_bytes,
               HttpClient::Id id, HttpCall call, HttpClient::Done done)
      : client_{std::move(client)},
        context_{context},
        header_bytes_{header_bytes},
        id_{id},
        call_{std::move(call)},
        done_{std::move(done)},
        socket_{context},
        resolver_{context},
        deadline_{context} {}

  void start();
  void abandon() {
    done_ = nullptr;
    finished_ = true;
    stop();
  }

 private:
  using Parser = http::response_parser<http::buffer_body>;

  void connect();
  void connect_to(const std::vector<tcp::endpoint>& endpoints);
  void prepare();
  void write();
  void on_written(error_code error, std::size_t bytes);
  void read_header();
  void read_piece();
  bool consume(std::span<const std::byte> piece);
  void complete();
  void on_broken(error_code error);
  void fail(HttpFailure::Kind kind, std::string text);
  void finish(std::variant<HttpResponse, HttpFailure> outcome);
  void stop() {
    error_code ignored;
    socket_.close(ignored);
    resolver_.cancel();
    deadline_.cancel();
  }

  std::weak_ptr<HttpClient::State> client_;
  net::io_context& context_;
  std::size_t header_bytes_;
  HttpClient::Id id_;
  HttpCall call_;
  HttpClient::Done done_;
  tcp::socket socket_;
  tcp::resolver resolver_;
  net::steady_timer deadline_;
  http::request<http::vector_body<std::byte>> message_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::vector<std::byte> piece_;
  HttpResponse response_;
  std::size_t sent_ = 0;
  std::size_t received_ = 0;
  bool reused_ = false;
  bool retried_ = false;
  bool wrote_any_ = false;
  bool finished_ = false;
};

void HttpExchange::start() {
  if (finished_) {
    return;
  }
  deadline_.expires_after(call_.timeout);
  deadline_.async_wait([self = shared_from_this()](error_code error) {
    if (!error && !self->finished_) {
      self->fail(HttpFailure::Kind::timeout, "no answer from " + self->call_.address + " in time");
    }
  });
  prepare();
  if (const auto client = client_.lock()) {
    if (auto socket = client->kept.take(call_.address)) {
      socket_ = std::move(*socket);
      reused_ = true;
      write();
      return;
    }
  }
  connect();
}

void HttpExchange::prepare() {
  const HttpRequest& request = call_.request;
  message_.version(11);
  message_.method_string(request.method);
  message_.target(request.target);
  for (const auto& [name, value] : request.headers) {
    message_.insert(name, value);
  }
  message_.set(http::field::host, call_.address);
  message_.erase(http::field::connection);
  message_.erase(http::field::transfer_encoding);
  message_.erase(http::field::expect);
  message_.body() = std::move(call_.request.body);
  message_.prepare_payload();
}

void HttpExchange::connect() {
  const auto parts = split_address(call_.address);
  if (!parts) {
    fail(HttpFailure::Kind::unresolved, "not an address of the form host:port: " + call_.address);
    return;
  }
  error_code error;
  const auto numeric = net::ip::make_address(parts->host, error);
  const auto port = std::strtoul(parts->port.c_str(), nullptr, 10);
  if (!error && port > 0 && port <= 65535) {
    connect_to({tcp::endpoint{numeric, static_cast<std::uint16_t>(port)}});
    return;
  }
  resolver_.async_resolve(parts->host, parts->port,
                          [self = shared_from_this()](error_code failed, const tcp::resolver::results_type& results) {
                            if (self->finished_) {
                              return;
                            }
                            if (failed) {
                              self->fail(HttpFailure::Kind::unresolved,
                                         "resolving " + self->call_.address + ": " + failed.message());
                              return;
                            }
                            std::vector<tcp::endpoint> endpoints;
                            for (const auto& result : results) {
                              endpoints.push_back(result.endpoint());
                            }
                            self->connect_to(endpoints);
                          });
}

void HttpExchange::connect_to(const std::vector<tcp::endpoint>& endpoints) {
  // async_connect keeps iterators into the range.
  const auto range = std::make_shared<std::vector<tcp::endpoint>>(endpoints);
  net::async_connect(socket_, *range, [self = shared_from_this(), range](error_code error, const tcp::endpoint&) {
    if (self->finished_) {
      return;
    }
    if (error) {
      self->fail(kind_of_connect(error), "connecting to " + self->call_.address + ": " + error.message());
      return;
    }
    error_code ignored;
    self->socket_.set_option(tcp::no_delay{true}, ignored);
    self->write();
  });
}

void HttpExchange::write() {
  wrote_any_ = true;
  http::async_write(socket_, message_, [self = shared_from_this()](error_code error, std::size_t bytes) {
    self->on_written(error, bytes);
  });
}

void HttpExchange::on_written(error_code error, std::size_t bytes) {
  sent_ += bytes;
  if (finished_) {
    return;
  }
  // A server that refuses a large request answers and closes while we still write: its answer may be there to read.
  if (error && error != net::error::broken_pipe && error != net::error::connection_reset) {
    on_broken(error);
    return;
  }
  read_header();
}

void HttpExchange::read_header() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(header_bytes_));
  parser_->body_limit(call_.body_bytes);
  parser_->skip(call_.request.method == "HEAD");
  http::async_read_header(socket_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t bytes) {
    if (self->finished_) {
      return;
    }
    // Bytes of a header that did not become complete count too: the server has begun to answer.
    self->received_ += bytes + (error ? self->buffer_.size() : 0);
    if (error) {
      self->on_broken(error);
      return;
    }
    const auto& head = self->parser_->get();
    self->response_.status = static_cast<int>(head.result_int());
    for (const auto& field : head) {
      self->response_.headers.append(std::string{field.name_string()}, std::string{field.value()});
    }
    self->piece_.resize(piece_bytes);
    self->read_piece();
  });
}

void HttpExchange::read_piece() {
  if (parser_->is_done()) {
    complete();
    return;
  }
  parser_->get().body().data = piece_.data();
  parser_->get().body().size = piece_.size();
  http::async_read(socket_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t bytes) {
    if (self->finished_) {
      return;
    }
    self->received_ += bytes;
    if (error && error != http::error::need_buffer) {
      self->on_broken(error);
      return;
    }
    const std::size_t filled = self->piece_.size() - self->parser_->get().body().size;
    if (!self->consume(std::span{self->piece_}.first(filled))) {
      self->fail(HttpFailure::Kind::reset, "the rest of the answer was not wanted");
      return;
    }
    if (!self->finished_) {
      self->read_piece();
    }
  });
}

bool HttpExchange::consume(std::span<const std::byte> piece) {
  if (call_.sink && response_.status == 200) {
    return piece.empty() || call_.sink(piece);
  }
  response_.body.insert(response_.body.end(), piece.begin(), piece.end());
  return true;
}

void HttpExchange::complete() {
  const bool keep = parser_->get().keep_alive() && !parser_->get().need_eof() && buffer_.size() == 0;
  if (const auto client = client_.lock(); client && keep) {
    client->kept.keep(call_.address, std::move(socket_));
  }
  finish(std::move(response_));
}

void HttpExchange::on_broken(error_code error) {
  const bool left = error == http::error::end_of_stream || error == net::error::eof ||
                    error == net::error::connection_reset || error == net::error::broken_pipe;
  if (left && reused_ && !retried_ && received_ == 0) {
    retried_ = true;
    error_code ignored;
    socket_.close(ignored);
    socket_ = tcp::socket{context_};
    buffer_.clear();
    connect();
    return;
  }
  const bool protocol = error.category() == http::make_error_code(http::error::bad_method).category() &&
                        error != http::error::end_of_stream && error != http::error::partial_message;
  fail(protocol ? HttpFailure::Kind::malformed : HttpFailure::Kind::reset,
       "talking to " + call_.address + ": " + error.message());
}

void HttpExchange::fail(HttpFailure::Kind kind, std::string text) {
  finish(HttpFailure{kind, std::move(text), !wrote_any_});
}

void HttpExchange::finish(std::variant<HttpResponse, HttpFailure> outcome) {
  if (finished_) {
    return;
  }
  const auto self = shared_from_this();
  finished_ = true;
  stop();
  if (const auto client = client_.lock()) {
    client->exchanges.erase(id_);
  }
  if (const auto done = std::exchange(done_, nullptr)) {
    done({std::move(outcome), Bytes::of(static_cast<std::int64_t>(sent_)),
          Bytes::of(static_cast<std::int64_t>(received_)), reused_ && !retried_});
  }
}

const char* to_string(HttpFailure::Kind kind) {
  constexpr std::array names{"refused", "reset", "timeout", "unresolved", "malformed", "local"};
  return names.at(static_cast<std::size_t>(kind));
}

HttpClient::HttpClient(net::io_context& context, HttpClientLimits limits)
    : state_{std::make_shared<State>(context, limits)} {}

HttpClient::~HttpClient() {
  for (const auto& [id, exchange] : std::exchange(state_->exchanges, {})) {
    exchange->abandon();
  }
}

HttpClient::Id HttpClient::send(HttpCall call, Done done) {
  const Id id = ++state_->last_id;
  const auto exchange = std::make_shared<HttpExchange>(state_, state_->context, state_->limits.header_bytes, id,
                                                   std::move(call), std::move(done));
  state_->exchanges.emplace(id, exchange);
  net::post(state_->context, [exchange] { exchange->start(); });
  return id;
}

void HttpClient::cancel(Id id) {
  const auto found = state_->exchanges.find(id);
  if (found != state_->exchanges.end()) {
    const auto exchange = found->second;
    state_->exchanges.erase(found);
    exchange->abandon();
  }
}

std::size_t HttpClient::idle_connections() const { return state_->kept.size(); }

HttpResult send_and_wait(HttpCall call) {
  net::io_context context;
  HttpClient client{context};
  std::optional<HttpResult> result;
  client.send(std::move(call), [&](HttpResult answer) { result = std::move(answer); });
  context.run();
  return std::move(result).value();
}

}  // namespace continuo
