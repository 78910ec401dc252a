// Listening, accepting, stopping.
#include "os/http_server.hh"

#include <system_error>

#include "os/internal/http_session.hh"

namespace continuo {

namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using error_code = boost::system::error_code;

// When the process is out of descriptors, accept() would fail at once, again and again.
constexpr Duration accept_retry = std::chrono::milliseconds{100};

}  // namespace

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
