// An HTTP/1.1 server on one io_context: bounded in everything, keep-alive, one request at a time on a connection.
//
// Everything runs on the thread that runs the io_context, which must be one. Only a Respond may be called from
// elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "os/clock.hh"
#include "os/http_message.hh"

namespace boost::asio {
class io_context;
}

namespace continuo {

struct HttpLimits {
  std::size_t body_bytes = std::size_t{64} << 20;    // beyond: 413
  std::size_t header_bytes = std::size_t{16} << 10;  // beyond: 431
  std::size_t connections = 256;                     // beyond: 503 and closed
  Duration idle = std::chrono::seconds{120};         // between requests of a connection
  Duration read = std::chrono::seconds{60};          // from a request's first byte to its last
  Duration write = std::chrono::seconds{60};         // of a response
};

class HttpServer {
 public:
  // Answers one request. Call it once, from any thread, also after the server has gone (it then does nothing); later
  // calls are ignored. If every copy is dropped uncalled, the client gets a 500.
  using Respond = std::function<void(HttpResponse)>;
  // Called on the io_context's thread with each complete request; must not block. An exception becomes a 500.
  using Serve = std::function<void(HttpRequest, Respond)>;

  // Listens at once; throws std::system_error that names the address. Port 0: any free one. `address` is numeric.
  HttpServer(boost::asio::io_context& context, const Clock& clock, const std::string& address, std::uint16_t port,
             HttpLimits limits, Serve serve);
  // Closes every connection at once.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  std::size_t connections() const;
  Bytes received() const;  // in all requests so far
  Bytes sent() const;      // in all responses so far

  // Listens no more; idle connections close now, the others after the response in hand. The io_context runs out of this
  // server's work when the last one has closed.
  void stop();

  struct State;  // of the .cc alone

 private:
  std::shared_ptr<State> state_;
};

}  // namespace continuo
