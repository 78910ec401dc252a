// An asynchronous HTTP/1.1 client on one io_context, with a bounded pool of kept connections for each address.
//
// Everything runs on the thread that runs the io_context, which must be one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "os/http_message.hh"

namespace boost::asio {
class io_context;
}

namespace continuo {

struct HttpFailure {
  // refused: nothing listens there (or no route); reset: the connection broke; timeout; unresolved: no such host, or
  // not an address; malformed: what came back is not HTTP, or is beyond the limits; local: this machine could not
  // connect (no descriptors or ports left), which says nothing of the other.
  enum class Kind { refused, reset, timeout, unresolved, malformed, local };
  Kind kind = Kind::reset;
  std::string text;
  // Nothing of the request can have been acted on: it is safe to send it elsewhere, whatever it asks.
  bool never_sent = false;
};
const char* to_string(HttpFailure::Kind kind);

struct HttpResult {
  std::variant<HttpResponse, HttpFailure> outcome;
  Bytes sent = Bytes::zero();      // of this request, header included
  Bytes received = Bytes::zero();  // of its response, header included
  bool reused = false;             // it went over a kept connection

  const HttpResponse* response() const { return std::get_if<HttpResponse>(&outcome); }
  const HttpFailure* failure() const { return std::get_if<HttpFailure>(&outcome); }
};

struct HttpClientLimits {
  std::size_t header_bytes = std::size_t{16} << 10;
  std::size_t idle_connections = 8;           // kept for an address; more are closed after use
  Duration idle = std::chrono::seconds{30};   // a connection kept longer is not used again; below HttpLimits::idle
};

struct HttpCall {
  std::string address;  // "10.77.0.2:8000" or "name:8000"
  HttpRequest request;  // Host, Content-Length and Connection are set by the client
  Duration timeout = std::chrono::seconds{30};         // for all of it: resolve, connect, send, receive
  std::size_t body_bytes = std::size_t{64} << 20;      // of the response; beyond: malformed
  // Set: gets the body of a 200 response piece by piece instead of HttpResponse::body; false: stop, the failure is
  // `reset`.
  std::function<bool(std::span<const std::byte>)> sink = nullptr;
};

class HttpClient {
 public:
  using Id = std::uint64_t;
  // Called once, on the io_context's thread, never from within send().
  using Done = std::function<void(HttpResult)>;

  explicit HttpClient(boost::asio::io_context& context, HttpClientLimits limits = {});
  // Cancels everything: no Done is called afterwards.
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // A request that fails on a kept connection that the server closed before any byte of the response came is sent
  // once more on a fresh connection: the server closed it for idleness and cannot have acted on it.
  Id send(HttpCall call, Done done);
  // Done is not called afterwards. Unknown or finished: nothing happens.
  void cancel(Id id);
  // How many kept connections there are.
  std::size_t idle_connections() const;

  struct State;  // of the .cc alone

 private:
  std::shared_ptr<State> state_;
};

// For command-line tools: one request, waited for. Runs an io_context of its own.
HttpResult send_and_wait(HttpCall call);

}  // namespace continuo
